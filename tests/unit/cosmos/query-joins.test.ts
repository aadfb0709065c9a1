import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { runQuery } from "../../../deploy/local/cosmos/query/execute.ts";
import { suspendedQueries } from "../../../deploy/local/cosmos/query/suspended.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import { type OpenContainer, openContainer } from "./open-container.ts";
import { run } from "./query-language.ts";

const ELEMENTS = 40;
const ROWS = ELEMENTS * ELEMENTS;
/** A page that takes too long ends after 16 rows. */
const FEWEST_PAGES = 90;
const MOST_PAGES = 400;

let open: OpenContainer;

beforeAll(() => {
  open = openContainer("/key");
  const x = Array.from({ length: ELEMENTS }, (_, index) => index);
  open.create([{ id: "only", key: "k", x }], () => ["k"]);
});

afterAll(() => open.close());

const makeTimeStandStill = (): void => {
  jest.spyOn(performance, "now").mockReturnValue(0);
};

const makeTimeFly = (): void => {
  let now = performance.now();
  jest.spyOn(performance, "now").mockImplementation(() => {
    now += 1_000;
    return now;
  });
};

afterEach(() => {
  jest.restoreAllMocks();
});

const readAll = (text: string): { results: unknown[]; pages: number } => {
  const query = parseQuery(text);
  const common = {
    scope: open.scope,
    parameters: new Map(),
    size: 10_000,
    nowMs: 2_000,
    suspended: suspendedQueries(),
  };
  let page = runQuery(query, { ...common, from: undefined });
  const results: unknown[] = [...page.documents];
  let pages = 1;
  for (; page.continuation !== undefined && pages < MOST_PAGES; pages++) {
    page = runQuery(query, { ...common, from: page.continuation });
    results.push(...page.documents);
  }
  return { results, pages };
};

const CROSS = "FROM c JOIN a IN c.x JOIN b IN c.x";

describe("a cross join within one item", () => {
  test.each([
    ["aggregated", `SELECT VALUE COUNT(1) ${CROSS} WHERE a <= b`],
    ["aggregated, when no row matches", `SELECT VALUE COUNT(1) ${CROSS} WHERE a + b < 0`],
    ["grouped", `SELECT a, COUNT(1) AS n ${CROSS} GROUP BY a`],
    ["listed", `SELECT VALUE [a, b] ${CROSS}`],
    ["listed, when no row matches", `SELECT VALUE a ${CROSS} WHERE a + b < 0`],
    ["ordered", `SELECT VALUE [a, b] ${CROSS} ORDER BY c.id`],
    [
      "of a whole result",
      `SELECT VALUE SUM(a * b) FROM (SELECT DISTINCT VALUE c FROM c) d JOIN a IN d.x JOIN b IN d.x`,
    ],
    [
      "without a container",
      `SELECT VALUE COUNT(1) FROM (SELECT VALUE [${[...Array(ELEMENTS).keys()].join()}]) s JOIN a IN s JOIN b IN s`,
    ],
  ])("lets others have their turn: %s", (_, text) => {
    makeTimeStandStill();
    const wanted = readAll(text);
    expect(wanted.pages).toBe(1);
    makeTimeFly();
    const { results, pages } = readAll(text);
    expect(results).toEqual(wanted.results);
    expect(pages).toBeGreaterThan(FEWEST_PAGES);
    expect(pages).toBeLessThan(MOST_PAGES);
  });
});

describe("subqueries", () => {
  const nested = (depth: number): string =>
    depth === 0 ? "false" : `EXISTS(SELECT VALUE 1 FROM t${depth} IN c.x WHERE ${nested(depth - 1)})`;

  test("may make a million rows for each row", () => {
    makeTimeStandStill();
    const item = { x: Array.from({ length: 99 }, (_, index) => index) };
    expect(run(`SELECT VALUE a FROM c JOIN a IN c.x WHERE ${nested(2)}`, [item])).toEqual([]);
    expect(() => run(`SELECT VALUE COUNT(1) FROM c WHERE ${nested(4)}`, [item])).toThrow("more than 1000000 rows");
  });

  test("may take two seconds for each row", () => {
    const item = { y: [1, 2, 3], x: Array.from({ length: ROWS }, (_, index) => index) };
    const text = "SELECT VALUE COUNT(1) FROM c JOIN a IN c.y WHERE EXISTS(SELECT VALUE 1 FROM b IN c.x WHERE b < 0)";
    makeTimeFly();
    expect(run(text, [item])).toEqual([0]);
    expect(() => run(`SELECT VALUE COUNT(1) FROM c WHERE ${nested(2)}`, [item])).toThrow("take longer than 2000 ms");
  });
});
