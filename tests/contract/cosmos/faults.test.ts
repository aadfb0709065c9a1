// Only the embedded endpoint has fault switches.
import { once } from "node:events";
import { connect } from "node:net";
import { ChangeFeedStartFrom, type Container, type QueryIterator } from "@azure/cosmos";
import { afterEach, describe, expect, test } from "@jest/globals";
import { byText, refusalOf } from "./contract-test.ts";
import { useEmbedded } from "./embedded-contract.ts";
import { WELL_KNOWN_KEY } from "./endpoint-under-test.ts";
import { sendSigned } from "./signed-request.ts";

const embedded = useEmbedded();

afterEach(async () => {
  await embedded.admin("DELETE", "/faults");
});

interface ListedFault {
  readonly id: string;
  readonly hits: number;
}

const inject = async (rule: object): Promise<void> => {
  expect(await embedded.admin("POST", "/faults", rule)).toMatchObject({ status: 201 });
};

const hits = async (): Promise<number[]> => {
  const { body } = await embedded.admin("GET", "/faults");
  return (body as { faults: ListedFault[] }).faults.map((rule) => rule.hits);
};

const answer = (status: number, more: object = {}): object => ({ kind: "answer", status, ...more });

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const docs = ({ id }: Container): string => `/dbs/${embedded.database}/colls/${id}/docs`;

const createRaw = async (container: Container, id: string): ReturnType<typeof sendSigned> =>
  sendSigned(embedded.url(), WELL_KNOWN_KEY, {
    method: "POST",
    path: docs(container),
    headers: { "x-ms-documentdb-partitionkey": '["p"]' },
    body: JSON.stringify({ id, partitionKey: "p" }),
  });

