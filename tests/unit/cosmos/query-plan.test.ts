import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isObject, type Json, type JsonObject, parseJson } from "../../../deploy/local/cosmos/json.ts";
import { effectivePartitionKey } from "../../../deploy/local/cosmos/keys/effective-partition-key.ts";
import { queryPlan } from "../../../deploy/local/cosmos/query/plan.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import { type OpenContainer, openContainer } from "./open-container.ts";

let open: OpenContainer;
let hierarchical: OpenContainer;

beforeAll(() => {
  open = openContainer("/key");
  hierarchical = openContainer("/tenant", "/user");
});

afterAll(() => {
  open.close();
  hierarchical.close();
});

interface Plan {
  readonly info: JsonObject;
  readonly ranges: Json | undefined;
}

const planOf = (text: string, features?: string, { container } = open, parameters: Record<string, Json> = {}): Plan => {
  const values = new Map(Object.entries(parameters));
  const answer = queryPlan(parseQuery(text), { parameters: values, container, nowMs: 1_000, features });
  const body = parseJson(answer.body);
  const info = isObject(body) ? body["queryInfo"] : undefined;
  if (!isObject(body) || !isObject(info)) throw new Error("The plan has no query info.");
  return { info, ranges: body["queryRanges"] };
};

/** The rewritten query in one line. */
const rewritten = ({ rewrittenQuery }: JsonObject): string =>
  typeof rewrittenQuery === "string" ? rewrittenQuery.replaceAll(/\s+/g, " ") : "";

const NOTHING = {
  distinctType: "None",
  top: null,
  offset: null,
  limit: null,
  orderBy: [],
  orderByExpressions: [],
  groupByExpressions: [],
  groupByAliases: [],
  aggregates: [],
  groupByAliasToAggregateType: {},
  rewrittenQuery: "",
  hasSelectValue: false,
  dCountInfo: null,
  hasNonStreamingOrderBy: false,
};

