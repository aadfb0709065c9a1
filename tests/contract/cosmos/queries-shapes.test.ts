import type { Container } from "@azure/cosmos";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { refusalOf, useContract } from "./contract-test.ts";
import { createPeople, inAnyOrder, readAll } from "./query-items.ts";
import { sendSigned } from "./signed-request.ts";

const contract = useContract();
let container: Container;

beforeAll(async () => {
  container = await contract.container();
  await createPeople(container);
});

type Cases = readonly (readonly [string, readonly unknown[]])[];

const SHAPES: Readonly<Record<string, Cases>> = {
  "joins an item with its arrays": [
    [
      "SELECT p.id, t FROM p JOIN t IN p.tags WHERE t != 'y'",
      [
        { id: "1", t: "x" },
        { id: "4", t: "x" },
        { id: "4", t: "z" },
      ],
    ],
    ["SELECT VALUE t FROM t IN p.tags", ["x", "y", "y", "x", "z"]],
    ["SELECT VALUE q.name FROM p JOIN q IN p.pets WHERE q.kind = 'cat'", ["Tom", "Kim"]],
    [
      "SELECT VALUE CONCAT(q.name, t) FROM p JOIN q IN p.pets JOIN t IN p.tags WHERE p.id = '1'",
      ["Rexx", "Rexy", "Tomx", "Tomy"],
    ],
    ["SELECT VALUE q.name FROM p JOIN (SELECT VALUE q FROM q IN p.pets WHERE q.age > 2) AS q", ["Rex", "Tom"]],
    [
      "SELECT p.id, n FROM p JOIN (SELECT VALUE COUNT(1) FROM q IN p.pets) AS n WHERE n > 0",
      [
        { id: "1", n: 2 },
        { id: "3", n: 1 },
      ],
    ],
    ["SELECT VALUE q.name FROM p.pets[0] AS q", ["Rex", "Kim"]],
    ["SELECT * FROM p.pets[1]", [{ name: "Tom", kind: "cat", age: 9 }]],
    ["SELECT VALUE COUNT(1) FROM p JOIN q IN p.pets JOIN t IN p.tags", [4]],
  ],
  "asks subqueries": [
    [
      "SELECT VALUE p.id FROM p WHERE EXISTS(SELECT VALUE q FROM q IN p.pets WHERE q.kind = 'cat' AND q.age > 2)",
      ["1"],
    ],
    [
      "SELECT p.id, EXISTS(SELECT VALUE t FROM t IN p.tags WHERE t = 'z') AS z FROM p WHERE p.age > 30",
      [{ id: "4", z: true }],
    ],
    [
      "SELECT p.id, ARRAY(SELECT VALUE q.name FROM q IN p.pets) AS pets FROM p WHERE p.team = 'red'",
      [
        { id: "1", pets: ["Rex", "Tom"] },
        { id: "3", pets: ["Kim"] },
      ],
    ],
    ["SELECT VALUE (SELECT VALUE SUM(q.age) FROM q IN p.pets) FROM p WHERE p.team = 'red'", [12, 1]],
    [
      "SELECT p.id, (SELECT COUNT(1) AS n, MAX(q.age) AS oldest FROM q IN p.pets) AS pets FROM p WHERE p.id IN ('1', '2')",
      [
        { id: "1", pets: { n: 2, oldest: 9 } },
        { id: "2", pets: { n: 0 } },
      ],
    ],
    ["SELECT VALUE p.id FROM p WHERE (SELECT VALUE COUNT(1) FROM t IN p.tags) = 2", ["1", "4"]],
    [
      "SELECT EXISTS(SELECT VALUE undefined) AS a, EXISTS(SELECT undefined) AS b FROM p WHERE p.id = '1'",
      [{ a: false, b: true }],
    ],
    ["SELECT VALUE ARRAY(SELECT DISTINCT VALUE q.kind FROM q IN p.pets) FROM p WHERE p.id = '1'", [["dog", "cat"]]],
    ["SELECT VALUE s.n FROM (SELECT p.name AS n, p.age FROM p WHERE p.age = 30) AS s", ["Anna", "Cyd"]],
    ["SELECT * FROM (SELECT p.name FROM p WHERE p.age > 40) AS s", [{ name: "Dan" }]],
  ],
  aggregates: [
    ["SELECT VALUE SUM(p.missing) FROM p", [0]],
    ["SELECT VALUE COUNT(1) FROM p ORDER BY p.name", [4]],
    ["SELECT VALUE AVG(p.missing) FROM p", []],
    ["SELECT VALUE MIN(p.missing) FROM p", []],
    ["SELECT VALUE SUM(p.name) FROM p", []],
    ["SELECT VALUE COUNT(p.team) FROM p", [3]],
    [
      "SELECT COUNT(1) AS n, SUM(p.age) AS sum, MIN(p.name) AS low, MAX(p.name) AS high FROM p",
      [{ n: 4, sum: 126, low: "Anna", high: "Dan" }],
    ],
  ],
  "drops repetitions": [
    ["SELECT DISTINCT VALUE p.age FROM p ORDER BY p.age", [25, 30, 41]],
    ["SELECT DISTINCT VALUE p.age FROM p ORDER BY p.age DESC OFFSET 1 LIMIT 1", [30]],
    ["SELECT DISTINCT TOP 2 VALUE p.age FROM p ORDER BY p.age", [25, 30]],
  ],
};

