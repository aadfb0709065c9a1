import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Answer } from "../../../deploy/local/cosmos/http/answer.ts";
import { sweepExpired } from "../../../deploy/local/cosmos/resources/expiry.ts";
import { type EndpointWithClock, openWithClock } from "./endpoint-with-clock.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const COLLECTION = "/dbs/d/colls/c";
const DOCS = `${COLLECTION}/docs`;
const KEY = { "x-ms-documentdb-partitionkey": '["p"]' };

let served: EndpointWithClock;

beforeEach(async () => {
  served = openWithClock();
  await served.ask("POST", "/dbs", {}, { id: "d" });
});

afterEach(() => served.close());

const definition = (more: object): object => ({ id: "c", partitionKey: { paths: ["/partitionKey"] }, ...more });

const createContainer = (more: object): Promise<Answer> => served.ask("POST", "/dbs/d/colls", {}, definition(more));
const replaceContainer = (more: object): Promise<Answer> => served.ask("PUT", COLLECTION, {}, definition(more));

const upsert = (id: string, more: object = {}): Promise<Answer> =>
  served.ask("POST", DOCS, { ...KEY, "x-ms-documentdb-is-upsert": "True" }, { id, partitionKey: "p", ...more });

const feed = (headers: Record<string, string>): Promise<Answer> =>
  served.ask("GET", DOCS, { ...KEY, "a-im": "Full-Fidelity Feed", ...headers });

/** What happened, as the feed tells it, after a position. */
const told = async (etag: string | undefined): Promise<unknown[]> => {
  const { status, body } = await feed({ "if-none-match": etag ?? "" });
  if (status === 304) return [];
  const documents: {
    current: { id?: string };
    metadata: { id?: string; operationType: string; timeToLiveExpired?: boolean };
  }[] = JSON.parse(body).Documents;
  return documents.map(({ current, metadata }) => [
    metadata.operationType,
    current.id ?? metadata.id,
    ...(metadata.timeToLiveExpired === undefined ? [] : [metadata.timeToLiveExpired]),
  ]);
};

const lsnNow = (): number => {
  const ranges = served.endpoint.catalogue.databases.get("d")?.containers.get("c")?.ranges ?? [];
  return ranges[0]?.lsn ?? Number.NaN;
};

const sweep = (): void => {
  sweepExpired(served.endpoint);
  served.endpoint.commits.flush();
};

const refused = { status: 400 };

describe("all versions of a container with a change feed policy", () => {
  beforeEach(() => createContainer({ changeFeedPolicy: { retentionDuration: 10 } }));

  test("are kept as long as it says, and no longer", async () => {
    const { etag: start = "" } = await feed({ "if-none-match": "*" });
    await upsert("a");
    served.advance(9 * MINUTE_MS);
    await upsert("b");
    sweep();
    expect(await told(start)).toEqual([
      ["create", "a"],
      ["create", "b"],
    ]);
    const { etag: afterBoth = "" } = await feed({ "if-none-match": start });
    served.advance(MINUTE_MS);
    sweep();
    await expect(feed({ "if-none-match": start })).rejects.toMatchObject(refused);
    expect(await told('"1"')).toEqual([["create", "b"]]);
    served.advance(DAY_MS);
    sweep();
    await expect(feed({ "if-none-match": '"1"' })).rejects.toMatchObject(refused);
    expect(await told(afterBoth)).toEqual([]);
  });

  test("can be read from its creation on, or from a time since", async () => {
    const created = new Date(served.nowMs()).toUTCString();
    await upsert("a");
    served.advance(5_000);
    const later = new Date(served.nowMs()).toUTCString();
    await upsert("b");
    const countSince = async (since: string): Promise<unknown> =>
      JSON.parse((await feed({ "if-modified-since": since })).body)._count;
    expect(await countSince(created)).toBe(2);
    expect(await countSince(later)).toBe(1);
    const before = new Date(served.nowMs() - MINUTE_MS).toUTCString();
    await expect(feed({ "if-modified-since": before })).rejects.toMatchObject(refused);
    served.advance(11 * MINUTE_MS);
    await expect(feed({ "if-modified-since": created })).rejects.toMatchObject(refused);
  });

  test("are forgotten, and no more are kept, when the policy says so; until it says otherwise", async () => {
    await upsert("a");
    await replaceContainer({ changeFeedPolicy: { retentionDuration: 0 } });
    await expect(feed({ "if-none-match": "*" })).rejects.toMatchObject(refused);
    await expect(feed({ "if-none-match": '"0"' })).rejects.toMatchObject(refused);
    await upsert("b");
    await replaceContainer({ changeFeedPolicy: { retentionDuration: 10 } });
    await upsert("c");
    await expect(feed({ "if-none-match": '"1"' })).rejects.toMatchObject(refused);
    expect(await told('"2"')).toEqual([["create", "c"]]);
  });
});

