import {
  BulkOperationType,
  type ChangeFeedIteratorOptions,
  type ChangeFeedPullModelIterator,
  ChangeFeedStartFrom,
  type Container,
  type FeedRange,
} from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { useContract } from "./contract-test.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();

interface Change {
  readonly id: string;
  readonly partitionKey: string;
  readonly n?: number;
  readonly _lsn: number;
}

/** Reads until nothing is new; gives the changes, page by page, and where to go on. */
const drain = async (
  iterator: ChangeFeedPullModelIterator<Change>,
): Promise<{ pages: Change[][]; continuation: string }> => {
  const pages: Change[][] = [];
  while (true) {
    const page = await iterator.readNext();
    if (page.statusCode === 304) return { pages, continuation: page.continuationToken };
    pages.push([...page.result]);
  }
};

const feed = (container: Container, options: ChangeFeedIteratorOptions): ChangeFeedPullModelIterator<Change> =>
  container.items.getChangeFeedIterator<Change>(options);

const fill = async (container: Container, keys: number, perKey: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let n = 0; n < perKey; n++) {
    for (let key = 0; key < keys; key++) {
      await container.items.create({ id: `${key}~${n}`, partitionKey: `key-${key}` });
      ids.push(`${key}~${n}`);
    }
  }
  return ids.sort();
};

describe("the change feed", () => {
  test("gives every item from the beginning, in order within a partition", async () => {
    const container = await contract.container();
    const ids = await fill(container, 6, 3);
    const { pages } = await drain(
      feed(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 4 }),
    );
    const changes = pages.flat();
    expect(changes.map(({ id }) => id).sort()).toEqual(ids);
    for (let key = 0; key < 6; key++) {
      const own = changes.filter(({ partitionKey }) => partitionKey === `key-${key}`);
      expect(own.map(({ id }) => id)).toEqual([`${key}~0`, `${key}~1`, `${key}~2`]);
      expect(own.every((change, index) => index === 0 || change._lsn > (own[index - 1]?._lsn ?? 0))).toBe(true);
    }
  });

  test("gives the latest version of an item that changed, at its new place", async () => {
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p", n: 1 });
    await container.items.create({ id: "b", partitionKey: "p", n: 1 });
    await container.items.upsert({ id: "a", partitionKey: "p", n: 2 });
    await container.items.create({ id: "c", partitionKey: "p", n: 1 });
    await container.item("b", "p").delete();
    const { pages } = await drain(feed(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning() }));
    expect(pages.flat().map(({ id, n }) => [id, n])).toEqual([
      ["a", 2],
      ["c", 1],
    ]);
  });

  test("goes on from a continuation, also after a restart", async () => {
    const container = await contract.container();
    await fill(container, 4, 2);
    const first = await drain(
      feed(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 3 }),
    );
    expect(first.pages.flat()).toHaveLength(8);
    await contract.endpoint().restart?.();
    await container.items.upsert({ id: "0~0", partitionKey: "key-0", n: 7 });
    await container.items.create({ id: "new", partitionKey: "key-9" });
    const start = ChangeFeedStartFrom.Continuation(first.continuation);
    const second = await drain(feed(container, { changeFeedStartFrom: start }));
    expect(
      second.pages
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["0~0", "new"]);
  });

  test("starts from now, or from a time", async () => {
    const container = await contract.container();
    await container.items.create({ id: "before", partitionKey: "p" });
    const iterator = feed(container, { changeFeedStartFrom: ChangeFeedStartFrom.Now() });
    expect((await drain(iterator)).pages).toEqual([]);
    await container.items.create({ id: "after", partitionKey: "p" });
    expect((await drain(iterator)).pages.flat().map(({ id }) => id)).toEqual(["after"]);
    const minute = 60_000;
    const recent = ChangeFeedStartFrom.Time(new Date(Date.now() - minute));
    expect((await drain(feed(container, { changeFeedStartFrom: recent }))).pages.flat()).toHaveLength(2);
    const later = ChangeFeedStartFrom.Time(new Date(Date.now() + minute));
    expect((await drain(feed(container, { changeFeedStartFrom: later }))).pages.flat()).toEqual([]);
  });

  test("is read range by range, the ranges together being the whole", async () => {
    const container = await contract.container();
    const ids = await fill(container, 12, 1);
    const found: string[][] = [];
    const readRange = async (range: FeedRange): Promise<void> => {
      const { pages } = await drain(feed(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range) }));
      found.push(pages.flat().map(({ id }) => id));
    };
    for (const range of await container.getFeedRanges()) await readRange(range);
    expect(found.flat().sort()).toEqual(ids);
  });

  test("is read for one partition key", async () => {
    const container = await contract.container();
    await fill(container, 5, 2);
    const start = ChangeFeedStartFrom.Beginning("key-3");
    const { pages } = await drain(feed(container, { changeFeedStartFrom: start, maxItemCount: 1 }));
    expect(pages.map((page) => page.map(({ id }) => id))).toEqual([["3~0"], ["3~1"]]);
  });

  test("never cuts a batch in two, and gives it in order", async () => {
    const container = await contract.container();
    const batch = async (first: number): Promise<void> => {
      const operations = [2, 0, 1].map((offset) => ({
        operationType: BulkOperationType.Upsert,
        resourceBody: { id: `i${first + offset}`, partitionKey: "p" },
      }));
      await container.items.batch(operations, "p");
    };
    await batch(0);
    await batch(3);
    const { pages } = await drain(
      feed(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 1 }),
    );
    expect(pages.map((page) => page.map(({ id }) => id))).toEqual([
      ["i2", "i0", "i1"],
      ["i5", "i3", "i4"],
    ]);
    expect(pages.every((page) => new Set(page.map(({ _lsn }) => _lsn)).size === 1)).toBe(true);
  });

  test("answers with an ETag whether something is new or not", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p" });
    const path = `/dbs/${contract.database().id}/colls/${container.id}/docs`;
    const headers = { "a-im": "Incremental Feed", "x-ms-documentdb-partitionkey": '["p"]' };
    const first = await sendSigned(url, key, { method: "GET", path, headers });
    const etag = first.headers.get("etag") ?? "";
    expect([first.status, etag]).toEqual([200, expect.stringMatching(/^".+"$/)]);
    const second = await sendSigned(url, key, { method: "GET", path, headers: { ...headers, "if-none-match": etag } });
    expect([second.status, second.headers.get("etag")]).toEqual([304, expect.stringMatching(/^".+"$/)]);
  });

  test("of a range that is not there is gone, with substatus 1002", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    const path = `/dbs/${contract.database().id}/colls/${container.id}/docs`;
    const headers = { "a-im": "Incremental Feed", "x-ms-documentdb-partitionkeyrangeid": "4711" };
    const answer = await sendSigned(url, key, { method: "GET", path, headers });
    expect([answer.status, answer.headers.get("x-ms-substatus")]).toEqual([410, "1002"]);
  });
});
