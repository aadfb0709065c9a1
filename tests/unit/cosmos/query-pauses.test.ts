import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { readContinuation, writeContinuation } from "../../../deploy/local/cosmos/query/continuation.ts";
import { runQuery } from "../../../deploy/local/cosmos/query/execute.ts";
import { suspendedQueries } from "../../../deploy/local/cosmos/query/suspended.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import { type OpenContainer, openContainer } from "./open-container.ts";

const ITEMS = 1_000;
/** A page that takes too long ends after 16 items, or rows. */
const FEWEST_PAGES = 60;
const MOST_PAGES = 300;

let open: OpenContainer;

beforeAll(() => {
  open = openContainer("/key");
  const items = Array.from({ length: ITEMS }, (_, index) => ({
    id: `i${index}`,
    key: `k${index % 7}`,
    n: (index * 37) % 100,
    tags: ["x", `t${index % 3}`],
  }));
  open.create(items, ({ key }) => [typeof key === "string" ? key : null]);
});

afterAll(() => open.close());

interface Reading {
  readonly results: unknown[];
  readonly pages: number;
}

/** Reads all pages. @param loses the page after which all that is kept in memory is lost */
const readAll = (text: string, loses?: number): Reading => {
  const query = parseQuery(text);
  const results: unknown[] = [];
  let suspended = suspendedQueries();
  let token: string | undefined;
  let pages = 0;
  do {
    const from = token === undefined ? undefined : readContinuation(token);
    const request = { scope: open.scope, parameters: new Map(), size: 1_000, from, nowMs: 2_000, suspended };
    const page = runQuery(query, request);
    results.push(...page.documents.map((document): unknown => JSON.parse(document)));
    token = page.continuation === undefined ? undefined : writeContinuation(page.continuation);
    pages++;
    if (pages === loses) suspended = suspendedQueries();
  } while (token !== undefined && pages < MOST_PAGES);
  return { results, pages };
};

const QUERIES = [
  "SELECT VALUE c.id FROM c WHERE c.n < 50",
  "SELECT VALUE [c.id, t] FROM c JOIN t IN c.tags",
  "SELECT VALUE COUNT(1) FROM c WHERE c.n < 50",
  "SELECT c.key, SUM(c.n) AS sum FROM c GROUP BY c.key",
  "SELECT DISTINCT VALUE c.n FROM c",
  "SELECT DISTINCT VALUE t FROM c JOIN t IN c.tags OFFSET 1 LIMIT 10",
  "SELECT VALUE c.id FROM c ORDER BY c.n DESC OFFSET 5 LIMIT 20",
  "SELECT DISTINCT VALUE c.n FROM c ORDER BY c.n",
  "SELECT VALUE COUNT(1) FROM (SELECT DISTINCT VALUE c.n FROM c)",
];

const wanted = new Map<string, unknown[]>();

describe("a query that takes longer than a page may", () => {
  beforeEach(() => {
    for (const text of QUERIES) wanted.set(text, wanted.get(text) ?? readAll(text).results);
    // Time flies: every look at the clock finds that the page has taken too long.
    let now = performance.now();
    jest.spyOn(performance, "now").mockImplementation(() => {
      now += 1_000;
      return now;
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each(QUERIES)("gives the same in more pages: %s", (text) => {
    const { results, pages } = readAll(text);
    expect(results).toEqual(wanted.get(text));
    expect(pages).toBeGreaterThanOrEqual(FEWEST_PAGES);
    expect(pages).toBeLessThan(MOST_PAGES);
  });

  test("gives the same when a later page is to be larger", () => {
    const query = parseQuery("SELECT VALUE t FROM c JOIN t IN c.tags ORDER BY c.n");
    const common = { scope: open.scope, parameters: new Map(), nowMs: 2_000, suspended: suspendedQueries() };
    let page = runQuery(query, { ...common, size: 1, from: undefined });
    // Of more than a thousand rows, those that the page does not need are let go of.
    for (let pages = 1; pages < 50; pages++) page = runQuery(query, { ...common, size: 1, from: page.continuation });
    expect(page.documents).toEqual([]);
    for (let pages = 0; page.documents.length === 0 && pages < MOST_PAGES; pages++) {
      page = runQuery(query, { ...common, size: 2 * ITEMS, from: page.continuation });
    }
    expect(page.documents).toHaveLength(2 * ITEMS);
  });

  test.each(QUERIES)("gives the same when what was kept is lost on the way: %s", (text) => {
    expect(readAll(text, 2).results).toEqual(wanted.get(text));
    expect(readAll(text, 3).results).toEqual(wanted.get(text));
  });
});

describe("a continuation", () => {
  test("can be used again when its answer was lost", () => {
    const query = parseQuery("SELECT DISTINCT VALUE c.n FROM c");
    const suspended = suspendedQueries();
    const parameters = new Map();
    const common = { scope: open.scope, parameters, size: 10, nowMs: 2_000, suspended };
    const from = runQuery(query, { ...common, from: undefined }).continuation;
    const once = runQuery(query, { ...common, from });
    const again = runQuery(query, { ...common, from });
    expect(again.documents).toEqual(once.documents);
    expect(once.documents).toHaveLength(10);
  });

  test("fits into a header, however long the values are that order the results", () => {
    const long = openContainer("/key");
    const letters = ["d", "a", "", "c", "b", "e"];
    const items = letters.map((letter, index) => ({
      id: `i${index}`,
      key: "k",
      text: letter && letter.repeat(20_000),
    }));
    long.create(items, ({ key }) => [typeof key === "string" ? key : null]);
    const read = (text: string): string[] => {
      const query = parseQuery(text);
      const common = { scope: long.scope, parameters: new Map(), size: 1, nowMs: 2_000, suspended: suspendedQueries() };
      const results: string[] = [];
      let token: string | undefined;
      do {
        const page = runQuery(query, { ...common, from: token === undefined ? undefined : readContinuation(token) });
        results.push(...page.documents.map((document) => JSON.parse(document)[0] ?? ""));
        token = page.continuation === undefined ? undefined : writeContinuation(page.continuation);
        expect(token?.length ?? 0).toBeLessThan(8 * 1024);
      } while (token !== undefined && results.length < 10);
      return results;
    };
    try {
      expect(read("SELECT VALUE c.text FROM c ORDER BY c.text")).toEqual(["", "a", "b", "c", "d", "e"]);
      expect(read("SELECT DISTINCT VALUE c.text FROM c ORDER BY c.text DESC")).toEqual(["e", "d", "c", "b", "a", ""]);
      expect(read("SELECT VALUE c.text FROM c ORDER BY c.text OFFSET 1 LIMIT 3")).toEqual(["a", "b", "c"]);
    } finally {
      long.close();
    }
  });

  test.each([
    "",
    "nonsense",
    Buffer.from("{}").toString("base64"),
    Buffer.from('{"v":1,"seq":1,"skip":0}').toString("base64"),
  ])("that is not one of this endpoint's is refused: '%s'", (token) => {
    expect(() => readContinuation(token)).toThrow("not valid for this endpoint");
  });
});