describe.each(Object.entries(SHAPES))("a query of one partition %s", (_, cases) => {
  test.each([...cases])("%s", async (query, expected) => {
    expect(await readAll(container, query, { partitionKey: "a" })).toEqual(expected);
  });
});

const UNORDERED: Cases = [
  ["SELECT DISTINCT VALUE t FROM p JOIN t IN p.tags", ["x", "y", "z"]],
  [
    "SELECT DISTINCT p.age, p.team FROM p",
    [
      { age: 25, team: "blue" },
      { age: 30, team: "green" },
      { age: 30, team: "red" },
      { age: 41 },
      { age: 41, team: "red" },
    ],
  ],
  [
    "SELECT p.team, COUNT(1) AS n FROM p GROUP BY p.team",
    [{ n: 1 }, { n: 2, team: "blue" }, { n: 1, team: "green" }, { n: 3, team: "red" }].map(({ n, team }) =>
      team === undefined ? { n } : { team, n },
    ),
  ],
  [
    "SELECT p.age, MIN(p.name) AS first, AVG(ARRAY_LENGTH(p.tags)) AS tags FROM p GROUP BY p.age",
    [
      { age: 25, first: "Ben", tags: 1.5 },
      { age: 30, first: "Anna", tags: 5 / 3 },
      { age: 41, first: "Dan", tags: 1.5 },
    ],
  ],
  ["SELECT VALUE COUNT(1) FROM p GROUP BY p.age", [2, 3, 2]],
  ["SELECT VALUE p.team FROM p WHERE IS_DEFINED(p.team) GROUP BY p.team", ["blue", "green", "red"]],
  [
    "SELECT UPPER(p.team) AS team, SUM(p.age) AS age FROM p WHERE p.age < 40 GROUP BY UPPER(p.team)",
    [
      { team: "BLUE", age: 50 },
      { team: "GREEN", age: 30 },
      { team: "RED", age: 60 },
    ],
  ],
  [
    "SELECT t, COUNT(1) AS n FROM p JOIN t IN p.tags GROUP BY t",
    [
      { t: "x", n: 4 },
      { t: "y", n: 4 },
      { t: "z", n: 3 },
    ],
  ],
  ["SELECT COUNT(1) AS n, MAX(p.age) AS oldest FROM p", [{ n: 7, oldest: 41 }]],
  ["SELECT VALUE q.name FROM p JOIN q IN p.pets", ["Rex", "Tom", "Kim", "Bob"]],
  ["SELECT VALUE p.id FROM p WHERE EXISTS(SELECT VALUE t FROM t IN p.tags WHERE t = 'z')", ["4", "5", "7"]],
];

const ORDERED: Cases = [
  ["SELECT DISTINCT VALUE p.age FROM p ORDER BY p.age DESC", [41, 30, 25]],
  ["SELECT p.name FROM p ORDER BY p.name DESC OFFSET 2 LIMIT 2", [{ name: "Eve" }, { name: "Dan" }]],
  ["SELECT TOP 3 VALUE p.name FROM p ORDER BY p.name", ["Anna", "Ben", "Cyd"]],
  ["SELECT VALUE COUNT(1) FROM p", [7]],
  ["SELECT VALUE SUM(p.age) FROM p", [222]],
  ["SELECT VALUE AVG(p.age) FROM p WHERE p.age > 25", [34.4]],
  ["SELECT VALUE MIN(p.name) FROM p WHERE p.age > 25", ["Anna"]],
  ["SELECT VALUE MAX(p.age) FROM p", [41]],
];

