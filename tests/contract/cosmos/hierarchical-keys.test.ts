import {
  BulkOperationType,
  type Container,
  type PartitionKey,
  PartitionKeyBuilder,
  PartitionKeyDefinitionVersion,
  PartitionKeyKind,
} from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { byText, refusalOf, useContract } from "./contract-test.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();

const PATHS = ["/state", "/city", "/zip"];

const hierarchical = (paths = PATHS): Promise<Container> =>
  contract.container({
    partitionKey: { paths, kind: PartitionKeyKind.MultiHash, version: PartitionKeyDefinitionVersion.V2 },
  });

const PLACES = [
  ["CA", "Oxnard", "93033"],
  ["CA", "Oxnard", "93030"],
  ["CA", "Ojai", "93023"],
  ["WA", "Seattle", "98101"],
] as const;

const withPlaces = async (): Promise<Container> => {
  const container = await hierarchical();
  for (const [state, city, zip] of PLACES) await container.items.create({ id: zip, state, city, zip });
  return container;
};

const idsIn = async (container: Container, query: string, partitionKey?: PartitionKey): Promise<string[]> => {
  const options = partitionKey === undefined ? {} : { partitionKey };
  const { resources } = await container.items.query<{ id: string }>(query, options).fetchAll();
  return resources.map(({ id }) => id).toSorted(byText);
};

describe("a hierarchical partition key", () => {
  test("is echoed as it was defined", async () => {
    const { resource } = await (await hierarchical()).read();
    expect(resource?.partitionKey).toEqual({ paths: PATHS, kind: "MultiHash", version: 2 });
  });

  test("finds, replaces, patches and deletes an item by all of its components", async () => {
    const container = await withPlaces();
    const item = container.item("93033", ["CA", "Oxnard", "93033"]);
    expect((await item.read()).resource).toMatchObject({ city: "Oxnard" });
    const replaced = await item.replace({ id: "93033", state: "CA", city: "Oxnard", zip: "93033", n: 1 });
    expect(replaced.statusCode).toBe(200);
    expect((await item.patch([{ op: "incr", path: "/n", value: 2 }])).resource).toMatchObject({ n: 3 });
    expect((await item.delete()).statusCode).toBe(204);
    expect((await item.read()).statusCode).toBe(404);
  });

  test("does not find an item by other components", async () => {
    const container = await withPlaces();
    expect((await container.item("93033", ["CA", "Ojai", "93033"]).read()).statusCode).toBe(404);
  });

  test("can have nulls, booleans, numbers and nothing in it, which are different keys", async () => {
    const container = await hierarchical(["/a", "/b"]);
    const keys: [unknown, unknown][] = [
      ["x", null],
      ["x", "null"],
      ["x", 0],
      ["x", false],
      ["x", undefined],
    ];
    for (const [a, b] of keys) expect((await container.items.create({ id: "same", a, b })).statusCode).toBe(201);
    expect((await container.items.query("SELECT * FROM c").fetchAll()).resources).toHaveLength(keys.length);
    const withoutSecond = new PartitionKeyBuilder().addValue("x").addNoneValue().build();
    expect((await container.item("same", ["x", 0]).read()).resource).toMatchObject({ b: 0 });
    expect((await container.item("same", withoutSecond).read()).resource).not.toHaveProperty("b");
  });

  test("lets a batch write items of one whole key", async () => {
    const container = await hierarchical();
    const { code } = await container.items.batch(
      ["a", "b"].map((id) => ({
        operationType: BulkOperationType.Create,
        resourceBody: { id, state: "CA", city: "Ojai", zip: "93023" },
      })),
      ["CA", "Ojai", "93023"],
    );
    expect(code).toBe(200);
    expect(await idsIn(container, "SELECT * FROM c", ["CA", "Ojai", "93023"])).toEqual(["a", "b"]);
  });

  test("is refused with substatus 1001 when it is not the item's, or not whole", async () => {
    const { url, key } = contract.endpoint();
    const container = await hierarchical();
    const send = async (partitionKey: unknown): Promise<unknown[]> => {
      const answer = await sendSigned(url, key, {
        method: "POST",
        path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
        headers: { "x-ms-documentdb-partitionkey": JSON.stringify(partitionKey) },
        body: JSON.stringify({ id: "a", state: "CA", city: "Ojai", zip: "93023" }),
      });
      return [answer.status, answer.headers.get("x-ms-substatus")];
    };
    expect(await send(["CA", "Ojai", "93024"])).toEqual([400, "1001"]);
    expect(await send(["CA", "Ojai"])).toEqual([400, "1001"]);
    expect(await send(["CA", "Ojai", "93023", "x"])).toEqual([400, "1001"]);
    expect((await send(["CA", "Ojai", "93023"]))[0]).toBe(201);
  });
});

