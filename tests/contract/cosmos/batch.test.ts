import { BulkOperationType, type OperationInput } from "@azure/cosmos";
import { describe, expect, test } from "@jest/globals";
import { byText, useContract } from "./contract-test.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();

const create = (id: string, partitionKey = "p"): OperationInput => ({
  operationType: BulkOperationType.Create,
  resourceBody: { id, partitionKey },
});

describe("a transactional batch", () => {
  test("does everything, and answers for each operation", async () => {
    const container = await contract.container();
    await container.items.create({ id: "old", partitionKey: "p", n: 1 });
    await container.items.create({ id: "gone", partitionKey: "p" });
    const { code, result } = await container.items.batch(
      [
        create("new"),
        { operationType: BulkOperationType.Upsert, resourceBody: { id: "upserted", partitionKey: "p" } },
        { operationType: BulkOperationType.Replace, id: "old", resourceBody: { id: "old", partitionKey: "p", n: 2 } },
        {
          operationType: BulkOperationType.Patch,
          id: "old",
          resourceBody: { operations: [{ op: "incr", path: "/n", value: 5 }] },
        },
        { operationType: BulkOperationType.Read, id: "old" },
        { operationType: BulkOperationType.Delete, id: "gone" },
      ],
      "p",
    );
    expect(code).toBe(200);
    expect(result?.map(({ statusCode }) => statusCode)).toEqual([201, 201, 200, 200, 200, 204]);
    expect(result?.[4]?.resourceBody).toMatchObject({ id: "old", n: 7 });
    expect(result?.[0]?.eTag).toBe(result?.[0]?.resourceBody?.["_etag"]);
    const ids = (await container.items.readAll().fetchAll()).resources.map(({ id }) => String(id)).toSorted(byText);
    expect(ids).toEqual(["new", "old", "upserted"]);
  });

  test("does nothing when one operation fails, and says which", async () => {
    const container = await contract.container();
    await container.items.create({ id: "there", partitionKey: "p" });
    const { code, result } = await container.items.batch([create("a"), create("there"), create("b")], "p");
    expect(code).toBe(207);
    expect(result?.map(({ statusCode }) => statusCode)).toEqual([424, 409, 424]);
    expect((await container.items.readAll().fetchAll()).resources).toHaveLength(1);
  });

  test.each([
    [
      "an ETag that is not the item's",
      {
        operationType: BulkOperationType.Replace,
        id: "there",
        ifMatch: '"other"',
        resourceBody: { id: "there", partitionKey: "p" },
      },
      412,
    ],
    [
      "an upsert under an ETag that is not the item's",
      { operationType: BulkOperationType.Upsert, ifMatch: '"other"', resourceBody: { id: "there", partitionKey: "p" } },
      412,
    ],
    ["the deletion of what is not there", { operationType: BulkOperationType.Delete, id: "absent" }, 404],
    ["an item of another partition", create("x", "q"), 400],
  ] as const)("fails as a whole by %s", async (_, operation, status) => {
    const container = await contract.container();
    await container.items.create({ id: "there", partitionKey: "p" });
    const { code, result } = await container.items.batch([create("a"), operation], "p");
    expect([code, result?.[0]?.statusCode, result?.[1]?.statusCode]).toEqual([207, 424, status]);
    expect((await container.item("a", "p").read()).statusCode).toBe(404);
  });

  test("lets one of many writers of the same version win, whole", async () => {
    const container = await contract.container();
    const attempts = Array.from({ length: 10 }, (_, writer) =>
      container.items.batch(
        ["event", "other"].map((part) => ({
          operationType: BulkOperationType.Upsert,
          ifMatch: `"fresh-${writer}"`,
          resourceBody: { id: `${part}~0000000001`, partitionKey: "p", writer },
        })),
        "p",
      ),
    );
    const codes = (await Promise.all(attempts)).map(({ code }) => code);
    expect(codes.filter((code) => code === 200)).toHaveLength(1);
    const { resources } = await container.items.readAll().fetchAll();
    expect(resources).toHaveLength(2);
    expect(new Set(resources.map(({ writer }) => writer)).size).toBe(1);
  });

  test("may have 100 operations, not more", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    const send = (count: number): ReturnType<typeof sendSigned> =>
      sendSigned(url, key, {
        method: "POST",
        path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
        headers: {
          "x-ms-documentdb-partitionkey": '["p"]',
          "x-ms-cosmos-is-batch-request": "True",
          "x-ms-cosmos-batch-atomic": "True",
        },
        body: JSON.stringify(Array.from({ length: count }, (_, index) => create(`i${index}`))),
      });
    expect(await send(101)).toMatchObject({ status: 400 });
    expect(await send(100)).toMatchObject({ status: 200 });
  });

  test("leaves the items out of the answer when the client wants it minimal", async () => {
    const { url, key } = contract.endpoint();
    const container = await contract.container();
    const answer = await sendSigned(url, key, {
      method: "POST",
      path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
      headers: {
        "x-ms-documentdb-partitionkey": '["p"]',
        "x-ms-cosmos-is-batch-request": "True",
        "x-ms-cosmos-batch-atomic": "True",
        prefer: "return=minimal",
      },
      body: JSON.stringify([{ operationType: "Create", resourceBody: { id: "a", partitionKey: "p" } }]),
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual([
      { statusCode: 201, eTag: expect.any(String), requestCharge: expect.any(Number) },
    ]);
  });
});

describe("a bulk request", () => {
  test("lets every operation succeed or fail alone, over all partitions", async () => {
    const container = await contract.container();
    await container.items.create({ id: "there", partitionKey: "p0" });
    const operations = Array.from({ length: 20 }, (_, index) => ({
      operationType: BulkOperationType.Create,
      partitionKey: `p${index}`,
      resourceBody: { id: "there", partitionKey: `p${index}` },
    }));
    const results = await container.items.executeBulkOperations(operations);
    const statuses = results.map(({ response, error }) => response?.statusCode ?? error?.code);
    expect(statuses).toEqual([409, ...Array.from({ length: 19 }, () => 201)]);
    expect((await container.items.readAll().fetchAll()).resources).toHaveLength(20);
  });
});