describe("a query over partitions, whoever joins them", () => {
  const ways = [
    ["as it is", {}],
    ["in pages of two", { maxItemCount: 2 }],
    ["by a plan", { forceQueryPlan: true }],
    ["by a plan in pages of two", { forceQueryPlan: true, maxItemCount: 2 }],
    ["by a plan with continuations", { enableQueryControl: true, maxItemCount: 2 }],
  ] as const;

  describe.each(ways)("%s", (_, options) => {
    test.each([...UNORDERED])("gives, in any order: %s", async (query, expected) => {
      expect(inAnyOrder(await readAll(container, query, options))).toEqual(inAnyOrder(expected));
    });

    test.each([...ORDERED])("gives: %s", async (query, expected) => {
      expect(await readAll(container, query, options)).toEqual(expected);
    });
  });

  test("reads one partition when the plan says that the others have nothing", async () => {
    const query = "SELECT p.team, COUNT(1) AS n FROM p WHERE p.partitionKey = 'b' GROUP BY p.team";
    const expected = [
      { team: "blue", n: 1 },
      { team: "red", n: 1 },
    ];
    expect(inAnyOrder(await readAll(container, query, { forceQueryPlan: true }))).toEqual(inAnyOrder(expected));
    const several = "SELECT VALUE p.id FROM p WHERE p.partitionKey IN ('b', 'c') ORDER BY p.id";
    expect(await readAll(container, several, { forceQueryPlan: true })).toEqual(["5", "6", "7"]);
  });
});

describe("the pages of a query", () => {
  test.each([
    "SELECT p.id, t FROM p JOIN t IN p.tags",
    "SELECT VALUE q.name FROM p JOIN q IN p.pets JOIN t IN p.tags",
    "SELECT VALUE p.name FROM p ORDER BY p.age DESC",
    "SELECT VALUE t FROM p JOIN t IN p.tags OFFSET 1 LIMIT 3",
    "SELECT p.id, ARRAY(SELECT VALUE t FROM t IN p.tags) AS tags FROM p",
  ])("of any size together give what one page gives: %s", async (query) => {
    const whole = await readAll(container, query, { partitionKey: "a" });
    for (let size = 1; size <= 4; size++) {
      const iterator = container.items.query(query, { partitionKey: "a", maxItemCount: size });
      const found: unknown[] = [];
      while (iterator.hasMoreResults()) {
        const { resources } = await iterator.fetchNext();
        expect(resources?.length ?? 0).toBeLessThanOrEqual(size);
        found.push(...(resources ?? []));
      }
      expect(found).toEqual(whole);
    }
  });
});

describe("a query that is wrong", () => {
  test.each([
    ["SELECT * FROM p JOIN t IN p.tags", "SC2040"],
    ["SELECT *", "SC2030"],
    ["SELECT p.name, COUNT(1) FROM p GROUP BY p.age", "SC2102"],
    ["SELECT * FROM p GROUP BY p.age", "SC2041"],
    ["SELECT VALUE MAX(MIN(p.age)) FROM p", "SC2101"],
    ["SELECT NO_SUCH(p.age) FROM p", "SC2005"],
    ["SELECT q.name FROM p", "SC2001"],
    ["SELECT p.name FROM p WHERE", "SC1001"],
    ["SELECT * FROM p WHERE STARTSWITH(p.name, 'a', true, 1)", "SC2050"],
  ])("is refused with Cosmos's own code: %s is %s", async (query, code) => {
    const { url, key } = contract.endpoint();
    const answer = await sendSigned(url, key, {
      method: "POST",
      path: `/dbs/${contract.database().id}/colls/${container.id}/docs`,
      headers: {
        "content-type": "application/query+json",
        "x-ms-documentdb-isquery": "True",
        "x-ms-documentdb-partitionkey": '["a"]',
      },
      body: JSON.stringify({ query }),
    });
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(code) });
    expect(await refusalOf(readAll(container, query, { partitionKey: "a" }))).toMatchObject({ code: 400 });
  });

  test("is refused when a parameter is given twice", async () => {
    const parameters = [
      { name: "@age", value: 25 },
      { name: "@age", value: 30 },
    ];
    const query = { query: "SELECT * FROM p WHERE p.age = @age", parameters };
    expect(await refusalOf(readAll(container, query, { partitionKey: "a" }))).toMatchObject({ code: 400 });
  });

  test("is refused when a scalar subquery has several results", async () => {
    const query = "SELECT VALUE (SELECT VALUE t FROM t IN p.tags) FROM p";
    expect(await refusalOf(readAll(container, query, { partitionKey: "a" }))).toMatchObject({ code: 400 });
  });
});
