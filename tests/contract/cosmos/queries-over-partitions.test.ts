import type { Container } from "@azure/cosmos";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { useContract } from "./contract-test.ts";
import { createPeople } from "./query-items.ts";
import { type RawAnswer, sendSigned } from "./signed-request.ts";

const contract = useContract();
let container: Container;

beforeAll(async () => {
  container = await contract.container();
  await createPeople(container);
});

/** Sends a query over all partitions as a client without a plan would. */
const send = (query: string, headers: Record<string, string> = {}): Promise<RawAnswer> => {
  const { url, key } = contract.endpoint();
  return sendSigned(url, key, {
    method: "POST",
    path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
    headers: {
      "content-type": "application/query+json",
      "x-ms-documentdb-isquery": "True",
      "x-ms-documentdb-query-enablecrosspartition": "True",
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
};

describe("a query over partitions", () => {
  test.each([
    ["an order", "SELECT * FROM c ORDER BY c.age"],
    ["a limit", "SELECT TOP 3 * FROM c"],
    ["an offset", "SELECT * FROM c OFFSET 1 LIMIT 2"],
    ["an aggregate", "SELECT VALUE COUNT(1) FROM c"],
    ["distinct results", "SELECT DISTINCT VALUE c.team FROM c"],
    ["groups", "SELECT c.team, COUNT(1) AS n FROM c GROUP BY c.team"],
  ])("that has %s is left to the client, with the plan by which it is to join the results", async (_, query) => {
    const answer = await send(query);
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining("can not be directly served") });
    expect(answer.headers.get("x-ms-substatus")).toBe("1004");
    const plan: unknown = JSON.parse(JSON.parse(answer.text).additionalErrorInfo);
    expect(plan).toMatchObject({ queryInfo: expect.anything(), queryRanges: [{ min: "", max: "FF" }] });
  });

  test("that only filters is served at once", async () => {
    const answer = await send("SELECT VALUE c.name FROM c WHERE c.age > 0", { "x-ms-max-item-count": "-1" });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text).Documents.length).toBeGreaterThan(0);
  });

  test("whose filter names one partition key is served at once, whatever it has", async () => {
    const { resources } = await container.items.query("SELECT TOP 1 VALUE c.partitionKey FROM c").fetchAll();
    const [key] = resources;
    const answer = await send(`SELECT VALUE COUNT(1) FROM c WHERE c.partitionKey = ${JSON.stringify(key)}`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text).Documents).toEqual([expect.any(Number)]);
  });
});
