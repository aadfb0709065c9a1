import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import { endLeftovers } from "../../../deploy/local/launcher/leftovers.ts";
import { identify, isRunning } from "../../../deploy/local/launcher/process-identity.ts";
import { type LockContent, readLock, takeLock } from "../../../deploy/local/launcher/stack-lock.ts";
import { endChild } from "../../support/end-child.ts";

const root = mkdtempSync(join(tmpdir(), "orders-lock-"));
afterAll(() => rmSync(root, { recursive: true }));

const newFile = (): string => join(mkdtempSync(join(root, "data-")), "stack.lock");
const nothingLeft = async (): Promise<void> => {};
/** Nobody: the number may be taken, but not by a process that was started then. */
const goneLauncher = { pid: process.pid, started: "long ago" };

describe("the lock of a data directory", () => {
  test("is taken by one stack only", async () => {
    const file = newFile();
    const lock = await takeLock(file, 8080, nothingLeft);
    await expect(takeLock(file, 9090, nothingLeft)).rejects.toThrow(`process ${process.pid}, ORDERS_PORT_BASE=8080`);
    lock.release();
    (await takeLock(file, 9090, nothingLeft)).release();
  });

  test("leaves nothing behind once released", async () => {
    const file = newFile();
    (await takeLock(file, 8080, nothingLeft)).release();
    expect(readdirSync(join(file, ".."))).toEqual([]);
  });

  test("records the processes that run", async () => {
    const file = newFile();
    const lock = await takeLock(file, 8080, nothingLeft);
    lock.add("kafka", process.pid);
    lock.add("cosmos", process.pid);
    lock.remove("kafka");
    expect(readLock(file)?.processes).toEqual([{ name: "cosmos", ...identify(process.pid) }]);
    lock.release();
  });

  test("is taken over from a launcher that is gone, and what that left is handed over", async () => {
    const file = newFile();
    const stale: LockContent = {
      launcher: goneLauncher,
      portBase: 8080,
      processes: [{ name: "kafka", pid: 1, started: "then" }],
    };
    writeFileSync(file, JSON.stringify(stale));
    const handedOver: LockContent[] = [];
    const lock = await takeLock(file, 9090, async (found) => void handedOver.push(found));
    expect(handedOver).toEqual([stale]);
    expect(readLock(file)?.portBase).toBe(9090);
    lock.release();
  });

  test("is taken over when it is no lock at all", async () => {
    const file = newFile();
    writeFileSync(file, "half a li");
    (await takeLock(file, 8080, nothingLeft)).release();
    expect(existsSync(file)).toBe(false);
  });
});

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await endChild(child, "SIGKILL");
});

const leftover = async () => {
  const script = "console.log('up'); setInterval(() => {}, 1000)";
  const child = spawn(process.execPath, ["-e", script], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  await once(child.stdout, "data");
  const identity = identify(child.pid ?? 0);
  if (identity === undefined) throw new Error("the process does not run");
  return identity;
};
const lockOf = (...processes: LockContent["processes"]): LockContent => ({
  launcher: goneLauncher,
  portBase: 8080,
  processes,
});

describe("what a stack has left running", () => {
  test("is ended", async () => {
    const identity = await leftover();
    expect(await endLeftovers(lockOf({ name: "kafka", ...identity }))).toEqual(["kafka"]);
    expect(isRunning(identity)).toBe(false);
  });

  test("is left alone when it only has the number of one of ours", async () => {
    const identity = await leftover();
    expect(await endLeftovers(lockOf({ name: "kafka", pid: identity.pid, started: "another time" }))).toEqual([]);
    expect(isRunning(identity)).toBe(true);
  });
});
