import { describe, expect, test } from "@jest/globals";
import { run } from "./query-language.ts";

const FAMILY = [
  {
    id: "andersen",
    city: "seattle",
    size: 3,
    tags: ["x", "y", "x"],
    address: { state: "WA" },
    children: [
      { name: "Henriette", grade: 5, pets: [{ name: "Fluffy" }] },
      { name: "Carl", grade: 8, pets: [] },
    ],
  },
  {
    id: "wakefield",
    city: "ny",
    size: 4,
    tags: ["y"],
    children: [
      { name: "Jesse", grade: 1, pets: [{ name: "Goofy" }, { name: "Shadow" }] },
      { name: "Lisa", grade: 8 },
    ],
  },
  { id: "single", city: "seattle", tags: "none", children: [] },
  { id: "nobody" },
];

describe("the sources of a query", () => {
  test.each<[string, unknown[]]>([
    ["SELECT VALUE f.id FROM f", ["andersen", "wakefield", "single", "nobody"]],
    ["SELECT * FROM families.address", [{ state: "WA" }]],
    ["SELECT * FROM families['address'] a WHERE a.state = 'WA'", [{ state: "WA" }]],
    ["SELECT VALUE address.state FROM f.address", ["WA"]],
    ["SELECT VALUE tag FROM f.tags[1] AS tag", ["y"]],
    ["SELECT * FROM c.id", ["andersen", "wakefield", "single", "nobody"]],
    ["SELECT VALUE t FROM t IN f.tags", ["x", "y", "x", "y"]],
    ["SELECT * FROM t IN f.children WHERE t.grade < 5", [FAMILY[1]?.children?.[0]]],
    [
      "SELECT f.id, c.name FROM f JOIN c IN f.children WHERE c.grade = 8",
      [
        { id: "andersen", name: "Carl" },
        { id: "wakefield", name: "Lisa" },
      ],
    ],
    ["SELECT VALUE p.name FROM f JOIN c IN f.children JOIN p IN c.pets", ["Fluffy", "Goofy", "Shadow"]],
    ["SELECT VALUE p.name FROM f, c IN f.children, p IN c.pets WHERE f.size = 4", ["Goofy", "Shadow"]],
    [
      "SELECT VALUE [c.name, t] FROM f JOIN c IN f.children JOIN t IN f.tags WHERE f.size = 4",
      [
        ["Jesse", "y"],
        ["Lisa", "y"],
      ],
    ],
    ["SELECT f.id, address FROM f JOIN f.address", [{ id: "andersen", address: { state: "WA" } }]],
    ["SELECT VALUE g FROM f JOIN (SELECT VALUE c.grade FROM c IN f.children WHERE c.grade > 4) g", [5, 8, 8]],
    ["SELECT VALUE total FROM f JOIN (SELECT VALUE f.size * 2) AS total WHERE total > 6", [8]],
    ["SELECT VALUE f.id FROM f JOIN (SELECT VALUE t FROM t IN f.tags WHERE t = 'x')", ["andersen", "andersen"]],
    [
      "SELECT f.id, s.name FROM f JOIN s IN (SELECT VALUE [{code: 'ny', name: 'New York'}, {code: 'la', name: 'LA'}]) WHERE s.code = f.city",
      [{ id: "wakefield", name: "New York" }],
    ],
    ["SELECT VALUE s.a + 1 FROM (SELECT 1 AS a) s", [2]],
    ["SELECT VALUE s.id FROM (SELECT f.id, f.size FROM f WHERE f.size > 1) s WHERE s.size < 4", ["andersen"]],
    ["SELECT VALUE t FROM t IN (SELECT VALUE f.tags FROM f)", ["x", "y", "x", "y"]],
    [
      "SELECT r.id, s FROM r JOIN (SELECT DISTINCT VALUE c FROM (SELECT 1 a) c) s WHERE r.size = 3",
      [{ id: "andersen", s: { a: 1 } }],
    ],
    ["SELECT VALUE t FROM f JOIN t IN f.children WHERE t = 1", []],
  ])("%s", (text, expected) => {
    expect(run(text, FAMILY)).toEqual(expected);
  });

  test("may make a million rows of an item, not more", () => {
    const item = { list: Array.from({ length: 100 }, (_, index) => index) };
    const query = "SELECT VALUE COUNT(1) FROM c JOIN x IN c.list JOIN y IN c.list JOIN z IN c.list";
    expect(run(query, [item, item])).toEqual([2_000_000]);
    expect(() => run(`${query} JOIN w IN (SELECT VALUE [1, 2])`, [item])).toThrow("more than 1000000 rows");
  });

  test("may hide a name of the outer query", () => {
    expect(run("SELECT VALUE (SELECT VALUE COUNT(1) FROM f IN f.tags) FROM f WHERE IS_ARRAY(f.tags)", FAMILY)).toEqual([
      3, 1,
    ]);
  });
});

