import { BulkOperationType, type Container } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { waitFor } from "../../support/wait-for.ts";
import { refusalOf, useContract } from "./contract-test.ts";

const contract = useContract();

const uniqueBy = (...keys: string[][]): Promise<Container> =>
  contract.container({ uniqueKeyPolicy: { uniqueKeys: keys.map((paths) => ({ paths })) } });

const CONFLICT = { code: 409 };

describe("a container with unique keys", () => {
  test("keeps them in its definition", async () => {
    const { resource } = await (await uniqueBy(["/email"], ["/name/first", "/name/last"])).read();
    expect(resource?.uniqueKeyPolicy).toMatchObject({
      uniqueKeys: [{ paths: ["/email"] }, { paths: ["/name/first", "/name/last"] }],
    });
  });

  test("refuses a second item with the same value in one partition", async () => {
    const container = await uniqueBy(["/email"]);
    await container.items.create({ id: "a", partitionKey: "p", email: "x" });
    expect(await refusalOf(container.items.create({ id: "b", partitionKey: "p", email: "x" }))).toMatchObject(CONFLICT);
    expect((await container.item("b", "p").read()).statusCode).toBe(404);
    expect((await container.items.create({ id: "b", partitionKey: "p", email: "y" })).statusCode).toBe(201);
  });

  test("lets another partition have the same value", async () => {
    const container = await uniqueBy(["/email"]);
    await container.items.create({ id: "a", partitionKey: "p", email: "x" });
    expect((await container.items.create({ id: "b", partitionKey: "q", email: "x" })).statusCode).toBe(201);
  });

  test("tells values of different types apart", async () => {
    const container = await uniqueBy(["/value"]);
    for (const [index, value] of ["1", 1, true, "true", ""].entries()) {
      expect((await container.items.create({ id: `i${index}`, partitionKey: "p", value })).statusCode).toBe(201);
    }
    expect(await refusalOf(container.items.create({ id: "again", partitionKey: "p", value: 1 }))).toMatchObject(
      CONFLICT,
    );
  });

  test("counts a missing value as null, which only one item may have", async () => {
    const container = await uniqueBy(["/email"]);
    await container.items.create({ id: "a", partitionKey: "p" });
    expect(await refusalOf(container.items.create({ id: "b", partitionKey: "p" }))).toMatchObject(CONFLICT);
    expect(await refusalOf(container.items.create({ id: "c", partitionKey: "p", email: null }))).toMatchObject(
      CONFLICT,
    );
  });

  test("compares all paths of a key together, nested ones too", async () => {
    const container = await uniqueBy(["/name/first", "/name/last"]);
    await container.items.create({ id: "a", partitionKey: "p", name: { first: "Ada", last: "Byron" } });
    const other = await container.items.create({ id: "b", partitionKey: "p", name: { first: "Ada", last: "King" } });
    expect(other.statusCode).toBe(201);
    const again = container.items.create({ id: "c", partitionKey: "p", name: { first: "Ada", last: "King" } });
    expect(await refusalOf(again)).toMatchObject(CONFLICT);
  });

  test("keeps each of several keys", async () => {
    const container = await uniqueBy(["/email"], ["/phone"]);
    await container.items.create({ id: "a", partitionKey: "p", email: "x", phone: 1 });
    const samePhone = container.items.create({ id: "b", partitionKey: "p", email: "y", phone: 1 });
    expect(await refusalOf(samePhone)).toMatchObject(CONFLICT);
    // The refused item holds nothing, not even what was free.
    expect((await container.items.create({ id: "b", partitionKey: "p", email: "y", phone: 2 })).statusCode).toBe(201);
  });

  test.each<[string, (container: Container) => Promise<unknown>]>([
    ["an upsert of a new item", (container) => container.items.upsert({ id: "c", partitionKey: "p", email: "x" })],
    ["an upsert of an old item", (container) => container.items.upsert({ id: "b", partitionKey: "p", email: "x" })],
    ["a replacement", (container) => container.item("b", "p").replace({ id: "b", partitionKey: "p", email: "x" })],
    ["a patch", (container) => container.item("b", "p").patch([{ op: "set", path: "/email", value: "x" }])],
  ])("refuses %s that would take a value, and leaves the item as it was", async (_, write) => {
    const container = await uniqueBy(["/email"]);
    await container.items.create({ id: "a", partitionKey: "p", email: "x" });
    await container.items.create({ id: "b", partitionKey: "p", email: "y" });
    expect(await refusalOf(write(container))).toMatchObject(CONFLICT);
    expect((await container.item("b", "p").read()).resource).toMatchObject({ email: "y" });
    expect((await container.items.readAll().fetchAll()).resources).toHaveLength(2);
  });

  test("lets an item keep its value, and frees the one that it had", async () => {
    const container = await uniqueBy(["/email"]);
    await container.items.create({ id: "a", partitionKey: "p", email: "x" });
    const kept = await container.item("a", "p").replace({ id: "a", partitionKey: "p", email: "x", n: 1 });
    expect(kept.statusCode).toBe(200);
    await container.item("a", "p").patch([{ op: "set", path: "/email", value: "y" }]);
    expect((await container.items.create({ id: "b", partitionKey: "p", email: "x" })).statusCode).toBe(201);
  });

  test("frees the value of a deleted item", async () => {
    const container = await uniqueBy(["/email"]);
    await container.items.create({ id: "a", partitionKey: "p", email: "x" });
    await container.item("a", "p").delete();
    expect((await container.items.create({ id: "b", partitionKey: "p", email: "x" })).statusCode).toBe(201);
  });

  test("frees the value of an expired item", async () => {
    const container = await contract.container({
      defaultTtl: -1,
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/email"] }] },
    });
    await container.items.create({ id: "a", partitionKey: "p", email: "x", ttl: 1 });
    const create = async (): Promise<unknown> =>
      container.items.create({ id: "b", partitionKey: "p", email: "x" }).then(
        ({ statusCode }) => statusCode,
        ({ code }: { code: unknown }) => code !== 409 && code,
      );
    expect(await waitFor(create, { what: "the value to be free", timeoutMs: 15_000 })).toBe(201);
  });

  test("fails a whole batch that has a value twice", async () => {
    const container = await uniqueBy(["/email"]);
    const creations = ["a", "b"].map((id) => ({
      operationType: BulkOperationType.Create,
      resourceBody: { id, partitionKey: "p", email: "x" },
    }));
    const { code, result } = await container.items.batch(creations, "p");
    expect([code, result?.map(({ statusCode }) => statusCode)]).toEqual([207, [424, 409]]);
    expect((await container.items.readAll().fetchAll()).resources).toEqual([]);
    // Nor does the batch that failed hold the value.
    expect((await container.items.create({ id: "c", partitionKey: "p", email: "x" })).statusCode).toBe(201);
  });

  test("lets a batch hand a value on", async () => {
    const container = await uniqueBy(["/email"]);
    await container.items.create({ id: "a", partitionKey: "p", email: "x" });
    const { code } = await container.items.batch(
      [
        { operationType: BulkOperationType.Delete, id: "a" },
        { operationType: BulkOperationType.Create, resourceBody: { id: "b", partitionKey: "p", email: "x" } },
      ],
      "p",
    );
    expect(code).toBe(200);
  });

  test("cannot change them", async () => {
    const container = await uniqueBy(["/email"]);
    const definition = { id: container.id, partitionKey: { paths: ["/partitionKey"] } };
    const other = container.replace({ ...definition, uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/phone"] }] } });
    expect(await refusalOf(other)).toMatchObject({ code: 400 });
    const { resource } = await container.read();
    if (resource === undefined) throw new Error("The container cannot be read.");
    expect((await container.replace({ ...resource, defaultTtl: 60 })).statusCode).toBe(200);
  });
});

describe("a container's unique keys", () => {
  test.each<[string, string[][]]>([
    ["without a path", [[]]],
    ["with a wildcard", [["/list/[]/name"]]],
    ["with seventeen paths", [Array.from({ length: 17 }, (_, index) => `/p${index}`)]],
    ["that are more than ten", Array.from({ length: 11 }, (_, index) => [`/p${index}`])],
  ])("%s are refused", async (_, keys) => {
    expect(await refusalOf(uniqueBy(...keys))).toMatchObject({ code: 400 });
  });
});
