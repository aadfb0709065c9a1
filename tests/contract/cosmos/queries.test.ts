import type { Container, FeedOptions, SqlQuerySpec } from "@azure/cosmos";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { refusalOf, useContract } from "./contract-test.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();
let container: Container;

const ITEMS = [
  { id: "a~1", partitionKey: "a", n: 1, name: "Anna", tags: ["x", "y"], address: { city: "Bern" } },
  { id: "a~2", partitionKey: "a", n: 5, name: "bob", tags: ["y"], address: { city: "Rome" } },
  { id: "a~3", partitionKey: "a", n: 3, name: "Cyd", tags: [] },
  { id: "a~4", partitionKey: "a", n: null, name: "Dan" },
  { id: "a~5", partitionKey: "a", name: "Eve" },
  { id: "b~1", partitionKey: "b", n: 4, name: "Fay" },
  { id: "c~1", partitionKey: "c", n: 2, name: "Gus" },
];

const run = async (query: string | SqlQuerySpec, options: FeedOptions = { partitionKey: "a" }): Promise<unknown[]> =>
  (await container.items.query(query, options).fetchAll()).resources;

const ids = async (where: string, parameters: SqlQuerySpec["parameters"] = []): Promise<unknown[]> =>
  run({ query: `SELECT VALUE c.id FROM c WHERE ${where}`, parameters });

beforeAll(async () => {
  container = await contract.container();
  for (const item of ITEMS) await container.items.create(item);
});

