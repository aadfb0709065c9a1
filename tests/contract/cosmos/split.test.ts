import { BulkOperationType } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { splitRange } from "../../../deploy/local/cosmos/resources/split.ts";
import { byText } from "./contract-test.ts";
import { KEYS, ofRange, useSplits } from "./split-contract.ts";

const { database, endpoint, get, newContainer, rangesOf, readFeed, restart, send, splitIn, write } = useSplits();

describe("a range that is split", () => {
  test("is replaced by two with new ids that name all their ancestors and fill its place", async () => {
    const container = await newContainer();
    const before = await get(container, "pkranges", {});
    const first = await splitIn(container, "0");
    expect(first).toEqual(["2", "3"]);
    await restart();
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
    const path = `/dbs/${database}/colls/${container.id}/docs`;
    const query = await send({
      method: "POST",
      path,
      headers: { ...ofRange("1"), "x-ms-documentdb-isquery": "True", "content-type": "application/query+json" },
      body: JSON.stringify({ query: "SELECT * FROM c" }),
    });
    expect([query.status, query.headers.get("x-ms-substatus")]).toEqual([410, "1002"]);
    const bulk = await send({
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
      const answer = await send({
        method: "POST",
        path: `/dbs/${database}/colls/${container.id}/docs`,
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
    const container = await newContainer({ throughput: 30_000 });
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
    const before = await rangesOf(container);
    const failing = new Promise((resolve, reject) => {
      endpoint().commits.write(
        () => {
          const found = endpoint().catalogue.databases.get(database)?.containers.get(container.id);
          if (found === undefined) throw new Error("There is no container.");
          splitRange(endpoint(), found, "0");
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
