import {
  BulkOperationType,
  ChangeFeedMode,
  type ChangeFeedPullModelIterator,
  ChangeFeedStartFrom,
  type Container,
  type ContainerRequest,
} from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { waitFor } from "../../support/wait-for.ts";
import { refusalOf, useContract } from "./contract-test.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

const contract = useContract();

interface Item {
  readonly id: string;
  readonly partitionKey: string;
  readonly n?: number;
}

/** An entry of the feed, as it goes over the wire. */
interface Entry {
  readonly current: Item | Record<string, never>;
  readonly previous?: Item;
  readonly metadata: {
    readonly lsn: number;
    readonly crts: number;
    readonly operationType: "create" | "replace" | "delete";
    readonly previousImageLSN?: number;
    readonly timeToLiveExpired?: boolean;
    readonly id?: string;
    readonly partitionKey?: Record<string, unknown>;
  };
}

const POLICY: Partial<ContainerRequest> = { changeFeedPolicy: { retentionDuration: 10 } };

const iterate = (container: Container, from: ChangeFeedStartFrom, maxItemCount = 100) =>
  container.items.getChangeFeedIterator<Entry>({
    changeFeedMode: ChangeFeedMode.AllVersionsAndDeletes,
    changeFeedStartFrom: from,
    maxItemCount,
  });

interface Drained {
  readonly pages: Entry[][];
  readonly continuation: string;
}

const drain = async (iterator: ChangeFeedPullModelIterator<Entry>): Promise<Drained> => {
  const pages: Entry[][] = [];
  while (true) {
    const page = await iterator.readNext();
    if (page.statusCode === 304) return { pages, continuation: page.continuationToken };
    pages.push([...page.result]);
  }
};

/** A container, and a reader that has taken up its feed from now on. */
const followed = async (
  more: Partial<ContainerRequest>,
): Promise<{ container: Container; news: () => Promise<Entry[]> }> => {
  const container = await contract.container(more);
  const iterator = iterate(container, ChangeFeedStartFrom.Now());
  expect((await drain(iterator)).pages).toEqual([]);
  return { container, news: async () => (await drain(iterator)).pages.flat() };
};

const read = (container: Container, headers: Record<string, string>): Promise<RawAnswer> => {
  const { url, key } = contract.endpoint();
  return sendSigned(url, key, {
    method: "GET",
    path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
    headers: {
      "a-im": "Full-Fidelity Feed",
      "x-ms-cosmos-changefeed-wire-format-version": "2021-09-15",
      "x-ms-documentdb-partitionkey": '["p"]',
      ...headers,
    },
  });
};

