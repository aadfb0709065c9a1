import { randomUUID } from "node:crypto";
import {
  BulkOperationType,
  type ChangeFeedIteratorOptions,
  ChangeFeedMode,
  ChangeFeedStartFrom,
  type Container,
  type CosmosClient,
} from "@azure/cosmos";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { splitRange } from "../../../deploy/local/cosmos/resources/split.ts";
import { byText, openClient, refusalOf } from "./contract-test.ts";
import { type InProcessEndpoint, KEY, openInProcess } from "./model/in-process-endpoint.ts";
import { split } from "./model/split.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

// Only the embedded endpoint splits when it is told to, so these tests run against it alone, within this process.

const DATABASE = "split";
const KEYS = Array.from({ length: 16 }, (_, key) => `key-${key}`);

let served: InProcessEndpoint;
let client: CosmosClient;

beforeAll(async () => {
  served = await openInProcess();
  client = openClient({ url: served.url(), key: KEY });
  await client.databases.create({ id: DATABASE });
});

afterAll(async () => {
  client.dispose();
  await served.close();
});

const newContainer = async (): Promise<Container> => {
  const { container } = await client
    .database(DATABASE)
    .containers.create({ id: `c-${randomUUID()}`, partitionKey: { paths: ["/partitionKey"] } });
  return container;
};

const write = async (container: Container, n: number): Promise<string[]> => {
  for (const partitionKey of KEYS) await container.items.create({ id: `${partitionKey}~${n}`, partitionKey });
  return KEYS.map((partitionKey) => `${partitionKey}~${n}`);
};

const get = (container: Container, kind: "docs" | "pkranges", headers: Record<string, string>): Promise<RawAnswer> =>
  sendSigned(served.url(), KEY, { method: "GET", path: `/dbs/${DATABASE}/colls/${container.id}/${kind}`, headers });

interface WireRange {
  readonly id: string;
  readonly minInclusive: string;
  readonly maxExclusive: string;
  readonly parents: readonly string[];
}

const rangesOf = async (container: Container): Promise<WireRange[]> =>
  JSON.parse((await get(container, "pkranges", {})).text).PartitionKeyRanges;

const splitIn = async (container: Container, range: string, at?: string): Promise<readonly string[]> =>
  (await split(served, DATABASE, container.id, range, at)).children.map(({ id }) => id);

interface FeedOfRange {
  readonly ids: string[];
  readonly status: number;
  readonly substatus: string | null;
  readonly etag: string;
}

const readFeed = async (container: Container, headers: Record<string, string>): Promise<FeedOfRange> => {
  const answer = await get(container, "docs", { "a-im": "Incremental Feed", ...headers });
  const documents: { id: string }[] = answer.status === 200 ? JSON.parse(answer.text).Documents : [];
  return {
    ids: documents.map(({ id }) => id),
    status: answer.status,
    substatus: answer.headers.get("x-ms-substatus"),
    etag: answer.headers.get("etag") ?? "",
  };
};

const ofRange = (id: string, etag?: string): Record<string, string> => ({
  "x-ms-documentdb-partitionkeyrangeid": id,
  ...(etag === undefined ? {} : { "if-none-match": etag }),
});