describe("a subquery", () => {
  test.each<[string, unknown[]]>([
    ["SELECT (SELECT VALUE 1) AS a, (SELECT VALUE 2) AS b", [{ a: 1, b: 2 }]],
    ["SELECT EXISTS(SELECT VALUE undefined), EXISTS(SELECT undefined)", [{ $1: false, $2: true }]],
    ["SELECT VALUE (SELECT f.size WHERE f.size > 3).size FROM f", [4]],
    ["SELECT VALUE (SELECT VALUE COUNT(1) FROM c IN f.children) FROM f", [2, 2, 0, 0]],
    [
      "SELECT VALUE (SELECT COUNT(1) AS n, SUM(c.grade) AS sum FROM c IN f.children) FROM f WHERE f.size = 3",
      [{ n: 2, sum: 13 }],
    ],
    ["SELECT VALUE (SELECT VALUE AVG(c.grade) FROM c IN f.children) FROM f", [6.5, 4.5]],
    [
      "SELECT VALUE f.id FROM f WHERE (SELECT VALUE COUNT(1) FROM c IN f.children WHERE c.grade > 4) >= 2",
      ["andersen"],
    ],
    ["SELECT VALUE f.id FROM f WHERE EXISTS(SELECT VALUE c FROM c IN f.children WHERE c.grade = 1)", ["wakefield"]],
    ["SELECT VALUE f.id FROM f WHERE NOT EXISTS(SELECT VALUE c FROM c IN f.children)", ["single", "nobody"]],
    ["SELECT VALUE EXISTS(SELECT VALUE c FROM c IN f.children OFFSET 1 LIMIT 1) FROM f", [true, true, false, false]],
    ["SELECT VALUE EXISTS(SELECT VALUE COUNT(1) FROM c IN f.children) FROM f", [true, true, true, true]],
    [
      "SELECT VALUE ARRAY(SELECT VALUE c.name FROM c IN f.children ORDER BY c.name DESC) FROM f WHERE f.size > 0",
      [
        ["Henriette", "Carl"],
        ["Lisa", "Jesse"],
      ],
    ],
    ["SELECT VALUE ARRAY(SELECT DISTINCT VALUE t FROM t IN f.tags) FROM f WHERE f.size = 3", [["x", "y"]]],
    ["SELECT VALUE ARRAY(SELECT TOP 1 c.name FROM c IN f.children) FROM f WHERE f.size = 3", [[{ name: "Henriette" }]]],
    [
      "SELECT VALUE ARRAY(SELECT t, COUNT(1) AS n FROM t IN f.tags GROUP BY t) FROM f WHERE f.size = 3",
      [
        [
          { t: "x", n: 2 },
          { t: "y", n: 1 },
        ],
      ],
    ],
    [
      "SELECT VALUE ARRAY(SELECT VALUE p.name FROM c IN f.children JOIN p IN c.pets WHERE EXISTS(SELECT VALUE t FROM t IN f.tags WHERE t = 'x')) FROM f WHERE f.size > 0",
      [["Fluffy"], []],
    ],
    ["SELECT VALUE ALL(SELECT VALUE c FROM c IN f.children WHERE c.grade > 4) FROM f", [true, false, true, true]],
    ["SELECT VALUE ALL(SELECT VALUE c FROM c IN f.children) FROM f", [true, true, true, true]],
    ["SELECT VALUE FIRST(SELECT VALUE c.name FROM c IN f.children) FROM f", ["Henriette", "Jesse"]],
    ["SELECT VALUE LAST(SELECT VALUE c.name FROM c IN f.children) FROM f", ["Carl", "Lisa"]],
    ["SELECT VALUE c FROM c WHERE (SELECT VALUE c.size) = 4 AND c.id = (SELECT VALUE 'wakefield')", [FAMILY[1]]],
  ])("%s", (text, expected) => {
    expect(run(text, FAMILY)).toEqual(expected);
  });

  test("that is a scalar must not have several results", () => {
    const text = "SELECT VALUE (SELECT VALUE c.name FROM c IN f.children) FROM f";
    expect(() => run(text, FAMILY)).toThrow("cardinality of a scalar subquery");
  });
});