describe("the plan of a query", () => {
  test.each<[string, JsonObject, string]>([
    ["SELECT * FROM c", {}, ""],
    ["SELECT VALUE c.a FROM c WHERE c.b = 1", { hasSelectValue: true }, ""],
    ["SELECT TOP 10 c.a FROM c", { top: 10 }, ""],
    ["SELECT * FROM c OFFSET 1 LIMIT 2", { offset: 1, limit: 2 }, "SELECT * FROM c OFFSET 0 LIMIT 3"],
    [
      "SELECT c.a AS b FROM c WHERE c.d = 5 OFFSET 1 LIMIT 2",
      { offset: 1, limit: 2 },
      'SELECT VALUE {"b": c.a} FROM c WHERE (c.d = 5 ) OFFSET 0 LIMIT 3',
    ],
    ["SELECT * FROM c WHERE c.key = 5 OFFSET 1 LIMIT 2", {}, ""],
    [
      "SELECT VALUE AVG(c.a) FROM c",
      { aggregates: ["Average"], hasSelectValue: true },
      'SELECT VALUE [{"item": {"sum": SUM(c.a), "count": COUNT(c.a)}}] FROM c',
    ],
    [
      "SELECT VALUE MIN(c.a + 1) FROM c WHERE c.b > 1",
      { aggregates: ["Min"], hasSelectValue: true },
      'SELECT VALUE [{"item": MIN(c.a + 1), "item2": {"min": MIN(c.a + 1), "count": COUNT(c.a + 1)}}] FROM c WHERE (c.b > 1 )',
    ],
    [
      "SELECT VALUE MAKESET(c.a) FROM c JOIN t IN c.tags",
      { aggregates: ["MakeSet"], hasSelectValue: true },
      'SELECT VALUE [{"item": MAKESET(c.a)}] FROM c JOIN t IN c.tags',
    ],
    [
      "SELECT COUNT(c.a), MAX(c.a) AS high FROM c",
      { groupByAliases: ["$1", "high"], groupByAliasToAggregateType: { $1: "Count", high: "Max" } },
      'SELECT {"$1": {"item": COUNT(c.a)}, "high": {"item": MAX(c.a), "item2": {"max": MAX(c.a), "count": COUNT(c.a)}}} AS payload FROM c',
    ],
    [
      "SELECT c.team, COUNT(1) AS n FROM c GROUP BY c.team",
      {
        groupByExpressions: ["c.team"],
        groupByAliases: ["team", "n"],
        groupByAliasToAggregateType: { team: null, n: "Count" },
      },
      'SELECT [{"item": c.team}] AS groupByItems, {"team": c.team, "n": {"item": COUNT(1)}} AS payload FROM c GROUP BY c.team',
    ],
    [
      "SELECT VALUE c.age FROM c GROUP BY c.age, c.name",
      { groupByExpressions: ["c.age", "c.name"], hasSelectValue: true },
      'SELECT [{"item": c.age}, {"item": c.name}] AS groupByItems, c.age AS payload FROM c GROUP BY c.age, c.name',
    ],
    [
      "SELECT VALUE SUM(c.age) FROM c GROUP BY c.name",
      { groupByExpressions: ["c.name"], aggregates: ["Sum"], hasSelectValue: true },
      'SELECT [{"item": c.name}] AS groupByItems, [{"item": SUM(c.age)}] AS payload FROM c GROUP BY c.name',
    ],
    [
      "SELECT TOP 5 r.a FROM Root r WHERE r.b = 1 ORDER BY r.c, r.d DESC",
      { top: 5, orderBy: ["Ascending", "Descending"], orderByExpressions: ["r.c", "r.d"] },
      'SELECT TOP 5 r._rid, [{"item": r.c}, {"item": r.d}] AS orderByItems, {"a": r.a} AS payload FROM Root r WHERE (r.b = 1 ) AND ({documentdb-formattableorderbyquery-filter}) ORDER BY r.c ASC, r.d DESC',
    ],
    [
      "SELECT VALUE c.a FROM c ORDER BY c.b OFFSET 1 LIMIT 2",
      { offset: 1, limit: 2, orderBy: ["Ascending"], orderByExpressions: ["c.b"], hasSelectValue: true },
      'SELECT c._rid, [{"item": c.b}] AS orderByItems, c.a AS payload FROM c WHERE ({documentdb-formattableorderbyquery-filter}) AND (IS_DEFINED(c.a)) ORDER BY c.b ASC OFFSET 0 LIMIT 3',
    ],
    ["SELECT DISTINCT c.a FROM c", { distinctType: "Unordered" }, ""],
    [
      "SELECT DISTINCT c.a FROM c OFFSET 1 LIMIT 2",
      { distinctType: "Unordered", offset: 1, limit: 2 },
      'SELECT DISTINCT VALUE {"a": c.a} FROM c',
    ],
    [
      "SELECT DISTINCT TOP 2 VALUE c.a FROM c ORDER BY c.a",
      {
        distinctType: "Ordered",
        top: 2,
        orderBy: ["Ascending"],
        orderByExpressions: ["c.a"],
        hasSelectValue: true,
      },
      'SELECT c._rid, [{"item": c.a}] AS orderByItems, c.a AS payload FROM c WHERE ({documentdb-formattableorderbyquery-filter}) AND (IS_DEFINED(c.a)) ORDER BY c.a ASC',
    ],
    [
      "SELECT DISTINCT VALUE c.a FROM c ORDER BY c.b",
      { distinctType: "Unordered", orderBy: ["Ascending"], orderByExpressions: ["c.b"], hasSelectValue: true },
      'SELECT c._rid, [{"item": c.b}] AS orderByItems, c.a AS payload FROM c WHERE ({documentdb-formattableorderbyquery-filter}) AND (IS_DEFINED(c.a)) ORDER BY c.b ASC',
    ],
    [
      "SELECT VALUE COUNT(1) FROM (SELECT DISTINCT VALUE c.a FROM c)",
      { distinctType: "Unordered", dCountInfo: { dCountAlias: "" }, hasSelectValue: true },
      "SELECT DISTINCT VALUE c.a FROM c",
    ],
    [
      "SELECT COUNT(1) AS n FROM (SELECT DISTINCT c.a FROM c)",
      { distinctType: "Unordered", dCountInfo: { dCountAlias: "n" } },
      "SELECT DISTINCT c.a FROM c",
    ],
  ])("%s", (text, info, query) => {
    const plan = planOf(text);
    expect({ ...plan.info, rewrittenQuery: rewritten(plan.info) }).toEqual({
      ...NOTHING,
      ...info,
      rewrittenQuery: query,
    });
  });

  test("asks ranges what this endpoint understands", () => {
    const texts = [
      "SELECT c.a -- a comment\nFROM c -- another\nWHERE c.b = 1 -- and one more\nORDER BY c.c OFFSET 1 LIMIT 2",
      "SELECT c.team, AVG(c.a) AS mean FROM c JOIN t IN c.tags WHERE t = 'x' GROUP BY c.team",
      "SELECT c['a b'], 1 + 1 FROM c OFFSET 0 LIMIT 1",
    ];
    for (const text of texts) {
      const { rewrittenQuery: query } = planOf(text).info;
      if (typeof query !== "string" || query === "") throw new Error(`The plan of ${text} rewrites nothing.`);
      expect(() => parseQuery(query.replace("{documentdb-formattableorderbyquery-filter}", "true"))).not.toThrow();
    }
  });

  test("takes its counts from parameters", () => {
    const plan = planOf("SELECT * FROM c OFFSET @skip LIMIT @take", undefined, open, { "@skip": 42, "@take": 1_337 });
    expect(plan.info).toMatchObject({ offset: 42, limit: 1_337 });
    expect(rewritten(plan.info)).toBe("SELECT * FROM c OFFSET 0 LIMIT 1379");
    expect(() => planOf("SELECT * FROM c WHERE c.a = @missing")).toThrow("'@missing'");
  });

  test.each([
    "SELECT VALUE {sum: SUM(c.a)} FROM c",
    "SELECT VALUE FLOOR(AVG(c.a)) FROM c",
    "SELECT c.name, ABS(AVG(c.age)) AS age FROM c GROUP BY c.name",
    "SELECT COUNT(1) AS n, 1 AS one FROM c",
  ])("is refused for what SDKs cannot join: %s", (text) => {
    expect(() => planOf(text)).toThrow("Compositions of aggregates and other expressions are not allowed.");
  });

  test("is refused for a source that needs the whole container, unless it is one partition", () => {
    const text = "SELECT VALUE g.n FROM (SELECT COUNT(1) AS n FROM c WHERE";
    expect(() => planOf(`${text} true GROUP BY c.a) g`)).toThrow("cannot be joined over partitions");
    expect(planOf(`${text} c.key = 'a' GROUP BY c.a) g`).info).toEqual({ ...NOTHING, hasSelectValue: true });
  });

  test("asks nothing of an SDK that it cannot do", () => {
    const text = "SELECT DISTINCT VALUE c.a FROM c ORDER BY c.a";
    expect(planOf(text, "Distinct, OrderBy,Top").info).toMatchObject({ distinctType: "Ordered" });
    expect(() => planOf(text, "OrderBy")).toThrow("does not support: Distinct");
    expect(() => planOf("SELECT VALUE COUNT(1) FROM (SELECT DISTINCT c.a FROM c)", "Aggregate,Distinct")).toThrow(
      "DCount",
    );
    expect(() => planOf("SELECT c.a, MAX(c.b) AS x, MAKELIST(c.b) AS y FROM c GROUP BY c.a", "Aggregate")).toThrow(
      "NonValueAggregate, MultipleAggregates, ListAndSetAggregate, GroupBy",
    );
  });
});