describe("a range that is split", () => {
  test("is replaced by two with new ids that name all their ancestors and fill its place", async () => {
    const container = await newContainer();
    const before = await get(container, "pkranges", {});
    const first = await splitIn(container, "0");
    expect(first).toEqual(["2", "3"]);
    await served.restart();
    // The endpoint listens on another port now.
    client.dispose();
    client = openClient({ url: served.url(), key: KEY });
    expect(await splitIn(container, "3")).toEqual(["4", "5"]);
    const ranges = await rangesOf(container);
    expect(ranges.map(({ id, parents }) => [id, parents])).toEqual([
      ["2", ["0"]],
      ["4", ["0", "3"]],
      ["5", ["0", "3"]],
      ["1", []],
    ]);
    expect(ranges[0]?.minInclusive).toBe("");
    expect(ranges.at(-1)?.maxExclusive).toBe("FF");
    expect(ranges.slice(1).map(({ minInclusive }) => minInclusive)).toEqual(
      ranges.slice(0, -1).map(({ maxExclusive }) => maxExclusive),
    );
    const after = await get(container, "pkranges", { "if-none-match": before.headers.get("etag") ?? "" });
    expect(after.status).toBe(200);
  });

  test("is gone (410, substatus 1002) for whoever names it", async () => {
    const container = await newContainer();
    await splitIn(container, "1");
    expect(await readFeed(container, ofRange("1"))).toMatchObject({ status: 410, substatus: "1002" });
    const path = `/dbs/${DATABASE}/colls/${container.id}/docs`;
    const query = await sendSigned(served.url(), KEY, {
      method: "POST",
      path,
      headers: { ...ofRange("1"), "x-ms-documentdb-isquery": "True", "content-type": "application/query+json" },
      body: JSON.stringify({ query: "SELECT * FROM c" }),
    });
    expect([query.status, query.headers.get("x-ms-substatus")]).toEqual([410, "1002"]);
    const bulk = await sendSigned(served.url(), KEY, {
      method: "POST",
      path,
      headers: { ...ofRange("1"), "x-ms-cosmos-is-batch-request": "True" },
      body: JSON.stringify([
        { operationType: "Create", partitionKey: '["a"]', resourceBody: { id: "a", partitionKey: "a" } },
      ]),
    });
    expect([bulk.status, bulk.headers.get("x-ms-substatus")]).toEqual([410, "1002"]);
    await expect(splitIn(container, "1")).rejects.toMatchObject({ status: 410, substatus: 1002 });
  });

  test("is cut between the keys that it holds when asked to, and not when it holds only one", async () => {
    const container = await newContainer();
    await write(container, 0);
    const [left = "", right = ""] = await splitIn(container, "0", "keys");
    const [inLeft, inRight] = [await readFeed(container, ofRange(left)), await readFeed(container, ofRange(right))];
    expect(inLeft.ids.length).toBeGreaterThan(0);
    expect(Math.abs(inLeft.ids.length - inRight.ids.length)).toBeLessThanOrEqual(1);
    const lonely = await newContainer();
    await lonely.items.create({ id: "a", partitionKey: "key-0" });
    for (const range of ["0", "1"]) {
      await expect(splitIn(lonely, range, "keys")).rejects.toMatchObject({ status: 400 });
    }
    expect((await rangesOf(lonely)).map(({ id }) => id)).toEqual(["0", "1"]);
  });

  test("is cut at a given key, and nowhere else", async () => {
    const container = await newContainer();
    const at = "0A000000000000000000000000000000";
    await splitIn(container, "0", at);
    expect((await rangesOf(container)).slice(0, 2).map(({ maxExclusive }) => maxExclusive)[0]).toBe(at);
    for (const place of ["", at, "0B", "zz"]) {
      await expect(splitIn(container, "2", place)).rejects.toMatchObject({ status: 400 });
    }
    expect(await rangesOf(container)).toHaveLength(3);
  });

  test("has its items, old and new, where they were: for reads, writes, batches and bulk", async () => {
    const container = await newContainer();
    await write(container, 0);
    for (const range of ["0", "1"]) await splitIn(container, range, "keys");
    await write(container, 1);
    for (const partitionKey of KEYS) {
      const { resource } = await container.item(`${partitionKey}~0`, partitionKey).read();
      expect(resource).toMatchObject({ partitionKey });
      const operations = [
        { operationType: BulkOperationType.Upsert, resourceBody: { id: "x", partitionKey } },
        { operationType: BulkOperationType.Delete, id: `${partitionKey}~1` },
      ];
      expect((await container.items.batch(operations, partitionKey)).code).toBe(200);
    }
    const bulk = KEYS.map((partitionKey) => ({
      operationType: BulkOperationType.Create,
      partitionKey,
      resourceBody: { id: "bulk", partitionKey },
    }));
    expect((await container.items.executeBulkOperations(bulk)).map(({ response }) => response?.statusCode)).toEqual(
      KEYS.map(() => 201),
    );
    const { resources } = await container.items.query("SELECT VALUE COUNT(1) FROM c").fetchAll();
    expect(resources).toEqual([KEYS.length * 3]);
  });

  test("does not disturb a query that has begun", async () => {
    const container = await newContainer();
    const ids = await write(container, 0);
    const iterator = container.items.query<{ id: string }>("SELECT c.id FROM c", { maxItemCount: 3 });
    const found: string[] = [];
    for (let page = 0; iterator.hasMoreResults(); page++) {
      found.push(...(await iterator.fetchNext()).resources.map(({ id }) => id));
      if (page === 1) await splitIn(container, "0", "keys");
      if (page === 2) await splitIn(container, "1", "keys");
    }
    expect(found.sort(byText)).toEqual([...ids].sort(byText));
  });

  test("leaves a query's continuation good for its children", async () => {
    const container = await newContainer();
    await write(container, 0);
    const query = async (headers: Record<string, string>): Promise<{ ids: string[]; continuation: string }> => {
      const answer = await sendSigned(served.url(), KEY, {
        method: "POST",
        path: `/dbs/${DATABASE}/colls/${container.id}/docs`,
        headers: {
          "x-ms-documentdb-isquery": "True",
          "content-type": "application/query+json",
          "x-ms-max-item-count": "2",
          ...headers,
        },
        body: JSON.stringify({ query: "SELECT * FROM c" }),
      });
      const documents: { id: string }[] = JSON.parse(answer.text).Documents;
      return { ids: documents.map(({ id }) => id), continuation: answer.headers.get("x-ms-continuation") ?? "" };
    };
    const all = (await readFeed(container, ofRange("0"))).ids;
    const { ids, continuation } = await query(ofRange("0"));
    for (const child of await splitIn(container, "0", "keys")) {
      for (let next = continuation; next !== ""; ) {
        const page = await query({ ...ofRange(child), "x-ms-continuation": next });
        ids.push(...page.ids);
        next = page.continuation;
      }
    }
    expect(ids.sort(byText)).toEqual([...all].sort(byText));
  });
});

