import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { runQuery } from "../../../deploy/local/cosmos/query/execute.ts";
import type { Page } from "../../../deploy/local/cosmos/query/page.ts";
import type { Progress } from "../../../deploy/local/cosmos/query/progress.ts";
import { type SuspendedQueries, suspendedQueries } from "../../../deploy/local/cosmos/query/suspended.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import type { Query } from "../../../deploy/local/cosmos/sql/syntax.ts";
import { type OpenContainer, openContainer } from "./open-container.ts";

const TEXT = "SELECT 1";
const results = (characters: number): Progress => ({ kind: "results", documents: ["x".repeat(characters)] });

describe("what queries keep between their pages", () => {
  let nowMs: number;
  let suspended: SuspendedQueries;

  beforeEach(() => {
    nowMs = 1_000;
    suspended = suspendedQueries({ now: () => nowMs, mostCharacters: 10_000 });
  });

  const isKept = (name: string): boolean => suspended.find(TEXT, name) !== undefined;

  test("is for the same query only", () => {
    const progress = results(1);
    const name = suspended.keep(TEXT, progress, undefined);
    expect(suspended.find(TEXT, name)).toBe(progress);
    expect(suspended.find("SELECT 2", name)).toBeUndefined();
    expect(suspended.find(TEXT, undefined)).toBeUndefined();
    suspended.drop(name);
    expect(isKept(name)).toBe(false);
  });

  test("makes no room for a query that began later", () => {
    const [first, second] = [1, 2].map(() => suspended.keep(TEXT, results(3_000), undefined));
    const late = suspended.keep(TEXT, results(3_000), undefined);
    expect([first, second, late].map((name) => isKept(name ?? ""))).toEqual([true, true, false]);
  });

  test("makes room for a query that began before, the last one first", () => {
    const [first, second, third] = [1, 2, 3].map(() => suspended.keep(TEXT, results(1_500), undefined));
    suspended.drop(second);
    const grown = suspended.keep(TEXT, results(4_000), second);
    expect([first, grown, third].map((name) => isKept(name ?? ""))).toEqual([true, true, false]);
  });

  test("keeps the place in the queue of a query that found no room", () => {
    const [first] = [1, 2].map(() => suspended.keep(TEXT, results(3_000), undefined));
    const waiting = suspended.keep(TEXT, results(3_000), undefined);
    suspended.drop(first);
    const younger = suspended.keep(TEXT, results(3_000), undefined);
    expect(isKept(younger)).toBe(true);
    expect(isKept(suspended.keep(TEXT, results(3_000), waiting))).toBe(true);
    expect(isKept(younger)).toBe(false);
  });

  test("makes room for any other once nobody has asked for it for ten seconds", () => {
    const [left, used] = [1, 2].map(() => suspended.keep(TEXT, results(3_000), undefined));
    nowMs += 9_999;
    expect(isKept(used ?? "")).toBe(true);
    expect(isKept(suspended.keep(TEXT, results(3_000), undefined))).toBe(false);
    nowMs += 1;
    expect(isKept(suspended.keep(TEXT, results(3_000), undefined))).toBe(true);
    expect([left, used].map((name) => isKept(name ?? ""))).toEqual([false, true]);
  });

  test("is refused when it is more than there is room for at all", () => {
    expect(() => suspended.keep(TEXT, results(10_000), undefined)).toThrow("gathers more than 10000 characters");
  });
});

describe("more queries at once than there is room for", () => {
  const ITEMS = 200;
  const QUERIES = 60;
  const TEXTS = [
    "SELECT VALUE COUNT(1) FROM c",
    "SELECT c.n, COUNT(1) AS k FROM c GROUP BY c.n",
    "SELECT VALUE MAKELIST(c.n) FROM c",
    "SELECT DISTINCT VALUE c.n FROM c",
    "SELECT VALUE c.n FROM c ORDER BY c.n",
    "SELECT VALUE SUM(n) FROM (SELECT DISTINCT VALUE c.n FROM c) n",
  ];
  let open: OpenContainer;

  beforeAll(() => {
    open = openContainer("/key");
    open.create(
      Array.from({ length: ITEMS }, (_, n) => ({ id: `i${n}`, key: "k", n })),
      () => ["k"],
    );
  });

  afterAll(() => open.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test("all come to their ends", () => {
    let now = performance.now();
    jest.spyOn(performance, "now").mockImplementation(() => {
      now += 1_000;
      return now;
    });
    const suspended = suspendedQueries({ now: () => 1_000, mostCharacters: 200_000 });
    const common = { scope: open.scope, parameters: new Map(), size: 1_000, nowMs: 2_000, suspended };
    interface UnderWay {
      readonly query: Query;
      readonly from: Page["continuation"];
    }
    let underWay: readonly UnderWay[] = Array.from({ length: QUERIES }, (_, index) => ({
      query: parseQuery(TEXTS[index % TEXTS.length] ?? ""),
      from: undefined,
    }));
    const left: number[] = [];
    for (let round = 0; round < 1_000 && underWay.length > 0; round++) {
      underWay = underWay.flatMap(({ query, from }) => {
        const { continuation } = runQuery(query, { ...common, from });
        return continuation === undefined ? [] : [{ query, from: continuation }];
      });
      left.push(underWay.length);
    }
    expect(left.at(-1)).toBe(0);
    // There was not room for all at once, else they would have come to their ends together.
    expect(new Set(left).size).toBeGreaterThan(3);
  });
});
