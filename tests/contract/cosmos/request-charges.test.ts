import { BulkOperationType, type Container, type ItemDefinition } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { useContract } from "./contract-test.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();

const KIBIBYTE = 1024;

/** An item of a size, most of it in one text. */
const sized = (id: string, kibibytes: number): ItemDefinition => ({
  id,
  partitionKey: "p",
  text: "x".repeat(kibibytes * KIBIBYTE - 300),
});

/** A small item with many properties. */
const wide = (id: string): ItemDefinition => ({
  id,
  partitionKey: "p",
  value: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`property${index}`, index])),
});

const createCharge = async (container: Container, item: ItemDefinition): Promise<number> =>
  (await container.items.create(item)).requestCharge;

describe("the charge for", () => {
  test("reading an item of a kibibyte is one request unit, more for a larger one", async () => {
    const container = await contract.container();
    await container.items.create(sized("small", 1));
    await container.items.create(sized("large", 64));
    const small = (await container.item("small", "p").read()).requestCharge;
    const large = (await container.item("large", "p").read()).requestCharge;
    expect(small).toBeCloseTo(1, 0);
    expect(large).toBeGreaterThan(4 * small);
    expect(large).toBeLessThan(16 * small);
  });

  test("writing an item of a kibibyte is about five times that for reading it", async () => {
    const container = await contract.container();
    const charge = await createCharge(container, sized("a", 1));
    expect(charge).toBeGreaterThan(4);
    expect(charge).toBeLessThan(8);
    expect(await createCharge(container, sized("b", 64))).toBeGreaterThan(5 * charge);
  });

  test("writing depends on how much is indexed", async () => {
    const all = await contract.container();
    const some = await contract.container({ indexingPolicy: { excludedPaths: [{ path: "/value/*" }] } });
    const charges = [await createCharge(all, wide("a")), await createCharge(some, wide("a"))];
    expect(charges[0]).toBeGreaterThan(1.3 * (charges[1] ?? 0));
  });

  test("replacing is more than that for creating, since old values leave the index", async () => {
    const container = await contract.container();
    const created = await createCharge(container, wide("a"));
    const other = { ...wide("a"), value: { other: 1, ...wide("b")["value"] } };
    const replaced = (await container.item("a", "p").replace(other)).requestCharge;
    expect(replaced).toBeGreaterThan(created);
    expect(replaced).toBeLessThan(3 * created);
  });

  test("a batch is about the sum of those for its operations", async () => {
    const container = await contract.container();
    const alone = await createCharge(container, sized("alone", 1));
    const operations = ["a", "b"].map((id) => ({
      operationType: BulkOperationType.Create,
      resourceBody: JSON.parse(JSON.stringify(sized(id, 1))),
    }));
    const { headers } = await container.items.batch(operations, "p");
    const charge = Number(headers["x-ms-request-charge"]);
    expect(charge).toBeGreaterThan(1.5 * alone);
    expect(charge).toBeLessThan(3 * alone);
  });

  test("a query grows with what it returns", async () => {
    const container = await contract.container();
    for (let index = 0; index < 50; index++) await container.items.create(sized(`i${index}`, 1));
    const query = (text: string): Promise<{ requestCharge: number }> =>
      container.items.query(text, { partitionKey: "p" }).fetchAll();
    const one = (await query("SELECT * FROM c WHERE c.id = 'i7'")).requestCharge;
    const all = (await query("SELECT * FROM c")).requestCharge;
    expect(one).toBeGreaterThan(2);
    expect(one).toBeLessThan(5);
    expect(all).toBeGreaterThan(one + 1);
  });
});

describe("an answer", () => {
  test("tells in which range an item lies, and with which number it was written", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    const { headers: written } = await container.items.create({ id: "a", partitionKey: "p" });
    await container.items.create({ id: "b", partitionKey: "p" });
    const answer = await sendSigned(url, key, {
      method: "GET",
      path: `/dbs/${contract.database().id}/colls/${container.id}/docs/a`,
      headers: { "x-ms-documentdb-partitionkey": '["p"]' },
    });
    const ranges = (await container.readPartitionKeyRanges().fetchAll()).resources.map(({ id }) => id);
    expect(ranges).toContain(answer.headers.get("x-ms-documentdb-partitionkeyrangeid"));
    expect(answer.headers.get("x-ms-item-lsn")).toBe(String(written["lsn"]));
    expect(Number(answer.headers.get("lsn"))).toBeGreaterThan(Number(answer.headers.get("x-ms-item-lsn")));
    expect(Number(answer.headers.get("x-ms-request-duration-ms"))).toBeGreaterThanOrEqual(0);
  });
});

/** A container with one item that has an indexed property, and one that is not indexed. */
const filled = async (): Promise<Container> => {
  const container = await contract.container({ indexingPolicy: { excludedPaths: [{ path: "/hidden/?" }] } });
  await container.items.create({ id: "a", partitionKey: "p", shown: 1, hidden: 1 });
  return container;
};

describe("index metrics", () => {
  test("tell which indexes a query used, and which it missed", async () => {
    const container = await filled();
    const { indexMetrics } = await container.items
      .query("SELECT * FROM c WHERE c.shown = 1 AND c.hidden = 1", { populateIndexMetrics: true })
      .fetchNext();
    expect(JSON.parse(indexMetrics)).toMatchObject({
      Utilized: { SingleIndexes: expect.arrayContaining([expect.objectContaining({ IndexSpec: "/shown/?" })]) },
      Potential: { SingleIndexes: expect.arrayContaining([expect.objectContaining({ IndexSpec: "/hidden/?" })]) },
    });
  });

  test("come in base64 to those who ask for the first version", async () => {
    const { url, key } = contract.endpoint();
    const container = await filled();
    const { headers } = await sendSigned(url, key, {
      method: "POST",
      path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
      headers: {
        "content-type": "application/query+json",
        "x-ms-documentdb-isquery": "True",
        "x-ms-documentdb-partitionkey": '["p"]',
        "x-ms-cosmos-populateindexmetrics": "true",
      },
      body: JSON.stringify({ query: "SELECT * FROM c WHERE c.shown = 1", parameters: [] }),
    });
    const text = Buffer.from(headers.get("x-ms-cosmos-index-utilization") ?? "", "base64").toString();
    expect(JSON.parse(text)).toMatchObject({
      UtilizedSingleIndexes: expect.arrayContaining([
        expect.objectContaining({ IndexSpec: "/shown/?", IndexImpactScore: "High" }),
      ]),
      PotentialSingleIndexes: [],
      UtilizedCompositeIndexes: [],
      PotentialCompositeIndexes: [],
    });
  });
});
