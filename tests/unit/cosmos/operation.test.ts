import { describe, expect, test } from "@jest/globals";
import { OPERATIONS, operationOf } from "../../../deploy/local/cosmos/http/operation.ts";

const CONTAINER = ["dbs", "d", "colls", "c"];
const DOCS = [...CONTAINER, "docs"];
const ITEM = [...DOCS, "i"];

const CASES: [string, string, string[], Record<string, string>][] = [
  ["create", "POST", DOCS, {}],
  ["upsert", "POST", DOCS, { "x-ms-documentdb-is-upsert": "True" }],
  ["read", "GET", ITEM, {}],
  ["replace", "PUT", ITEM, {}],
  ["patch", "PATCH", ITEM, {}],
  ["delete", "DELETE", ITEM, {}],
  ["deletePartition", "POST", [...CONTAINER, "operations", "partitionkeydelete"], {}],
  ["batch", "POST", DOCS, { "x-ms-cosmos-is-batch-request": "True", "x-ms-cosmos-batch-atomic": "true" }],
  ["bulk", "POST", DOCS, { "x-ms-cosmos-is-batch-request": "True", "x-ms-cosmos-batch-atomic": "False" }],
  ["query", "POST", DOCS, { "content-type": "application/query+json" }],
  ["query", "POST", DOCS, { "x-ms-documentdb-isquery": "True" }],
  ["queryPlan", "POST", DOCS, { "x-ms-cosmos-is-query-plan-request": "True", "x-ms-documentdb-isquery": "True" }],
  ["list", "GET", DOCS, {}],
  ["changeFeed", "GET", DOCS, { "a-im": "Incremental Feed" }],
  ["ranges", "GET", [...CONTAINER, "pkranges"], {}],
  ["metadata", "GET", [], {}],
  ["metadata", "POST", ["dbs"], { "content-type": "application/query+json" }],
  ["metadata", "PUT", CONTAINER, {}],
  ["metadata", "GET", ["offers", "r"], {}],
  ["metadata", "POST", [...CONTAINER, "sprocs"], {}],
];

describe("a request's operation", () => {
  test.each(CASES)("is %s for %s %j %j", (operation, method, path, headers) => {
    expect(operationOf({ method, path, headers, body: "", origin: "" })).toBe(operation);
  });

  test("is one of those that rules may name, and every one of those is some request's", () => {
    expect(new Set(CASES.map(([operation]) => operation))).toEqual(new Set(OPERATIONS));
  });
});
