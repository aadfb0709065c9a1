import type { Container } from "@azure/cosmos";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { byText, useContract } from "./contract-test.ts";
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

/** Sends a query over one partition, which its filter names. */
const sendInOne = async (select: string, headers: Record<string, string> = {}): Promise<RawAnswer> => {
  const { resources } = await container.items.query("SELECT TOP 1 VALUE c.partitionKey FROM c").fetchAll();
  return send(`SELECT ${select} FROM c WHERE c.partitionKey = ${JSON.stringify(resources[0])}`, headers);
};

describe("a query over partitions", () => {
  test.each([
    ["an order", "SELECT * FROM c ORDER BY c.age"],
    ["a limit", "SELECT TOP 3 * FROM c"],
    ["an offset", "SELECT * FROM c OFFSET 1 LIMIT 2"],
    ["an aggregate", "SELECT VALUE COUNT(1) FROM c"],
    ["distinct results", "SELECT DISTINCT VALUE c.team FROM c"],
    ["groups", "SELECT c.team FROM c GROUP BY c.team"],
  ])("that has %s is left to the client, with the plan by which it is to join the results", async (_, query) => {
    const answer = await send(query);
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining("can not be directly served") });
    expect(answer.headers.get("x-ms-substatus")).toBe("1004");
    const plan: unknown = JSON.parse(JSON.parse(answer.text).additionalErrorInfo);
    expect(plan).toMatchObject({ queryInfo: expect.anything(), queryRanges: [{ min: "", max: "FF" }] });
  });

  test.each([
    ["an aggregate that is not the value selected", "SELECT COUNT(1) AS n FROM c"],
    ["an aggregate of each group", "SELECT c.team, COUNT(1) AS n FROM c GROUP BY c.team"],
  ])("that has %s is planned only for clients that ask for the plan", async (_, query) => {
    const answer = await send(query);
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining("only supports 'VALUE") });
    expect(answer.headers.get("x-ms-substatus")).not.toBe("1004");
    expect((await container.items.query(query).fetchAll()).resources.length).toBeGreaterThan(0);
  });

  test("that is to be run in parallel is left to the client, whatever it has", async () => {
    const answer = await send("SELECT * FROM c", { "x-ms-documentdb-query-parallelizecrosspartitionquery": "True" });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("x-ms-substatus")).toBe("1004");
  });

  test("that only filters is served range by range, each page from one of them", async () => {
    const { resources: ranges } = await container.readPartitionKeyRanges().fetchAll();
    const found: string[] = [];
    const tokens: string[] = [];
    let continuation: string | undefined;
    do {
      const more = continuation === undefined ? {} : { "x-ms-continuation": continuation };
      const answer = await send("SELECT VALUE c.id FROM c WHERE c.age > 0", { "x-ms-max-item-count": "-1", ...more });
      expect(answer.status).toBe(200);
      found.push(...JSON.parse(answer.text).Documents);
      tokens.push(answer.headers.get("x-ms-session-token") ?? "");
      continuation = answer.headers.get("x-ms-continuation") ?? undefined;
    } while (continuation !== undefined);
    // Each answer's session token names the range that it was read from.
    expect(tokens.map((token) => token.split(":")[0])).toEqual(ranges.map(({ id }) => id));
    const { resources: all } = await container.items
      .query<string>("SELECT VALUE c.id FROM c WHERE c.age > 0")
      .fetchAll();
    expect(found.toSorted(byText)).toEqual(all.toSorted(byText));
    expect(new Set(found).size).toBe(found.length);
  });

  describe("whose filter names one partition key", () => {
    test.each([
      ["VALUE COUNT(1)", [expect.any(Number)]],
      ["COUNT(1) AS n", [{ n: expect.any(Number) }]],
      ["TOP 1 VALUE c.partitionKey", [expect.any(String)]],
    ])("is served at once: %s", async (select, expected) => {
      const answer = await sendInOne(select);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text).Documents).toEqual(expected);
      expect(answer.headers.get("x-ms-continuation")).toBeNull();
    });

    test.each([
      ["distinct results, which may come again on its next page", "DISTINCT VALUE c.team", {}],
      ["an aggregate, without continuations", "COUNT(1)", { "x-ms-documentdb-query-iscontinuationexpected": "False" }],
    ])("is left to the client when it asks for %s", async (_, select, headers) => {
      const answer = await sendInOne(select, headers);
      expect([answer.status, answer.headers.get("x-ms-substatus")]).toEqual([400, "1004"]);
    });
  });
});