const FULL = { min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false };

const point = (key: Json): Record<string, string | boolean> => {
  const epk = effectivePartitionKey(open.container.key, [typeof key === "object" ? null : key]);
  return { min: epk, max: epk, isMinInclusive: true, isMaxInclusive: true };
};

describe("the ranges of a plan", () => {
  test("are one point when the query names the partition key, in its source too", () => {
    expect(planOf("SELECT * FROM c WHERE c.key = 'a' AND c.b = 1").ranges).toEqual([point("a")]);
    expect(planOf("SELECT * FROM c WHERE c['key'] = null").ranges).toEqual([point(null)]);
    expect(planOf("SELECT t FROM c JOIN t IN c.tags WHERE c.key = 1 AND t.key = 2").ranges).toEqual([point(1)]);
    expect(planOf("SELECT * FROM (SELECT VALUE c FROM c WHERE c.key = 'a') s").ranges).toEqual([point("a")]);
  });

  test("are points in order when it names several, each once", () => {
    const ranges = planOf("SELECT * FROM c WHERE c.key IN (1, 2, 3, 2)").ranges;
    const points = [1, 2, 3].map(point);
    expect(ranges).toEqual(points.toSorted((left, right) => ((left["min"] ?? "") < (right["min"] ?? "") ? -1 : 1)));
  });

  test.each([
    "SELECT * FROM c",
    "SELECT * FROM c WHERE c.key = 1 OR c.b = 1",
    "SELECT t FROM c JOIN t IN c.tags WHERE t.key = 1",
    "SELECT * FROM c WHERE c.key > 1",
    "SELECT * FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE c.key = 1)",
  ])("are all when it does not: %s", (text) => {
    expect(planOf(text).ranges).toEqual([FULL]);
  });

  test("are any one when nothing is read", () => {
    expect(planOf("SELECT VALUE 1").ranges).toEqual([{ min: "", max: "", isMinInclusive: true, isMaxInclusive: true }]);
  });

  test("are slices when it names the beginning of a hierarchical key", () => {
    const min = effectivePartitionKey(hierarchical.container.key, ["a"]);
    const { ranges } = planOf("SELECT * FROM c WHERE c.tenant = 'a'", undefined, hierarchical);
    expect(ranges).toEqual([{ min, max: `${min}FF`, isMinInclusive: true, isMaxInclusive: false }]);
  });
});
