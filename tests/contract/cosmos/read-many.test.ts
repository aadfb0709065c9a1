import { type Container, PartitionKeyDefinitionVersion, PartitionKeyKind, type SqlQuerySpec } from "@azure/cosmos";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { byText, useContract } from "./contract-test.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();

const PARTITIONS = 10;
const ITEMS = 20;

const fill = async (container: Container, item: (partition: number, index: number) => object): Promise<void> => {
  const operations = Array.from({ length: PARTITIONS * ITEMS }, (_, number) =>
    container.items.create(item(Math.floor(number / ITEMS), number % ITEMS)),
  );
  await Promise.all(operations);
};

interface Page {
  readonly ids: readonly string[];
  /** How many items were fetched for it. */
  readonly fetched: number;
  readonly continuation: string | null;
}

const readPage = async (
  container: Container,
  query: SqlQuerySpec,
  rangeId: string,
  continuation: string | null,
): Promise<Page> => {
  const { url, key } = contract.endpoint();
  const answer = await sendSigned(url, key, {
    method: "POST",
    path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
    headers: {
      "content-type": "application/query+json",
      "x-ms-documentdb-isquery": "True",
      "x-ms-documentdb-query-enablecrosspartition": "True",
      "x-ms-documentdb-populatequerymetrics": "True",
      "x-ms-documentdb-partitionkeyrangeid": rangeId,
      "x-ms-max-item-count": "-1",
      ...(continuation === null ? {} : { "x-ms-continuation": continuation }),
    },
    body: JSON.stringify({ parameters: [], ...query }),
  });
  expect(answer.status).toBe(200);
  const documents: { id: string }[] = JSON.parse(answer.text).Documents;
  const metrics = answer.headers.get("x-ms-documentdb-query-metrics") ?? "";
  return {
    ids: documents.map(({ id }) => id),
    fetched: Number(/retrievedDocumentCount=(\d+)/.exec(metrics)?.[1]),
    continuation: answer.headers.get("x-ms-continuation"),
  };
};

/**
 * Runs a query over the whole container and gives what it found, and how many items it fetched for that. On a busy machine a
 * page may end before everything is found, since its time is over.
 */
const run = async (container: Container, query: SqlQuerySpec): Promise<{ ids: string[]; fetched: number }> => {
  const { resources: ranges } = await container.readPartitionKeyRanges().fetchAll();
  const ids: string[] = [];
  let fetched = 0;
  for (const { id } of ranges) {
    let continuation: string | null = null;
    do {
      const page: Page = await readPage(container, query, id, continuation);
      ids.push(...page.ids);
      fetched += page.fetched;
      ({ continuation } = page);
    } while (continuation !== null);
  }
  return { ids: ids.toSorted(byText), fetched };
};

// These are the queries by which SDKs read many items at once.
describe("reading many items by key and id", () => {
  let plain: Container;
  let byId: Container;
  let hierarchical: Container;

  beforeAll(async () => {
    plain = await contract.container();
    byId = await contract.container({ partitionKey: { paths: ["/id"] } });
    hierarchical = await contract.container({
      partitionKey: {
        paths: ["/a", "/b"],
        kind: PartitionKeyKind.MultiHash,
        version: PartitionKeyDefinitionVersion.V2,
      },
    });
    await fill(plain, (partition, index) => ({ id: `i${index}`, partitionKey: `p${partition}` }));
    await fill(byId, (partition, index) => ({ id: `i${partition}-${index}` }));
    await fill(hierarchical, (partition, index) => ({ id: `i${index}`, a: `a${partition}`, b: index % 2 }));
  });

  test("as pairs, fetches only those", async () => {
    const query = {
      query:
        "SELECT * FROM c WHERE ( ( c.id = @id0 AND c.partitionKey = @pk0 ) OR ( c.id = @id1 AND c.partitionKey = @pk1 ) OR ( c.id = @id2 AND c.partitionKey = @pk2 ) )",
      parameters: [
        { name: "@id0", value: "i3" },
        { name: "@pk0", value: "p0" },
        { name: "@id1", value: "i5" },
        { name: "@pk1", value: "p7" },
        { name: "@id2", value: "absent" },
        { name: "@pk2", value: "p7" },
      ],
    };
    expect(await run(plain, query)).toEqual({ ids: ["i3", "i5"], fetched: 2 });
  });

  test("as ids of one partition, fetches only those", async () => {
    const query = { query: "SELECT * FROM c WHERE c.partitionKey = 'p4' AND c.id IN ('i1', 'i2', 'absent')" };
    expect(await run(plain, query)).toEqual({ ids: ["i1", "i2"], fetched: 2 });
  });

  test("as ids that are the keys, fetches only those", async () => {
    const query = { query: "SELECT * FROM c WHERE c.id IN ( 'i0-1', 'i9-19', 'absent' )" };
    expect(await run(byId, query)).toEqual({ ids: ["i0-1", "i9-19"], fetched: 2 });
  });

  test("as pairs with hierarchical keys, fetches only those", async () => {
    const query =
      "SELECT * FROM c WHERE ( ( c.id = 'i2' AND c.a = 'a0' AND c.b = 0 ) OR ( c.id = 'i3' AND c.a = 'a9' AND c.b = 1 ) OR ( c.id = 'i3' AND c.a = 'a8' AND c.b = 0 ) )";
    expect(await run(hierarchical, { query })).toEqual({ ids: ["i2", "i3"], fetched: 2 });
  });

  test("as pairs without a key, fetches only the items that have none", async () => {
    await plain.items.create({ id: "keyless" });
    const query =
      "SELECT * FROM c WHERE ( ( c.id = 'keyless' AND IS_DEFINED(c.partitionKey) = false ) OR ( c.id = 'i1' AND c.partitionKey = 'p1' ) )";
    expect(await run(plain, { query })).toEqual({ ids: ["i1", "keyless"], fetched: 2 });
  });

  test("as a thousand pairs, finds them all", async () => {
    const pairs = Array.from({ length: 1_000 }, (_, number) => {
      const [partition, index] = [number % PARTITIONS, Math.floor(number / PARTITIONS)];
      return `( c.id = 'i${index}' AND c.partitionKey = 'p${partition}' )`;
    });
    const { ids, fetched } = await run(plain, { query: `SELECT * FROM c WHERE ( ${pairs.join(" OR ")} )` });
    expect([ids.length, fetched]).toEqual([PARTITIONS * ITEMS, PARTITIONS * ITEMS]);
  });
});

describe("a query that names the first components of a hierarchical key", () => {
  test("fetches only what begins with them", async () => {
    const container = await contract.container({
      partitionKey: {
        paths: ["/a", "/b"],
        kind: PartitionKeyKind.MultiHash,
        version: PartitionKeyDefinitionVersion.V2,
      },
    });
    await fill(container, (partition, index) => ({ id: `i${index}`, a: `a${partition}`, b: index }));
    const found = await run(container, { query: "SELECT * FROM c WHERE c.a = 'a3' AND c.id IN ('i1', 'i2')" });
    expect(found).toEqual({ ids: ["i1", "i2"], fetched: 2 });
    const all = await run(container, { query: "SELECT * FROM c WHERE c.a = 'a3'" });
    expect([all.ids.length, all.fetched]).toEqual([ITEMS, ITEMS]);
  });
});