describe("a query of one partition", () => {
  test("gives whole items, in the order of their creation", async () => {
    const found = await run("SELECT * FROM c");
    expect(found).toMatchObject(ITEMS.slice(0, 5));
  });

  test("gives what it selects", async () => {
    expect(
      await run("SELECT c.id, c.address.city AS town, c.n * 2 AS twice, [c.n, 'k'] AS list FROM c WHERE c.n = 5"),
    ).toEqual([{ id: "a~2", town: "Rome", twice: 10, list: [5, "k"] }]);
    expect(await run("SELECT VALUE {name: c.name, city: c.address.city} FROM c WHERE c.n = 3")).toEqual([
      { name: "Cyd" },
    ]);
    expect(await run("SELECT VALUE c.n FROM c")).toEqual([1, 5, 3, null]);
  });

  test.each([
    ["c.n = 3", ["a~3"]],
    ["c.n != 3", ["a~1", "a~2", "a~4"]],
    ["c.n > 1 AND c.n <= 5", ["a~2", "a~3"]],
    ["c.n = 1 OR c.name = 'Eve'", ["a~1", "a~5"]],
    ["NOT (c.n = 1)", ["a~2", "a~3", "a~4"]],
    ["c.n IN (1, 5)", ["a~1", "a~2"]],
    ["c.n NOT IN (1, 5)", ["a~3", "a~4"]],
    ["c.n BETWEEN 2 AND 5", ["a~2", "a~3"]],
    ["IS_DEFINED(c.n)", ["a~1", "a~2", "a~3", "a~4"]],
    ["NOT IS_DEFINED(c.n)", ["a~5"]],
    ["c.n = null", ["a~4"]],
    ["STARTSWITH(c.name, 'B', true)", ["a~2"]],
    ["CONTAINS(c.name, 'n')", ["a~1", "a~4"]],
    ["ARRAY_CONTAINS(c.tags, 'y')", ["a~1", "a~2"]],
    ["ARRAY_LENGTH(c.tags) = 0", ["a~3"]],
    ["c.address.city LIKE 'R%'", ["a~2"]],
    ["LOWER(c.name) = 'anna'", ["a~1"]],
    ["c['name'] = \"Dan\"", ["a~4"]],
    ["c.id >= 'a~2' AND c.id < 'a~4'", ["a~2", "a~3"]],
    ["STARTSWITH(c.id, 'a~')", ["a~1", "a~2", "a~3", "a~4", "a~5"]],
    ["c.id IN ('a~5', 'a~1', 'none')", ["a~1", "a~5"]],
    ["c.id = 'b~1'", []],
    ["c.partitionKey = 'b'", []],
  ])("filters by %s", async (where, expected) => {
    expect(await ids(where)).toEqual(expected);
  });

  test("takes parameters of any type", async () => {
    expect(await ids("c.name = @name", [{ name: "@name", value: "bob" }])).toEqual(["a~2"]);
    expect(await ids("ARRAY_CONTAINS(@list, c.n)", [{ name: "@list", value: [3, 5] }])).toEqual(["a~2", "a~3"]);
    expect(await ids("c.address = @address", [{ name: "@address", value: { city: "Bern" } }])).toEqual(["a~1"]);
  });

  test("sorts by several keys, null and missing values first", async () => {
    expect(await run("SELECT VALUE c.id FROM c ORDER BY c.n")).toEqual(["a~5", "a~4", "a~1", "a~3", "a~2"]);
    expect(await run("SELECT VALUE c.id FROM c WHERE c.n > 0 ORDER BY c.n DESC, c.id ASC")).toEqual([
      "a~2",
      "a~3",
      "a~1",
    ]);
  });

  test("counts and sums", async () => {
    expect(await run("SELECT VALUE COUNT(1) FROM c")).toEqual([5]);
    expect(await run("SELECT VALUE COUNT(c.n) FROM c")).toEqual([4]);
    expect(await run("SELECT VALUE SUM(c.n) FROM c WHERE IS_NUMBER(c.n)")).toEqual([9]);
    expect(await run("SELECT VALUE AVG(c.n) FROM c WHERE IS_NUMBER(c.n)")).toEqual([3]);
    expect(await run("SELECT MIN(c.n) AS low, MAX(c.n) AS high FROM c WHERE IS_NUMBER(c.n)")).toEqual([
      { low: 1, high: 5 },
    ]);
  });

  test("gives only so many", async () => {
    expect(await run("SELECT TOP 2 VALUE c.id FROM c")).toEqual(["a~1", "a~2"]);
    expect(await run("SELECT VALUE c.id FROM c ORDER BY c.name OFFSET 1 LIMIT 2")).toEqual(["a~3", "a~4"]);
  });

  test.each([
    ["SELECT VALUE c.id FROM c", ["a~1", "a~2", "a~3", "a~4", "a~5"]],
    ["SELECT VALUE c.id FROM c ORDER BY c.n DESC", ["a~2", "a~3", "a~1", "a~4", "a~5"]],
    ["SELECT VALUE c.id FROM c OFFSET 1 LIMIT 3", ["a~2", "a~3", "a~4"]],
  ])("goes on from a continuation, also after a restart: %s", async (query, expected) => {
    const found: unknown[] = [];
    let continuationToken: string | undefined;
    do {
      const options = { partitionKey: "a", maxItemCount: 2, ...(continuationToken ? { continuationToken } : {}) };
      const page = await container.items.query(query, options).fetchNext();
      expect(page.resources.length).toBeLessThanOrEqual(2);
      found.push(...page.resources);
      continuationToken = page.continuationToken;
      if (found.length === 2) await contract.endpoint().restart?.();
    } while (continuationToken !== undefined);
    expect(found).toEqual(expected);
  });

  test("reports its metrics when asked", async () => {
    const page = await container.items
      .query("SELECT * FROM c", { partitionKey: "a", populateQueryMetrics: true })
      .fetchNext();
    expect(page.queryMetrics).toBeDefined();
    expect(page.requestCharge).toBeGreaterThan(0);
  });

  test.each([
    ["SELECT VALUE COUNT(1) FROM c", 0],
    ["SELECT VALUE COUNT(1) FROM c WHERE c.n > 0", 0],
    ["SELECT * FROM c", 5],
  ])("tells how many items were fetched: %s", async (query, retrieved) => {
    const { url, key } = contract.endpoint();
    const answer = await sendSigned(url, key, {
      method: "POST",
      path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
      headers: {
        "content-type": "application/query+json",
        "x-ms-documentdb-isquery": "True",
        "x-ms-documentdb-partitionkey": '["a"]',
        "x-ms-documentdb-populatequerymetrics": "True",
      },
      body: JSON.stringify({ query }),
    });
    const metrics = answer.headers.get("x-ms-documentdb-query-metrics") ?? "";
    expect(Number(/retrievedDocumentCount=(\d+)/.exec(metrics)?.[1])).toBe(retrieved);
  });

  test("begins anew with a continuation that Azure gave for another container", async () => {
    const continuationToken = "-RID:~a0NPAOszCpOChB4AAAAAAA==#RT:1#TRC:2#ISV:2#IEO:65567#QCF:8";
    const options = { partitionKey: "a", maxItemCount: 2, continuationToken };
    const query = "SELECT TOP 3 VALUE c.id FROM c";
    expect((await container.items.query(query, options).fetchNext()).resources).toEqual(["a~1", "a~2"]);
  });
});

