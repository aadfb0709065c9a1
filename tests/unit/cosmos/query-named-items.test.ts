import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runQuery } from "../../../deploy/local/cosmos/query/execute.ts";
import { suspendedQueries } from "../../../deploy/local/cosmos/query/suspended.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import { type OpenContainer, openContainer } from "./open-container.ts";

const ITEMS = 4_000;
/** Of the processor, however many share it: to ask the index for every id under every key would take several times as much. */
const MOST_CPU_US = 3_000_000;

let open: OpenContainer;

beforeAll(() => {
  open = openContainer("/id");
  open.create(
    Array.from({ length: ITEMS }, (_, index) => ({ id: `i${index}` })),
    ({ id }) => [typeof id === "string" ? id : null],
  );
});

afterAll(() => open.close());

const read = (text: string): unknown[] => {
  const common = { scope: open.scope, parameters: new Map(), size: 1_000, nowMs: 2_000, suspended: suspendedQueries() };
  const query = parseQuery(text);
  let page = runQuery(query, { ...common, from: undefined });
  const found = [...page.documents];
  while (page.continuation !== undefined) {
    page = runQuery(query, { ...common, from: page.continuation });
    found.push(...page.documents);
  }
  return found.map((document): unknown => JSON.parse(document));
};

describe("thousands of items that a query names", () => {
  test("are found by their ids where these are their keys", () => {
    const ids = Array.from({ length: ITEMS }, (_, index) => `i${index}`);
    const before = process.cpuUsage();
    const found = read(`SELECT VALUE c.id FROM c WHERE c.id IN (${[...ids, "none"].map((id) => `'${id}'`).join()})`);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(MOST_CPU_US);
    expect(found).toEqual(ids);
  });
});