describe("a query with the first components of a hierarchical key", () => {
  test.each<[PartitionKey, string[]]>([
    [["CA"], ["93023", "93030", "93033"]],
    [
      ["CA", "Oxnard"],
      ["93030", "93033"],
    ],
    [["CA", "Oxnard", "93033"], ["93033"]],
    [["OR"], []],
    [["CA", null], []],
  ])("%j finds what begins with them", async (partitionKey, ids) => {
    expect(await idsIn(await withPlaces(), "SELECT * FROM c", partitionKey)).toEqual(ids);
  });

  test("filters, sorts and counts among those", async () => {
    const container = await withPlaces();
    expect(await idsIn(container, "SELECT * FROM c WHERE c.zip > '93025'", ["CA"])).toEqual(["93030", "93033"]);
    const sorted = await container.items
      .query({ query: "SELECT VALUE c.id FROM c ORDER BY c.zip DESC" }, { partitionKey: ["CA"], maxItemCount: 1 })
      .fetchAll();
    expect(sorted.resources).toEqual(["93033", "93030", "93023"]);
    const counted = await container.items
      .query("SELECT VALUE COUNT(1) FROM c", { partitionKey: ["CA", "Oxnard"] })
      .fetchAll();
    expect(counted.resources).toEqual([2]);
  });
});

describe("a query that names a hierarchical key in its condition", () => {
  test.each([
    ["c.state = 'CA'", ["93023", "93030", "93033"]],
    ["c.state = 'CA' AND c.city = 'Oxnard'", ["93030", "93033"]],
    ["c.state = 'CA' AND c.city = 'Oxnard' AND c.zip = '93033'", ["93033"]],
    ["c.state IN ('CA', 'WA') AND c.city IN ('Ojai', 'Seattle')", ["93023", "98101"]],
    ["c.city = 'Oxnard' AND c.id = '93030'", ["93030"]],
    ["c.state = 'CA' OR c.city = 'Seattle'", ["93023", "93030", "93033", "98101"]],
  ])("finds the items where %s", async (where, ids) => {
    expect(await idsIn(await withPlaces(), `SELECT * FROM c WHERE ${where}`)).toEqual(ids);
  });

  test("needs no leave to reach over partitions when it names it whole", async () => {
    const { url, key } = contract.endpoint();
    const container = await withPlaces();
    const query = async (where: string): Promise<unknown[]> => {
      const answer = await sendSigned(url, key, {
        method: "POST",
        path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
        headers: { "content-type": "application/query+json", "x-ms-documentdb-isquery": "True" },
        body: JSON.stringify({ query: `SELECT * FROM c WHERE ${where}`, parameters: [] }),
      });
      return [answer.status, answer.status === 200 ? JSON.parse(answer.text)._count : undefined];
    };
    expect(await query("c.state = 'CA' AND c.city = 'Oxnard' AND c.zip = '93033'")).toEqual([200, 1]);
    expect(await query("c.zip = '93033'")).toEqual([400, undefined]);
  });
});

describe("a definition of a hierarchical key", () => {
  test.each([
    [
      "more than three paths",
      { paths: ["/a", "/b", "/c", "/d"], kind: PartitionKeyKind.MultiHash, version: PartitionKeyDefinitionVersion.V2 },
    ],
    [
      "several paths without being hierarchical",
      { paths: ["/a", "/b"], kind: PartitionKeyKind.Hash, version: PartitionKeyDefinitionVersion.V2 },
    ],
    [
      "hashing version 1",
      { paths: ["/a", "/b"], kind: PartitionKeyKind.MultiHash, version: PartitionKeyDefinitionVersion.V1 },
    ],
  ])("with %s is refused", async (_, definition) => {
    expect(await refusalOf(contract.container({ partitionKey: definition }))).toMatchObject({ code: 400 });
  });
});

describe("a container of hashing version 1", () => {
  test("keeps its definition and finds its items", async () => {
    const container = await contract.container({
      partitionKey: {
        paths: ["/partitionKey"],
        kind: PartitionKeyKind.Hash,
        version: PartitionKeyDefinitionVersion.V1,
      },
    });
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}-${"x".repeat(index * 10)}`);
    for (const partitionKey of keys) await container.items.create({ id: "a", partitionKey });
    for (const key of keys) expect((await container.item("a", key).read()).statusCode).toBe(200);
    expect((await container.items.readAll().fetchAll()).resources).toHaveLength(keys.length);
    const operations = keys.map((partitionKey) => ({
      operationType: BulkOperationType.Upsert,
      partitionKey,
      resourceBody: { id: "a", partitionKey, n: 1 },
    }));
    // The SDK works out itself in which range each key lies.
    const results = await container.items.executeBulkOperations(operations);
    expect(new Set(results.map(({ response }) => response?.statusCode))).toEqual(new Set([200]));
  });
});