describe("the feed of all versions and deletes", () => {
  test("gives every version and every delete, each saying what happened", async () => {
    const { container, news } = await followed(POLICY);
    await container.items.create({ id: "a", partitionKey: "p", n: 1 });
    await container.items.upsert({ id: "a", partitionKey: "p", n: 2 });
    await container.item("a", "p").patch([{ op: "incr", path: "/n", value: 1 }]);
    await container.item("a", "p").delete();
    await container.items.create({ id: "a", partitionKey: "p", n: 9 });
    const entries = await news();
    expect(entries.map(({ current, metadata: { operationType } }) => [operationType, current["n"]])).toEqual([
      ["create", 1],
      ["replace", 2],
      ["replace", 3],
      ["delete", undefined],
      ["create", 9],
    ]);
    const lsns = entries.map(({ metadata: { lsn } }) => lsn);
    expect(lsns.every((lsn, index) => index === 0 || lsn > (lsns[index - 1] ?? 0))).toBe(true);
    expect(entries.map(({ metadata: { previousImageLSN } }) => previousImageLSN)).toEqual([
      undefined,
      lsns[0],
      lsns[1],
      lsns[2],
      undefined,
    ]);
    const [created, , , deleted] = entries;
    expect(created?.current).toMatchObject({ id: "a", partitionKey: "p", _etag: expect.any(String) });
    expect(Math.abs((created?.metadata.crts ?? 0) - Date.now() / 1000)).toBeLessThan(300);
    expect(deleted).toMatchObject({
      current: {},
      metadata: { timeToLiveExpired: false, id: "a", partitionKey: { partitionKey: "p" } },
    });
  });

  test("gives a batch whole, under one LSN, and never cuts it", async () => {
    const container = await contract.container(POLICY);
    const { continuation } = await drain(iterate(container, ChangeFeedStartFrom.Now()));
    const batch = async (n: number): Promise<void> => {
      const operations = [
        { operationType: BulkOperationType.Upsert, resourceBody: { id: "snapshot", partitionKey: "p", n } },
        { operationType: BulkOperationType.Create, resourceBody: { id: `event-${n}`, partitionKey: "p" } },
        ...(n === 0 ? [] : [{ operationType: BulkOperationType.Delete, id: `event-${n - 1}` }]),
      ];
      expect((await container.items.batch(operations, "p")).code).toBe(200);
    };
    for (let n = 0; n < 3; n++) await batch(n);
    const { pages } = await drain(iterate(container, ChangeFeedStartFrom.Continuation(continuation), 1));
    expect(pages.map((page) => page.map(({ metadata }) => metadata.operationType))).toEqual([
      ["create", "create"],
      ["replace", "create", "delete"],
      ["replace", "create", "delete"],
    ]);
    expect(pages.map((page) => new Set(page.map(({ metadata }) => metadata.lsn)).size)).toEqual([1, 1, 1]);
  });

  test("knows nothing of a batch that failed", async () => {
    const { container, news } = await followed(POLICY);
    await container.items.batch(
      [
        { operationType: BulkOperationType.Create, resourceBody: { id: "a", partitionKey: "p" } },
        { operationType: BulkOperationType.Delete, id: "absent" },
      ],
      "p",
    );
    await container.items.create({ id: "b", partitionKey: "p" });
    expect((await news()).map(({ current }) => current["id"])).toEqual(["b"]);
  });

  test("goes on from a continuation, also after a restart", async () => {
    const container = await contract.container(POLICY);
    const { continuation } = await drain(iterate(container, ChangeFeedStartFrom.Now()));
    for (const key of ["p", "q", "r"]) await container.items.create({ id: "a", partitionKey: key });
    const first = await drain(iterate(container, ChangeFeedStartFrom.Continuation(continuation)));
    expect(first.pages.flat()).toHaveLength(3);
    await contract.endpoint().restart?.();
    await container.item("a", "q").delete();
    await container.items.upsert({ id: "a", partitionKey: "r" });
    const second = await drain(iterate(container, ChangeFeedStartFrom.Continuation(first.continuation)));
    expect(
      second.pages
        .flat()
        .map(({ metadata }) => metadata.operationType)
        .sort(),
    ).toEqual(["delete", "replace"]);
    const again = await drain(iterate(container, ChangeFeedStartFrom.Continuation(continuation)));
    expect(again.pages.flat()).toHaveLength(5);
  });

  test("is read for one partition key", async () => {
    const container = await contract.container(POLICY);
    const iterator = iterate(container, ChangeFeedStartFrom.Now("q"));
    await drain(iterator);
    for (const key of ["p", "q"]) await container.items.create({ id: "a", partitionKey: key });
    await container.item("a", "q").delete();
    await container.item("a", "p").delete();
    const entries = (await drain(iterator)).pages.flat();
    expect(entries.map(({ metadata: { operationType } }) => operationType)).toEqual(["create", "delete"]);
    expect(entries[0]?.current).toMatchObject({ partitionKey: "q" });
  });

  test("begins, for a container without a policy, when it is first asked for", async () => {
    const container = await contract.container();
    await container.items.create({ id: "before", partitionKey: "p" });
    const iterator = iterate(container, ChangeFeedStartFrom.Now());
    expect((await drain(iterator)).pages).toEqual([]);
    await container.items.upsert({ id: "before", partitionKey: "p", n: 1 });
    await container.item("before", "p").delete();
    const entries = (await drain(iterator)).pages.flat();
    expect(entries.map(({ metadata: { operationType } }) => operationType)).toEqual(["replace", "delete"]);
  });

  test("cannot be read from the beginning", async () => {
    const container = await contract.container(POLICY);
    const answer = await read(container, {});
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("beginning")]);
    const past = new Date(Date.now() - 3_600_000).toUTCString();
    expect((await read(container, { "if-modified-since": past })).status).toBe(400);
  });

  test("answers with an ETag whether something is new or not", async () => {
    const container = await contract.container(POLICY);
    const first = await read(container, { "if-none-match": "*" });
    const etag = first.headers.get("etag") ?? "";
    expect([first.status, etag]).toEqual([304, expect.stringMatching(/^".+"$/)]);
    await container.items.create({ id: "a", partitionKey: "p" });
    const second = await read(container, { "if-none-match": etag });
    expect([second.status, second.headers.get("etag")]).toEqual([200, expect.not.stringMatching(`^${etag}$`)]);
    expect(JSON.parse(second.text)).toMatchObject({
      _count: 1,
      Documents: [{ metadata: { operationType: "create" } }],
    });
  });

  test("tells of items that expired", async () => {
    const { container, news } = await followed({ ...POLICY, defaultTtl: -1 });
    await container.items.create({ id: "a", partitionKey: "p", ttl: 1 });
    const entries: Entry[] = [];
    await waitFor(async () => entries.push(...(await news())) === 2, { what: "both versions", timeoutMs: 15_000 });
    expect(
      entries.map(({ metadata: { operationType, timeToLiveExpired } }) => [operationType, timeToLiveExpired]),
    ).toEqual([
      ["create", undefined],
      ["delete", true],
    ]);
    expect(entries[1]?.metadata).toMatchObject({ id: "a", previousImageLSN: entries[0]?.metadata.lsn });
  });
});

describe("a container's change feed policy", () => {
  test("is kept, and given back", async () => {
    const container = await contract.container(POLICY);
    expect((await container.read()).resource).toMatchObject({ changeFeedPolicy: { retentionDuration: 10 } });
  });

  test.each([[-1], [1.5]])("does not keep versions for %d minutes", async (retentionDuration) => {
    expect(await refusalOf(contract.container({ changeFeedPolicy: { retentionDuration } }))).toMatchObject({
      code: 400,
    });
  });
});