const MIXED = [
  { n: 1, k: "a" },
  { n: 3, k: "b" },
  { n: null, k: "a" },
  { n: "x", k: "c" },
  { k: "a" },
  { n: [1], k: "b" },
];

describe("aggregates", () => {
  test.each<[string, unknown[]]>([
    ["SELECT VALUE COUNT(1) FROM c", [6]],
    ["SELECT VALUE COUNT(*) FROM c", [6]],
    ["SELECT VALUE COUNT(c.n) FROM c", [5]],
    ["SELECT VALUE COUNTIF(c.k = 'a') FROM c", [3]],
    ["SELECT VALUE SUM(c.n) FROM c", []],
    ["SELECT VALUE SUM(c.n) FROM c WHERE IS_NUMBER(c.n)", [4]],
    ["SELECT VALUE SUM(c.missing) FROM c", [0]],
    ["SELECT VALUE AVG(c.n) FROM c WHERE IS_NUMBER(c.n)", [2]],
    ["SELECT VALUE AVG(c.missing) FROM c", []],
    ["SELECT VALUE MIN(c.n) FROM c", []],
    ["SELECT VALUE MIN(c.n) FROM c WHERE IS_PRIMITIVE(c.n)", [null]],
    ["SELECT VALUE MAX(c.n) FROM c WHERE IS_PRIMITIVE(c.n)", ["x"]],
    ["SELECT VALUE MAX(c.missing) FROM c", []],
    ["SELECT VALUE MAKELIST(c.k) FROM c", [["a", "b", "a", "c", "a", "b"]]],
    ["SELECT VALUE MAKESET(c.k) FROM c", [["a", "b", "c"]]],
    ["SELECT COUNT(1) AS n, MIN(c.k) AS low, AVG(c.missing) AS none FROM c", [{ n: 6, low: "a" }]],
    ["SELECT VALUE {n: COUNT(1), twice: COUNT(1) * 2} FROM c", [{ n: 6, twice: 12 }]],
    ["SELECT VALUE ABS(SUM(0 - c.n)) FROM c WHERE IS_NUMBER(c.n)", [4]],
    ["SELECT COUNT(1), COUNT(2 + 3)", [{ $1: 1, $2: 1 }]],
    ["SELECT VALUE COUNT(1) FROM c WHERE false", [0]],
    ["SELECT TOP 1 VALUE COUNT(1) FROM c", [6]],
    ["SELECT DISTINCT VALUE MAX(c.k) FROM c", ["c"]],
    ["SELECT VALUE COUNT(1) FROM c JOIN k IN (SELECT VALUE [c.k, c.k])", [12]],
    ["SELECT VALUE COUNT(1) FROM (SELECT DISTINCT VALUE c.k FROM c)", [3]],
    ["SELECT COUNT(1) AS n FROM (SELECT c.k FROM c GROUP BY c.k)", [{ n: 3 }]],
  ])("%s", (text, expected) => {
    expect(run(text, MIXED)).toEqual(expected);
  });
});