describe("a client of an endpoint with a fault", () => {
  test("of 429 waits as long as it is told, tries again and succeeds", async () => {
    const container = await embedded.container();
    await inject({ operations: ["create"], times: 3, effect: answer(429, { retryAfterMs: 15 }) });
    const created = await container.items.create({ id: "a", partitionKey: "p" });
    expect(created.statusCode).toBe(201);
    expect(created.headers["x-ms-throttle-retry-count"]).toBe(3);
    expect(created.headers["x-ms-throttle-retry-wait-time-ms"]).toBe(45);
    expect(await hits()).toEqual([3]);
  });

  test("of 429 at a rate succeeds in the end with every item, and the rate is about right", async () => {
    const container = await embedded.container();
    await inject({ rate: 0.4, seed: 11, operations: ["create"], effect: answer(429, { retryAfterMs: 1 }) });
    for (let index = 0; index < 40; index++) await container.items.create({ id: `i${index}`, partitionKey: "p" });
    const [struck = 0] = await hits();
    expect(struck).toBeGreaterThan(10);
    expect(struck).toBeLessThan(60);
    const { resources } = await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll();
    expect(sum(resources)).toBe(40);
  });

  test.each([
    [449, null],
    [500, null],
    [408, null],
    [410, "1002"],
    [503, null],
  ])("of %d on a write gets to see it, and nothing is stored", async (status, substatus) => {
    const container = await embedded.container();
    await inject({ operations: ["create"], effect: answer(status) });
    const refused = await createRaw(container, "a");
    expect(refused.status).toBe(status);
    // Where there is no substatus, Azure sends no header.
    expect(refused.headers.get("x-ms-substatus")).toBe(substatus);
    expect(refused.headers.get("x-ms-activity-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(refused.headers.get("x-ms-request-charge"))).toBeGreaterThan(0);
    expect(JSON.parse(refused.text)).toEqual({ code: expect.any(String), message: expect.any(String) });
    expect(await refusalOf(container.items.create({ id: "a", partitionKey: "p" }))).toMatchObject({ code: status });
    await embedded.admin("DELETE", "/faults");
    expect((await container.items.create({ id: "a", partitionKey: "p" })).statusCode).toBe(201);
  });

  test("of 503 on a read asks once more and succeeds", async () => {
    const container = await embedded.container();
    await container.items.create({ id: "a", partitionKey: "p" });
    await inject({ operations: ["read"], times: 1, effect: answer(503) });
    expect((await container.item("a", "p").read()).resource).toMatchObject({ id: "a" });
    expect(await hits()).toEqual([1]);
  });

  test("of a range that is gone in the middle of a query sees just that, and goes on where it was", async () => {
    const container = await embedded.container();
    const ids = Array.from({ length: 12 }, (_, index) => `i${index}`);
    for (const id of ids) await container.items.create({ id, partitionKey: id });
    const query = (continuationToken?: string): QueryIterator<string> =>
      container.items.query<string>("SELECT VALUE c.id FROM c", {
        maxItemCount: 5,
        ...(continuationToken === undefined ? {} : { continuationToken }),
      });
    const first = await query().fetchNext();
    await inject({ operations: ["query"], times: 1, effect: answer(410, { substatus: 1002 }) });
    expect(await refusalOf(query(first.continuationToken).fetchNext())).toMatchObject({ code: 410, substatus: 1002 });
    const rest = await query(first.continuationToken).fetchAll();
    expect([...first.resources, ...rest.resources].toSorted(byText)).toEqual(ids.toSorted(byText));
    expect(await hits()).toEqual([1]);
  });

  test("of a range that is gone in the middle of the change feed reads the ranges again and misses nothing", async () => {
    const container = await embedded.container();
    const ids = Array.from({ length: 12 }, (_, index) => `i${index}`);
    for (const id of ids) await container.items.create({ id, partitionKey: id });
    const options = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 2 };
    const iterator = container.items.getChangeFeedIterator<{ id: string }>(options);
    const seen = (await iterator.readNext()).result.map(({ id }) => id);
    await inject({ operations: ["changeFeed"], times: 1, effect: answer(410, { substatus: 1002 }) });
    for (let quiet = 0; quiet < 4; ) {
      const page = await iterator.readNext();
      quiet = page.statusCode === 304 ? quiet + 1 : 0;
      seen.push(...(page.result ?? []).map(({ id }) => id));
    }
    expect(seen.toSorted(byText)).toEqual(ids.toSorted(byText));
    expect(await hits()).toEqual([1]);
  });

  test("of one range only is refused there and nowhere else", async () => {
    const container = await embedded.container();
    await inject({ container: container.id, range: "0", operations: ["create"], effect: answer(500) });
    const outcomes: string[] = [];
    for (let index = 0; index < 24; index++) {
      const creation = container.items.create({ id: "a", partitionKey: `p${index}` });
      outcomes.push(
        await creation.then(
          ({ headers }) => String(headers["x-ms-session-token"]).slice(0, 2),
          () => "refused",
        ),
      );
    }
    expect(new Set(outcomes)).toEqual(new Set(["refused", "1:", "2:", "3:"]));
  });

  test("of latency waits, and other containers do not", async () => {
    const slow = await embedded.container();
    const quick = await embedded.container();
    await inject({ container: slow.id, effect: { kind: "latency", ms: 300, jitterMs: 50 } });
    const before = performance.now();
    await slow.items.create({ id: "a", partitionKey: "p" });
    expect(performance.now() - before).toBeGreaterThanOrEqual(295);
    const hitsOfSlow = await hits();
    await quick.items.create({ id: "a", partitionKey: "p" });
    expect(await hits()).toEqual(hitsOfSlow);
  });
});

describe("a connection that a fault ends", () => {
  test("before the commit leaves nothing behind", async () => {
    const container = await embedded.container();
    await inject({ operations: ["create"], effect: { kind: "drop", when: "beforeCommit" } });
    await expect(createRaw(container, "a")).rejects.toThrow();
    await embedded.admin("DELETE", "/faults");
    expect((await container.item("a", "p").read()).statusCode).toBe(404);
  });

  test("after the commit leaves the item stored, though nobody was told", async () => {
    const container = await embedded.container();
    await inject({ operations: ["create"], times: 1, effect: { kind: "drop", when: "afterCommit" } });
    await expect(createRaw(container, "a")).rejects.toThrow();
    expect((await container.item("a", "p").read()).resource).toMatchObject({ id: "a" });
    expect(await refusalOf(container.items.create({ id: "a", partitionKey: "p" }))).toMatchObject({ code: 409 });
  });

  test("after the commit leaves a whole batch stored", async () => {
    const container = await embedded.container();
    await inject({ operations: ["batch"], effect: { kind: "drop", when: "afterCommit" } });
    const batch = container.items.batch(
      ["a", "b"].map((id) => ({ operationType: "Create" as const, resourceBody: { id, partitionKey: "p" } })),
      "p",
    );
    await expect(batch).rejects.toThrow();
    for (const id of ["a", "b"]) expect((await container.item(id, "p").read()).statusCode).toBe(200);
  });

  test("in the middle of the answer leaves half a body, and the item stored", async () => {
    const container = await embedded.container();
    await inject({ operations: ["create"], times: 1, effect: { kind: "cutAnswer" } });
    await expect(createRaw(container, "a")).rejects.toThrow("terminated");
    expect((await container.item("a", "p").read()).resource).toMatchObject({ id: "a" });
  });
});

describe("the admin endpoint", () => {
  test("describes itself", async () => {
    const { status, body } = await embedded.admin("GET", "/");
    expect(status).toBe(200);
    expect((body as { routes: { path: string }[] }).routes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["/status", "/faults", "/faults/{id}", "/throttling", "/splits"]),
    );
  });

  test("lists rules with their hits and removes them one by one", async () => {
    await inject({ operations: ["read"], effect: answer(500) });
    await inject({ operations: ["create"], effect: answer(500) });
    const { body } = await embedded.admin("GET", "/faults");
    const [first] = (body as { faults: ListedFault[] }).faults;
    expect(first).toMatchObject({ operations: ["read"], hits: 0, rate: 1 });
    expect(await embedded.admin("DELETE", `/faults/${first?.id}`)).toMatchObject({ status: 204 });
    expect(await embedded.admin("DELETE", `/faults/${first?.id}`)).toMatchObject({ status: 404 });
    expect(await embedded.admin("DELETE", "/faults")).toEqual({ status: 200, body: { removed: 1 } });
  });

  test("shows containers with their ranges, LSNs and items", async () => {
    const container = await embedded.container();
    for (const id of ["a", "b", "c"]) await container.items.create({ id, partitionKey: "p" });
    const { body } = await embedded.admin("GET", "/status");
    const { databases } = body as {
      databases: {
        id: string;
        containers: { id: string; items: number; ranges: { lsn: number; items: number }[] }[];
      }[];
    };
    const shown = databases
      .find(({ id }) => id === embedded.database)
      ?.containers.find(({ id }) => id === container.id);
    expect(shown?.items).toBe(3);
    expect(shown?.ranges.filter(({ items }) => items > 0)).toMatchObject([{ items: 3, lsn: 3 }]);
  });

  test.each<[string, string, unknown, number, object]>([
    ["POST", "/faults", { effect: { kind: "answer" } }, 400, { field: "effect.status" }],
    ["POST", "/faults", { effect: { kind: "cutAnswer" }, colour: "red" }, 400, { field: "colour" }],
    ["POST", "/faults", [], 400, { message: expect.stringContaining("JSON object") }],
    ["POST", "/faults", { text: "x".repeat(70_000) }, 413, { message: expect.any(String) }],
    ["PUT", "/throttling", { mode: "sometimes" }, 400, { field: "mode" }],
    ["PUT", "/throttling", { mode: "fixed" }, 400, { field: "requestUnitsPerSecond" }],
    ["POST", "/splits", { database: "no such database", container: "c" }, 404, { field: "database" }],
    ["POST", "/splits", { container: "c" }, 400, { field: "database" }],
    ["PATCH", "/faults", {}, 405, { message: expect.stringContaining("GET, POST, DELETE") }],
    ["GET", "/nothing", undefined, 404, { message: expect.any(String) }],
  ])("answers %s %s that it cannot follow with what is wrong (%#)", async (method, path, sent, status, problem) => {
    expect(await embedded.admin(method, path, sent)).toMatchObject({ status, body: problem });
  });

  test("answers no page of a browser", async () => {
    const response = await fetch(new URL("/faults", embedded.adminUrl()), {
      method: "POST",
      headers: { origin: "https://example.org", "content-type": "text/plain" },
      body: JSON.stringify({ effect: answer(500) }),
    });
    expect(response.status).toBe(403);
    expect(await hits()).toEqual([]);
    const socket = connect(Number(new URL(embedded.adminUrl()).port), "127.0.0.1");
    socket.end("GET /status HTTP/1.1\r\nHost: rebound.example.org\r\nConnection: close\r\n\r\n");
    const [chunk] = await once(socket, "data");
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 403 /);
  });
});