describe("a query over partitions", () => {
  test("sorts, counts and limits over all of them", async () => {
    expect(await run("SELECT VALUE c.id FROM c WHERE c.n > 0 ORDER BY c.n DESC", {})).toEqual([
      "a~2",
      "b~1",
      "a~3",
      "c~1",
      "a~1",
    ]);
    expect(await run("SELECT VALUE COUNT(1) FROM c", {})).toEqual([7]);
    expect(await run("SELECT VALUE c.id FROM c WHERE c.n > 0 ORDER BY c.n OFFSET 1 LIMIT 2", {})).toEqual([
      "c~1",
      "a~3",
    ]);
    const keys = {
      query: "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(@keys, c.id) ORDER BY c.id",
      parameters: [{ name: "@keys", value: ["c~1", "a~2"] }],
    };
    expect(await run(keys, {})).toEqual(["a~2", "c~1"]);
    expect(await run("SELECT VALUE c.id FROM c WHERE c.partitionKey IN ('b', 'c') ORDER BY c.id", {})).toEqual([
      "b~1",
      "c~1",
    ]);
  });

  test("has a plan by which the SDK can join the ranges itself", async () => {
    const options = { forceQueryPlan: true, maxItemCount: 2 };
    expect(await run("SELECT c.id FROM c WHERE c.n > 0 ORDER BY c.n DESC", options)).toEqual(
      ["a~2", "b~1", "a~3", "c~1", "a~1"].map((id) => ({ id })),
    );
    expect(await run("SELECT VALUE COUNT(1) FROM c", options)).toEqual([7]);
    expect(await run("SELECT VALUE AVG(c.n) FROM c WHERE IS_NUMBER(c.n)", options)).toEqual([3]);
    expect(await run("SELECT VALUE MAX(c.n) FROM c WHERE IS_NUMBER(c.n)", options)).toEqual([5]);
    expect(await run("SELECT VALUE c.id FROM c WHERE c.n > 0 ORDER BY c.n OFFSET 1 LIMIT 2", options)).toEqual([
      "c~1",
      "a~3",
    ]);
    expect(await run("SELECT TOP 3 VALUE c.n FROM c WHERE c.n > 0 ORDER BY c.n", options)).toEqual([1, 2, 3]);
  });

  test("needs leave to be one", async () => {
    const { url, key } = contract.endpoint();
    const answer = await sendSigned(url, key, {
      method: "POST",
      path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
      headers: { "content-type": "application/query+json", "x-ms-documentdb-isquery": "True" },
      body: JSON.stringify({ query: "SELECT * FROM c" }),
    });
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining("Cross partition query is required") });
  });
});

describe("a query that is wrong", () => {
  test.each([
    "SELECT * FROM",
    "SELECT * FROM c WHERE",
    "SELECT * FROM c WHERE c.n =",
    "SELECT nothing FROM c",
    "SELECT * FROM c WHERE NO_SUCH(c.n)",
    "SELECT * FROM c WHERE c.n = @missing",
    "SELECT * FROM c WHERE c.n = 'open",
  ])("is refused: %s", async (query) => {
    expect(await refusalOf(run(query))).toMatchObject({ code: 400 });
  });
});