describe("a container with a throughput", () => {
  test("has a range for every 6,000 request units in a second, and more when each would have to serve more than 10,000", async () => {
    const { container } = await client.database(DATABASE).containers.create({
      id: `c-${randomUUID()}`,
      partitionKey: { paths: ["/partitionKey"] },
      throughput: 30_000,
    });
    expect(await rangesOf(container)).toHaveLength(5);
    const ids = await write(container, 0);
    const { resource, offer } = await container.readOffer();
    await offer?.replace({
      ...resource,
      content: { offerThroughput: 70_000, offerIsRUPerMinuteThroughputEnabled: false },
    });
    const ranges = await rangesOf(container);
    expect(ranges).toHaveLength(7);
    const found: string[] = [];
    for (const { id } of ranges) found.push(...(await readFeed(container, ofRange(id))).ids);
    expect(found.sort(byText)).toEqual([...ids].sort(byText));
    await offer?.replace({
      ...resource,
      content: { offerThroughput: 400, offerIsRUPerMinuteThroughputEnabled: false },
    });
    expect(await rangesOf(container)).toHaveLength(7);
  });
});

describe("a split that fails", () => {
  test("leaves everything as it was, in memory and on the disk", async () => {
    const container = await newContainer();
    await write(container, 0);
    const endpoint = served.endpoint();
    const before = await rangesOf(container);
    const failing = new Promise((resolve, reject) => {
      endpoint.commits.write(
        () => {
          const found = endpoint.catalogue.databases.get(DATABASE)?.containers.get(container.id);
          if (found === undefined) throw new Error("There is no container.");
          splitRange(endpoint, found, "0");
          throw new Error("The split fails.");
        },
        resolve,
        reject,
      );
    });
    await expect(failing).rejects.toThrow("The split fails.");
    expect(await rangesOf(container)).toEqual(before);
    await write(container, 1);
    const found = [...(await readFeed(container, ofRange("0"))).ids, ...(await readFeed(container, ofRange("1"))).ids];
    expect(found).toHaveLength(2 * KEYS.length);
    expect(await splitIn(container, "0")).toEqual(["2", "3"]);
  });
});

