import { afterEach, describe, expect, test } from "@jest/globals";
import type { MergedLog } from "../../../deploy/local/launcher/merged-log.ts";
import type { ProcessSpec } from "../../../deploy/local/launcher/process-spec.ts";
import { type SupervisedStack, superviseStack } from "../../../deploy/local/launcher/supervised-stack.ts";
import { freePort } from "../../support/free-port.ts";
import { waitFor } from "../../support/wait-for.ts";

const FOREVER = "setInterval(() => {}, 1000)";

const spec = (name: string, script: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name,
  tier: "app",
  kind: "service",
  after: [],
  prepare: async () => ({ command: process.execPath, args: ["-e", script] }),
  cwd: process.cwd(),
  env: {},
  probe: { kind: "none" },
  ports: [],
  ...more,
});

const stacks: SupervisedStack[] = [];
// Also of a test that has failed, nothing may be left running.
afterEach(() => Promise.all(stacks.splice(0).map((stack) => stack.stop())));

/** Supervises processes, and notes what is said and which of them are started and end. */
const supervise = (...specs: ProcessSpec[]) => {
  const said: string[] = [];
  const history: string[] = [];
  const log: MergedLog = { follow: () => undefined, say: (text) => void said.push(text), print: () => undefined };
  const lock = {
    add: (name: string) => void history.push(`+${name}`),
    remove: (name: string) => void history.push(`-${name}`),
  };
  const stack = superviseStack(specs, { log, lock, isNoise: () => false, restartsPerMinute: 10 });
  stacks.push(stack);
  return { stack, said, history };
};

const failToPrepare = async (): Promise<never> => {
  throw new Error("go is missing");
};

describe("a supervised stack", () => {
  test("starts a process once those it depends on are ready", async () => {
    const { stack, history } = supervise(
      spec("app", FOREVER, { after: ["setup"] }),
      spec("setup", "", { kind: "step", tier: "control", after: ["store"] }),
      spec("store", FOREVER, { tier: "store" }),
    );
    await stack.started;
    expect(history).toEqual(["+store", "+setup", "-setup", "+app"]);
    await stack.stop();
  });

  test("stops apps before sidecars, and the stores last", async () => {
    const { stack, history } = supervise(
      spec("store", FOREVER, { tier: "store" }),
      spec("sidecar", FOREVER, { tier: "sidecar" }),
      spec("app", FOREVER),
    );
    await stack.started;
    await stack.stop();
    expect(history.slice(3)).toEqual(["-app", "-sidecar", "-store"]);
    expect(stack.views().map(({ state }) => state)).toEqual(["stopped", "stopped", "stopped"]);
  });

  test("starts a process again that died, and says so", async () => {
    const { stack, said } = supervise(spec("app", FOREVER));
    await stack.started;
    const [before] = stack.views();
    process.kill(before?.pid ?? 0, "SIGKILL");
    const after = await waitFor(
      () => stack.views().find(({ restarts, state }) => restarts === 1 && state === "ready"),
      {
        what: "the restart",
        timeoutMs: 20_000,
      },
    );
    expect(after.pid).not.toBe(before?.pid);
    expect(said).toEqual(["app died (SIGKILL); restart 1 in 500 ms"]);
    await stack.stop();
  });

  test("fails when a step fails", async () => {
    const { stack } = supervise(spec("setup", "process.exit(7)", { kind: "step" }));
    await expect(stack.failed).rejects.toThrow("setup ended (exit code 7) and is not started again");
    await stack.stop();
  });

  test("fails when a command cannot be prepared", async () => {
    const { stack } = supervise(spec("app", "", { prepare: failToPrepare }));
    await expect(stack.failed).rejects.toThrow("go is missing");
    await stack.stop();
  });

  test("kills a process that does not end when it is asked to", async () => {
    const port = await freePort();
    const stubborn = `process.on("SIGTERM", () => {}); require("node:net").createServer().listen(${port}, "127.0.0.1")`;
    const { stack } = supervise(spec("app", stubborn, { probe: { kind: "tcp", port } }));
    await stack.started;
    const since = Date.now();
    await stack.stop();
    expect(Date.now() - since).toBeGreaterThan(3_000);
    expect(stack.views()).toMatchObject([{ pid: null, state: "stopped" }]);
  });

  test("can be stopped before it is ready", async () => {
    const { stack } = supervise(
      spec("app", FOREVER, { probe: { kind: "tcp", port: 1 } }),
      spec("late", FOREVER, { after: ["app"] }),
    );
    await stack.stop();
    expect(stack.views().map(({ pid, state }) => ({ pid, state }))).toEqual([
      { pid: null, state: "stopped" },
      { pid: null, state: "stopped" },
    ]);
  });
});
