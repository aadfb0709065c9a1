import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { parsedQueries } from "../../../deploy/local/cosmos/query/parsed-queries.ts";
import { statementsOn } from "../../../deploy/local/cosmos/storage/table-statements.ts";
import { type EndpointWithClock, openWithClock } from "./endpoint-with-clock.ts";

const COLLECTION = "/dbs/d/colls/c";

let served: EndpointWithClock;

const definition = (more: object = {}): object => ({
  id: "c",
  partitionKey: { paths: ["/partitionKey"], kind: "Hash", version: 2 },
  ...more,
});

beforeEach(async () => {
  served = openWithClock();
  await served.ask("POST", "/dbs", {}, { id: "d" });
  await served.ask("POST", "/dbs/d/colls", {}, definition());
});

afterEach(() => {
  jest.restoreAllMocks();
  served.close();
});

const create = async (partitionKey: string): Promise<number> => {
  const headers = { "x-ms-documentdb-partitionkey": JSON.stringify([partitionKey]) };
  return (await served.ask("POST", `${COLLECTION}/docs`, headers, { id: "a", partitionKey })).status;
};
const remembered = (): number | undefined =>
  served.endpoint.catalogue.databases.get("d")?.containers.get("c")?.keys.size;

describe("the partition keys seen lately", () => {
  test("are remembered, but for those that are long", async () => {
    expect(await create("p")).toBe(201);
    expect(remembered()).toBe(1);
    expect(await create("p".repeat(2_000))).toBe(201);
    expect(remembered()).toBe(1);
  });
});

describe("the statements that are prepared", () => {
  test("are no more for one default time to live than for many", async () => {
    const prepare = jest.spyOn(DatabaseSync.prototype, "prepare");
    for (const defaultTtl of [10, 20, -1, 30]) await served.ask("PUT", COLLECTION, {}, definition({ defaultTtl }));
    expect(prepare.mock.calls.filter(([sql]) => sql.includes("SET expires = CASE"))).toHaveLength(1);
  });

  test("are kept for each table, and forgotten when they become very many", () => {
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE t (a INTEGER)");
    const prepare = statementsOn(database, "t");
    const first = prepare("SELECT a FROM $table");
    expect(prepare("SELECT a FROM $table")).toBe(first);
    for (let n = 0; n < 1_000; n++) prepare(`SELECT a FROM $table WHERE a = ${n}`);
    expect(prepare("SELECT a FROM $table")).not.toBe(first);
    database.close();
  });
});

const queryOf = (length: number): string => `SELECT * FROM c WHERE c.a = "${"x".repeat(length)}"`;

describe("the queries that were parsed", () => {
  test("are remembered, but for those that are long", () => {
    const parse = parsedQueries();
    const [short, long] = [queryOf(100), queryOf(100_000)];
    expect(parse(short)).toBe(parse(short));
    expect(parse(long)).not.toBe(parse(long));
    expect(parse(long)).toEqual(parse(long));
  });
});