describe("the change feed through a split", () => {
  test("goes on from an ETag of the parent in both children, without loss or repetition", async () => {
    const container = await newContainer();
    await write(container, 0);
    const before = await readFeed(container, { ...ofRange("0"), "x-ms-max-item-count": "3" });
    expect(before.ids).toHaveLength(3);
    const whole = await readFeed(container, ofRange("0"));
    const children = await splitIn(container, "0", "keys");
    const rest: string[] = [];
    const ends: string[] = [];
    for (const child of children) {
      const { ids, etag } = await readFeed(container, ofRange(child, before.etag));
      rest.push(...ids);
      ends.push(etag);
    }
    expect([...before.ids, ...rest].sort(byText)).toEqual([...whole.ids].sort(byText));
    const later = await write(container, 1);
    const news: string[] = [];
    for (const [index, child] of children.entries()) {
      news.push(...(await readFeed(container, ofRange(child, ends[index]))).ids);
    }
    const others = (await readFeed(container, ofRange("1"))).ids.filter((id) => later.includes(id));
    expect([...news, ...others].sort(byText)).toEqual([...later].sort(byText));
  });

  test("of the parent's slice of the key space is gone until it is asked for range by range", async () => {
    const container = await newContainer();
    await write(container, 0);
    const [parent] = await rangesOf(container);
    if (parent === undefined) throw new Error("There is no range.");
    const slice = { "x-ms-start-epk": parent.minInclusive, "x-ms-end-epk": parent.maxExclusive };
    const before = await readFeed(container, slice);
    expect(before.status).toBe(200);
    const children = await splitIn(container, "0", "keys");
    expect(await readFeed(container, slice)).toMatchObject({ status: 410, substatus: "1002" });
    const found: string[] = [];
    for (const child of children) found.push(...(await readFeed(container, { ...slice, ...ofRange(child) })).ids);
    expect(found.sort(byText)).toEqual([...before.ids].sort(byText));
  });

  const modes: [string, ChangeFeedMode][] = [
    ["latest versions", ChangeFeedMode.LatestVersion],
    ["all versions and deletes", ChangeFeedMode.AllVersionsAndDeletes],
  ];
  test.each(modes)("gives an iterator over %s everything once, in order per key", async (_, changeFeedMode) => {
    const container = await newContainer();
    type Entry = { id: string; partitionKey: string } & { current?: { id: string; partitionKey: string } };
    const options = (changeFeedStartFrom: ChangeFeedStartFrom): ChangeFeedIteratorOptions => ({
      changeFeedMode,
      changeFeedStartFrom,
      maxItemCount: 3,
    });
    let iterator = container.items.getChangeFeedIterator<Entry>(options(ChangeFeedStartFrom.Now()));
    const found: { id: string; partitionKey: string }[] = [];
    let continuation = "";
    const drain = async (most: number): Promise<void> => {
      for (let page = 0; page < most; page++) {
        const response = await iterator.readNext();
        continuation = response.continuationToken;
        if (response.statusCode === 304) return;
        found.push(...response.result.map((entry) => entry.current ?? entry));
      }
    };
    await drain(1);
    const expected: string[] = [];
    for (let n = 0; n < 4; n++) {
      expected.push(...(await write(container, n)));
      await drain(2);
      const ranges = await rangesOf(container);
      await splitIn(container, ranges[n % ranges.length]?.id ?? "", "keys").catch(() => undefined);
      if (n === 2) {
        iterator = container.items.getChangeFeedIterator<Entry>(
          options(ChangeFeedStartFrom.Continuation(continuation)),
        );
      }
    }
    await drain(Number.POSITIVE_INFINITY);
    expect((await rangesOf(container)).length).toBeGreaterThan(3);
    expect(found.map(({ id }) => id).sort(byText)).toEqual(expected.sort(byText));
    for (const key of KEYS) {
      const own = found.filter(({ partitionKey }) => partitionKey === key).map(({ id }) => id);
      expect(own).toEqual([0, 1, 2, 3].map((n) => `${key}~${n}`));
    }
  });
});

describe("session tokens through a split", () => {
  test("name the children, and a token of the parent is honoured through them", async () => {
    const container = await newContainer();
    await write(container, 0);
    const path = `/dbs/${DATABASE}/colls/${container.id}/docs/key-0~0`;
    const read = (token: string): Promise<RawAnswer> =>
      sendSigned(served.url(), KEY, {
        method: "GET",
        path,
        headers: { "x-ms-documentdb-partitionkey": '["key-0"]', "x-ms-session-token": token },
      });
    const whole = await read("0:-1#0");
    const [parent = "", lsn = ""] = whole.headers.get("x-ms-session-token")?.split(":-1#") ?? [];
    const children = await splitIn(container, parent, "keys");
    const known = await read(`${parent}:-1#${lsn}`);
    expect(known.status).toBe(200);
    const [child = ""] = known.headers.get("x-ms-session-token")?.split(":") ?? [];
    expect(children).toContain(child);
    const unknown = await read(`${parent}:-1#${Number(lsn) + 1}`);
    expect([unknown.status, unknown.headers.get("x-ms-substatus")]).toEqual([404, "1002"]);
  });

  test("of a client that has seen the parent are no obstacle", async () => {
    const container = await newContainer();
    await write(container, 0);
    for (const range of ["0", "1"]) await splitIn(container, range, "keys");
    await write(container, 1);
    for (const partitionKey of KEYS) {
      expect((await container.item(`${partitionKey}~1`, partitionKey).read()).statusCode).toBe(200);
    }
    expect(await refusalOf(container.item("none", "key-0").delete())).toMatchObject({ code: 404, substatus: 0 });
  });
});
