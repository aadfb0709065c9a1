import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type EmbeddedProcess, endEmbedded, runToEnd, startEmbedded } from "./endpoint-under-test.ts";
import { sendSigned } from "./signed-request.ts";

const KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

let directory: string;
let running: EmbeddedProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cosmos-embedded-"));
});

afterEach(async () => {
  if (running !== undefined) await endEmbedded(running, "SIGKILL");
  running = undefined;
  await rm(directory, { recursive: true });
});

const createDatabase = async (url: string, id: string): Promise<number> =>
  (await sendSigned(url, KEY, { method: "POST", path: "/dbs", body: JSON.stringify({ id }) })).status;

describe("the embedded endpoint", () => {
  test("keeps a second process off its data", async () => {
    running = await startEmbedded(directory);
    const second = await runToEnd("--port", "0", "--data", directory);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("in use by another process") });
    expect(await createDatabase(running.url, "still-served")).toBe(201);
  });

  test("starts again at once after it was killed, with what it had answered", async () => {
    running = await startEmbedded(directory);
    expect(await createDatabase(running.url, "kept")).toBe(201);
    await endEmbedded(running, "SIGKILL");
    running = await startEmbedded(directory);
    expect(await createDatabase(running.url, "kept")).toBe(409);
  });

  test("stops when told though a connection stays open, with an empty write-ahead log", async () => {
    running = await startEmbedded(directory);
    expect(await createDatabase(running.url, "kept")).toBe(201);
    const open = connect(running.port, "127.0.0.1").on("error", () => undefined);
    await once(open, "connect");
    expect(await endEmbedded(running, "SIGTERM")).toMatchObject({ code: 0, signal: null });
    open.destroy();
    await expect(stat(join(directory, "cosmos.sqlite-wal"))).rejects.toThrow("ENOENT");
  });

  test("refuses a file that is no database", async () => {
    await writeFile(
      join(directory, "cosmos.sqlite"),
      "this is not a database, but long enough to look like one ".repeat(20),
    );
    const exit = await runToEnd("--port", "0", "--data", directory);
    expect(exit).toMatchObject({ code: 1, stderr: expect.stringContaining("not a data file of this endpoint") });
  });

  test("refuses the database of another application, and leaves it as it was", async () => {
    const file = join(directory, "cosmos.sqlite");
    const foreign = new DatabaseSync(file);
    foreign.exec("CREATE TABLE other (a); INSERT INTO other VALUES (1)");
    foreign.close();
    const exit = await runToEnd("--port", "0", "--data", directory);
    expect(exit).toMatchObject({ code: 1, stderr: expect.stringContaining("belongs to another application") });
    const again = new DatabaseSync(file);
    expect(again.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
    again.close();
  });

  test("refuses a damaged file", async () => {
    running = await startEmbedded(directory);
    for (const id of ["a", "b", "c"]) await createDatabase(running.url, id);
    await endEmbedded(running, "SIGTERM");
    const file = join(directory, "cosmos.sqlite");
    const { size } = await stat(file);
    // The header, which says whose file it is, stays whole.
    const page = 4096;
    await writeFile(file, Buffer.alloc(size - page, 0x5a), { flag: "r+", encoding: null });
    const exit = await runToEnd("--port", "0", "--data", directory);
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(/corrupt|not a data file/);
  });

  test("refuses a file in which something of its own is missing", async () => {
    running = await startEmbedded(directory);
    await createDatabase(running.url, "d");
    const body = JSON.stringify({ id: "c", partitionKey: { paths: ["/pk"], kind: "Hash" } });
    await sendSigned(running.url, KEY, { method: "POST", path: "/dbs/d/colls", body });
    await endEmbedded(running, "SIGTERM");
    const file = new DatabaseSync(join(directory, "cosmos.sqlite"));
    file.exec("DROP TABLE items_1");
    file.close();
    const exit = await runToEnd("--port", "0", "--data", directory);
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(/^The data file in .* is corrupt: no such table: items_1\n$/);
  });

  test("listens beyond loopback only with a key of its own", async () => {
    const refused = await runToEnd("--host", "0.0.0.0", "--port", "0", "--data", directory);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("explicit --key") });
  });

  test("serves as many ranges as it was told", async () => {
    running = await startEmbedded(directory, 0, "--partitions", "7");
    await createDatabase(running.url, "d");
    const body = JSON.stringify({ id: "c", partitionKey: { paths: ["/pk"], kind: "Hash" } });
    await sendSigned(running.url, KEY, { method: "POST", path: "/dbs/d/colls", body });
    const { text } = await sendSigned(running.url, KEY, { method: "GET", path: "/dbs/d/colls/c/pkranges" });
    expect(JSON.parse(text).PartitionKeyRanges).toHaveLength(7);
  });
});