describe("groups", () => {
  test.each<[string, unknown[]]>([
    ["SELECT c.k FROM c GROUP BY c.k", [{ k: "a" }, { k: "b" }, { k: "c" }]],
    ["SELECT VALUE c.k FROM c GROUP BY c.k", ["a", "b", "c"]],
    [
      "SELECT c.k, COUNT(1) AS n FROM c GROUP BY c.k",
      [
        { k: "a", n: 3 },
        { k: "b", n: 2 },
        { k: "c", n: 1 },
      ],
    ],
    ["SELECT VALUE COUNT(1) FROM c GROUP BY c.k", [3, 2, 1]],
    ["SELECT c.n FROM c GROUP BY c.n", [{}, { n: null }, { n: 1 }, { n: 3 }, { n: "x" }, { n: [1] }]],
    ["SELECT VALUE SUM(c.missing) FROM c GROUP BY c.k", [0, 0, 0]],
    ["SELECT VALUE AVG(c.missing) FROM c GROUP BY c.k", []],
    [
      "SELECT UPPER(c.k) AS k, COUNT(1) AS n FROM c GROUP BY UPPER(c.k)",
      [
        { k: "A", n: 3 },
        { k: "B", n: 2 },
        { k: "C", n: 1 },
      ],
    ],
    ["SELECT VALUE {'k': c.k} FROM c GROUP BY {'k': c.k}", [{ k: "a" }, { k: "b" }, { k: "c" }]],
    [
      "SELECT VALUE {k: c.k, n: COUNT(1), one: 1} FROM c WHERE c.k != 'a' GROUP BY c.k",
      [
        { k: "b", n: 2, one: 1 },
        { k: "c", n: 1, one: 1 },
      ],
    ],
    ["SELECT COUNT(1) AS n FROM c GROUP BY c.k, IS_NUMBER(c.n)", [{ n: 2 }, { n: 1 }, { n: 1 }, { n: 1 }, { n: 1 }]],
    ["SELECT DISTINCT VALUE COUNT(1) FROM c GROUP BY c.k, IS_NUMBER(c.n)", [2, 1]],
    ["SELECT c.k FROM c GROUP BY c.k OFFSET 1 LIMIT 1", [{ k: "b" }]],
    ["SELECT TOP 2 VALUE c.k FROM c GROUP BY c.k", ["a", "b"]],
    ["SELECT VALUE g.k FROM (SELECT c.k, COUNT(1) AS n FROM c GROUP BY c.k) g WHERE g.n > 1", ["a", "b"]],
    ["SELECT c.k FROM c WHERE false GROUP BY c.k", []],
    ["SELECT c.k, @extra AS extra FROM c WHERE c.k = 'c' GROUP BY c.k", [{ k: "c", extra: 5 }]],
  ])("%s", (text, expected) => {
    expect(run(text, MIXED, { "@extra": 5 })).toEqual(expected);
  });
});

describe("distinct results", () => {
  test.each<[string, unknown[]]>([
    ["SELECT DISTINCT VALUE c.k FROM c", ["a", "b", "c"]],
    ["SELECT DISTINCT c.k FROM c", [{ k: "a" }, { k: "b" }, { k: "c" }]],
    ["SELECT DISTINCT VALUE c.k FROM c ORDER BY c.k DESC", ["c", "b", "a"]],
    ["SELECT DISTINCT TOP 2 VALUE c.k FROM c", ["a", "b"]],
    ["SELECT DISTINCT VALUE c.k FROM c OFFSET 1 LIMIT 5", ["b", "c"]],
    ["SELECT DISTINCT VALUE c.missing FROM c", []],
    ["SELECT DISTINCT c.missing FROM c", [{}]],
    [
      "SELECT DISTINCT VALUE o FROM c JOIN o IN (SELECT VALUE [{a: 1, b: 2}, {b: 2, a: 1}, 0, -0])",
      [{ a: 1, b: 2 }, 0],
    ],
    ["SELECT VALUE s FROM (SELECT DISTINCT VALUE c.k FROM c ORDER BY c.k DESC) s", ["c", "b", "a"]],
  ])("%s", (text, expected) => {
    expect(run(text, MIXED)).toEqual(expected);
  });
});