const split = async (container: Container, more: object = {}): Promise<unknown> => {
  const asked = { database: embedded.database, container: container.id, ...more };
  const { status, body } = await embedded.admin("POST", "/splits", asked);
  expect(status).toBe(201);
  return body;
};

describe("a split that is asked for", () => {
  test("replaces a range by two, and loses nothing", async () => {
    const container = await embedded.container();
    const ids = Array.from({ length: 20 }, (_, index) => `i${index}`);
    for (const id of ids) await container.items.create({ id, partitionKey: id });
    expect(await split(container, { range: "2" })).toMatchObject({
      parent: "2",
      children: [{ id: "4" }, { id: "5" }],
    });
    const { resources } = await container.items.query<string>("SELECT VALUE c.id FROM c").fetchAll();
    expect(new Set(resources)).toEqual(new Set(ids));
    const again = { database: embedded.database, container: container.id, range: "2" };
    expect(await embedded.admin("POST", "/splits", again)).toMatchObject({ status: 404, body: { field: "range" } });
  });

  test("takes the fullest range when it names none", async () => {
    const container = await embedded.container();
    const { headers } = await container.items.create({ id: "a", partitionKey: "p" });
    const fullest = String(headers["x-ms-session-token"]).split(":")[0];
    expect(await split(container)).toMatchObject({ parent: fullest });
  });
});
