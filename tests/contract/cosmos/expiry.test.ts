import { BulkOperationType, ChangeFeedStartFrom, type Container } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { waitFor } from "../../support/wait-for.ts";
import { refusalOf, useContract } from "./contract-test.ts";

const contract = useContract();

const gone = async (container: Container, id: string): Promise<void> => {
  const isGone = async (): Promise<boolean> => (await container.item(id, "p").read()).statusCode === 404;
  await waitFor(isGone, { what: `the item ${id} to expire`, timeoutMs: 10_000 });
};

describe("an item with a time to live", () => {
  test("is gone after it, from reads and queries, and can be created anew", async () => {
    const container = await contract.container({ defaultTtl: -1 });
    await container.items.create({ id: "short", partitionKey: "p", ttl: 3600 });
    await container.items.create({ id: "forever", partitionKey: "p" });
    expect((await container.item("short", "p").read()).statusCode).toBe(200);
    await container.items.upsert({ id: "short", partitionKey: "p", ttl: 1 });
    await gone(container, "short");
    const { resources } = await container.items.query("SELECT VALUE c.id FROM c", { partitionKey: "p" }).fetchAll();
    expect(resources).toEqual(["forever"]);
    expect((await container.items.create({ id: "short", partitionKey: "p" })).statusCode).toBe(201);
  });

  test("takes the container's default when it has none of its own, and -1 for never", async () => {
    const container = await contract.container({ defaultTtl: 1 });
    await container.items.create({ id: "default", partitionKey: "p" });
    await container.items.create({ id: "forever", partitionKey: "p", ttl: -1 });
    await gone(container, "default");
    expect((await container.item("forever", "p").read()).statusCode).toBe(200);
  });

  test("stays when the container has none switched on, until it has", async () => {
    const container = await contract.container();
    await container.items.create({ id: "a", partitionKey: "p", ttl: 1 });
    const definition = { id: container.id, partitionKey: { paths: ["/partitionKey"] } };
    await container.replace({ ...definition, defaultTtl: 3600 });
    await gone(container, "a");
  });

  test("can be created anew in a batch once it has expired, and is not in the change feed", async () => {
    const container = await contract.container({ defaultTtl: -1 });
    await container.items.create({ id: "a", partitionKey: "p", ttl: 1 });
    await container.items.create({ id: "b", partitionKey: "p", ttl: 1 });
    await gone(container, "a");
    await gone(container, "b");
    const operations = [
      { operationType: BulkOperationType.Create, resourceBody: { id: "a", partitionKey: "p" } },
      { operationType: BulkOperationType.Upsert, resourceBody: { id: "c", partitionKey: "p" } },
    ];
    expect((await container.items.batch(operations, "p")).result?.map(({ statusCode }) => statusCode)).toEqual([
      201, 201,
    ]);
    const deletion = [{ operationType: BulkOperationType.Delete, id: "b" }];
    expect((await container.items.batch(deletion, "p")).result?.map(({ statusCode }) => statusCode)).toEqual([404]);
    const iterator = container.items.getChangeFeedIterator<{ id: string }>({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning("p"),
    });
    expect((await iterator.readNext()).result.map(({ id }) => id)).toEqual(["a", "c"]);
  });

  test("that has expired does not come back when the container's default is taken away", async () => {
    const container = await contract.container({ defaultTtl: -1 });
    await container.items.create({ id: "a", partitionKey: "p", ttl: 1 });
    await container.items.create({ id: "b", partitionKey: "p", ttl: 3600 });
    await gone(container, "a");
    await container.replace({ id: container.id, partitionKey: { paths: ["/partitionKey"] } });
    expect((await container.item("a", "p").read()).statusCode).toBe(404);
    expect((await container.item("b", "p").read()).statusCode).toBe(200);
  });

  test("must have one of at least a second", async () => {
    const container = await contract.container({ defaultTtl: -1 });
    for (const ttl of [0, -2, 1.5, null]) {
      expect(await refusalOf(container.items.upsert({ id: "a", partitionKey: "p", ttl }))).toMatchObject({ code: 400 });
    }
  });
});