describe("all versions of a container without a policy", () => {
  test("are kept for seven days from when they were first asked for", async () => {
    await createContainer({});
    await upsert("before");
    await expect(feed({ "if-none-match": '"0"' })).rejects.toMatchObject(refused);
    const { etag = "" } = await feed({ "if-none-match": "*" });
    await upsert("a");
    served.advance(7 * DAY_MS - 1);
    sweep();
    expect(await told(etag)).toEqual([["create", "a"]]);
    await expect(feed({ "if-none-match": '"0"' })).rejects.toMatchObject(refused);
    served.advance(1);
    sweep();
    await expect(feed({ "if-none-match": etag })).rejects.toMatchObject(refused);
  });

  test("are not turned on by a request that is refused", async () => {
    await createContainer({});
    const wrong = { "if-none-match": "*", "x-ms-max-item-count": "0" };
    await expect(feed(wrong)).rejects.toMatchObject(refused);
    await upsert("a");
    await expect(feed({ "if-none-match": '"0"' })).rejects.toMatchObject(refused);
  });
});

describe("items that expire", () => {
  const withVersions = { changeFeedPolicy: { retentionDuration: 10 }, defaultTtl: -1 };

  test("are told of as deletes, each with an LSN of its own, when they are swept", async () => {
    await createContainer(withVersions);
    await upsert("a", { ttl: 1 });
    await upsert("b", { ttl: 1 });
    await upsert("c", { ttl: 2 });
    served.advance(1_000);
    expect(await told('"3"')).toEqual([]);
    sweep();
    expect(await told('"3"')).toEqual([
      ["delete", "a", true],
      ["delete", "b", true],
    ]);
    expect(lsnNow()).toBe(5);
    sweep();
    expect(lsnNow()).toBe(5);
  });

  test("are told of before what takes their place, if that comes before the sweep", async () => {
    await createContainer(withVersions);
    await upsert("a", { ttl: 1 });
    served.advance(1_000);
    await upsert("a");
    expect(await told('"1"')).toEqual([
      ["delete", "a", true],
      ["create", "a"],
    ]);
    sweep();
    expect(lsnNow()).toBe(2);
  });

  test("do not come back, and are told of, when the default time to live is prolonged", async () => {
    await createContainer({ ...withVersions, defaultTtl: 1 });
    await upsert("a");
    served.advance(1_000);
    await replaceContainer({ ...withVersions, defaultTtl: 3600 });
    expect(await told('"1"')).toEqual([["delete", "a", true]]);
    await expect(served.ask("GET", `${DOCS}/a`, KEY)).resolves.toMatchObject({ status: 404 });
  });

  test("make room for an item that takes their id, which has the ETag that it says it has", async () => {
    await createContainer({ ...withVersions, defaultTtl: -1 });
    await upsert("a", { ttl: 1 });
    await upsert("b");
    served.advance(1_000);
    const { etag = "" } = await served.ask("PUT", `${DOCS}/b`, KEY, { id: "a", partitionKey: "p" });
    const { body, ...read } = await served.ask("GET", `${DOCS}/a`, KEY);
    expect([read.etag, JSON.parse(body)._etag]).toEqual([etag, etag]);
    await expect(served.ask("DELETE", `${DOCS}/a`, { ...KEY, "if-match": etag })).resolves.toMatchObject({
      status: 204,
    });
    expect(await told('"2"')).toEqual([
      ["delete", "a", true],
      ["replace", "a"],
      ["delete", "a", false],
    ]);
  });

  test("take no LSN in a container that keeps the latest versions only", async () => {
    await createContainer({ defaultTtl: 1 });
    await upsert("a");
    served.advance(1_000);
    sweep();
    expect(lsnNow()).toBe(1);
  });

  test("live on when the default becomes none, and expire by their last write when it becomes one again", async () => {
    await createContainer({ defaultTtl: 10 });
    await upsert("a");
    await replaceContainer({ defaultTtl: -1 });
    served.advance(11_000);
    await expect(served.ask("GET", `${DOCS}/a`, KEY)).resolves.toMatchObject({ status: 200 });
    await replaceContainer({ defaultTtl: 12 });
    await expect(served.ask("GET", `${DOCS}/a`, KEY)).resolves.toMatchObject({ status: 200 });
    served.advance(1_000);
    await expect(served.ask("GET", `${DOCS}/a`, KEY)).resolves.toMatchObject({ status: 404 });
  });

  test("live on with a ttl of their own when the container has no time to live", async () => {
    await createContainer({});
    await upsert("a", { ttl: 1 });
    served.advance(DAY_MS);
    sweep();
    await expect(served.ask("GET", `${DOCS}/a`, KEY)).resolves.toMatchObject({ status: 200 });
  });
});
