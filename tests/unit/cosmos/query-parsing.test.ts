import { describe, expect, test } from "@jest/globals";
import { isObject, parseJson } from "../../../deploy/local/cosmos/json.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import { run } from "./query-language.ts";

/** What a query is refused with: the text at fault, and why. */
const fault = (text: string): { at: string; code: unknown; message: unknown } => {
  try {
    parseQuery(text);
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^Message: /, "") : "";
    const body = parseJson(message);
    const errors = isObject(body) ? body["errors"] : undefined;
    const first = Array.isArray(errors) ? errors[0] : undefined;
    if (!isObject(first) || !isObject(first["location"])) throw error;
    return {
      at: text.slice(Number(first["location"]["start"]), Number(first["location"]["end"])),
      code: first["code"],
      message: first["message"],
    };
  }
  throw new Error("The query was accepted.");
};

describe("a query", () => {
  test.each([
    ["SELECT * FROM c", "c"],
    ["select * from orders as o where o.n = 1", "o"],
    ["SELECT VALUE r FROM root r", "r"],
    ["SELECT c.from, c.value FROM c", "c"],
    ["SELECT {select: c.order}, [c.by] FROM c ORDER BY c.order", "c"],
  ])("%s calls its item %s", (text, alias) => {
    expect(parseQuery(text).alias).toBe(alias);
  });

  test.each([
    ["SELECT c.a.b, c['x y'], c.n + 1, c.n AS m, c.n k, LOWER(c.s), c FROM c", ["b", "x y", "$1", "m", "k", "$2", "c"]],
    ["SELECT COUNT(1), SUM(c.n) AS total, MAX(c.n) FROM c", ["$1", "total", "$2"]],
    ["SELECT t, t.name, c.list[0], (SELECT VALUE 1) FROM c JOIN t IN c.tags", ["t", "name", "$1", "$2"]],
    ["SELECT c.n AS value, c.m AS order FROM c", ["value", "order"]],
  ])("%s names its columns %j", (text, expected) => {
    const { selection } = parseQuery(text);
    expect(selection.kind === "columns" ? selection.columns.map(({ name }) => name) : []).toEqual(expected);
  });

  test.each([
    ["SELECT", "", "SC1001"],
    ["SELECT * FRM c", "FRM", "SC1001"],
    ["SELECT * FROM c WHERE", "", "SC1001"],
    ["SELECT * FROM c WHERE c.n = = 1", "=", "SC1001"],
    ["SELECT * FROM c WHERE c.n = 1 1", "1", "SC1001"],
    ["SELECT * FROM c WHERE d.n = 1", "d", "SC2001"],
    ["SELECT * FROM c WHERE (c.n = 1", "", "SC1001"],
    ["SELECT * FROM c WHERE c.n # 1", "#", "SC1001"],
    ["SELECT * FROM c WHERE NO_SUCH(c.n)", "NO_SUCH", "SC2005"],
    ["SELECT * FROM c WHERE udf.tax(c.n) > 1", "udf", "SC2005"],
    ["SELECT * FROM c WHERE ST_DISTANCE(c.a, c.b) < 1", "ST_DISTANCE", "SC2005"],
    ["SELECT * FROM c WHERE FullTextContains(c.a, 'b')", "FullTextContains", "SC2005"],
    ["SELECT VectorDistance(c.v, [1, 2]) FROM c", "VectorDistance", "SC2005"],
    ["SELECT * FROM c ORDER BY RANK FullTextScore(c.a, 'b')", "RANK", "SC2005"],
    ["SELECT * FROM c WHERE LENGTH(c.n, 1)", "LENGTH(c.n, 1)", "SC2050"],
    ["SELECT * FROM c WHERE STARTSWITH(c.n, 'a', 'b', 'c')", "STARTSWITH(c.n, 'a', 'b', 'c')", "SC2050"],
    ["SELECT COUNT(c.n, c.m) FROM c", "COUNT(c.n, c.m)", "SC2050"],
    ["SELECT * FROM c ORDER c.n", "c", "SC1001"],
    ["SELECT * FROM c OFFSET 1", "", "SC1001"],
    ["SELECT * FROM c OFFSET -1 LIMIT 10", "-", "SC1001"],
    ["SELECT TOP 1.5 c.n FROM c", "1.5", "SC2060"],
    ["SELECT TOP 4294967296 c.n FROM c", "4294967296", "SC2060"],
    ["SELECT *", "*", "SC2030"],
    ["SELECT * FROM c JOIN t IN c.tags", "*", "SC2040"],
    ["SELECT * FROM c, t IN c.tags", "*", "SC2040"],
    ["SELECT * FROM c GROUP BY c.n", "*", "SC2041"],
    ["SELECT c.n FROM c JOIN c IN c.tags", "c", "SC2011"],
    ["SELECT c.n FROM c JOIN t IN c.tags JOIN t IN c.kids", "t", "SC2011"],
    ["SELECT c.n FROM c JOIN t IN d.tags", "d", "SC2001"],
    ["SELECT c.n FROM c JOIN d", "d", "SC2001"],
    ["SELECT products.n FROM products p", "products", "SC2001"],
    ["SELECT t FROM c JOIN (SELECT VALUE t FROM t IN c.tags)", "t", "SC2001"],
    ["SELECT EXISTS(SELECT VALUE d FROM d) FROM c", "d", "SC2001"],
    ["SELECT c.n FROM c WHERE c.n IN (SELECT VALUE 1)", "SELECT", "SC1001"],
    ["SELECT c.n FROM c WHERE c.n IN ()", ")", "SC1001"],
    ["SELECT VALUE MAX(MIN(c.n)) FROM c", "MAX(MIN(c.n))", "SC2101"],
    ["SELECT VALUE SUM((SELECT VALUE 1)) FROM c", "SUM((SELECT VALUE 1))", "SC2101"],
    ["SELECT c.n FROM c WHERE COUNT(1) > 1", "COUNT(1) > 1", "SC1001"],
    ["SELECT c.n, c.m FROM c GROUP BY c.n", "c.m", "SC2102"],
    ["SELECT c.n, COUNT(1) FROM c", "c.n", "SC2102"],
    ["SELECT VALUE {n: c.n, k: COUNT(1)} FROM c", "{n: c.n, k: COUNT(1)}", "SC2102"],
    ["SELECT c.n.m FROM c GROUP BY c.m", "c.n.m", "SC2102"],
    ["SELECT c.n, (SELECT VALUE 1) FROM c GROUP BY c.n", "(SELECT VALUE 1)", "SC1001"],
    ["SELECT COUNT(1) FROM c GROUP BY 1", "1", "SC1001"],
    ["SELECT COUNT(1) FROM c GROUP BY COUNT(1)", "COUNT(1)", "SC1001"],
    ["SELECT COUNT(1) FROM c GROUP BY (SELECT VALUE c.n)", "(SELECT VALUE c.n)", "SC1001"],
    ["SELECT c.n FROM c GROUP BY c.n ORDER BY c.n", "c.n", "SC1001"],
    ["SELECT c.n FROM c ORDER BY LOWER(c.n)", "LOWER(c.n)", "2206"],
    ["SELECT c.n FROM c JOIN t IN c.tags ORDER BY t", "t", "SC1001"],
    ["SELECT (SELECT VALUE 1", "", "SC1001"],
  ])("%s is refused at '%s' with %s", (text, at, code) => {
    expect(fault(text)).toEqual({ at, code, message: expect.any(String) });
  });

  test("is refused in Cosmos's own words", () => {
    expect(fault("SELECT * FROM c WHERE d = 1").message).toBe("Identifier 'd' could not be resolved.");
    expect(fault("SELECT BADFUNC(c.n) FROM c").message).toBe("'BADFUNC' is not a recognized built-in function name.");
    expect(fault("SELECT TOP FROM c").message).toBe("Syntax error, incorrect syntax near 'FROM'.");
    expect(fault("SELECT STARTSWITH(c.n) FROM c").message).toBe("The STARTSWITH function requires 2 to 3 argument(s).");
    expect(fault("SELECT c.m FROM c GROUP BY c.n").message).toBe(
      "Property reference 'c.m' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.",
    );
  });

  test("may group by what is written in another way in its select list", () => {
    expect(() => parseQuery("SELECT c['n'] AS x, UPPER( c.s ) FROM c GROUP BY c.n, UPPER(c.s)")).not.toThrow();
  });

  test("has ten JOINs at most", () => {
    const joins = Array.from({ length: 11 }, (_, index) => ` JOIN t${index} IN c.tags`);
    expect(() => parseQuery(`SELECT c.n FROM c${joins.slice(1).join("")}`)).not.toThrow();
    expect(fault(`SELECT c.n FROM c${joins.join("")}`).message).toContain("10 JOINs");
  });

  test("is refused rather than followed too deep", () => {
    const deep = `${"(".repeat(5_000)}1${")".repeat(5_000)}`;
    expect(fault(`SELECT VALUE ${deep} FROM c`).message).toContain("deep");
    const nested = `${"(SELECT VALUE ".repeat(5_000)}1${")".repeat(5_000)}`;
    expect(fault(`SELECT VALUE ${nested} FROM c`).message).toContain("deep");
    for (const operator of ["+", "||", "??"]) {
      const chain = Array.from({ length: 2_000 }, () => "c.n").join(` ${operator} `);
      expect(fault(`SELECT VALUE ${chain} FROM c`).message).toContain("1000 operators");
    }
    expect(fault(`SELECT VALUE c${".n".repeat(1_000)} FROM c`).message).toContain("200 steps");
    expect(fault(`SELECT VALUE n FROM c${".n".repeat(1_000)}`).message).toContain("200 steps");
    const sources = `${"(SELECT VALUE 1 FROM ".repeat(5)}c${")".repeat(5)}`;
    expect(() => parseQuery(`SELECT VALUE 1 FROM ${sources}`)).not.toThrow();
  });

  test.each(["AND", "OR"])("may have thousands of conditions joined by %s", (operator) => {
    const values = Array.from({ length: 10_000 }, (_, index) => index);
    const sign = operator === "AND" ? "!=" : "=";
    const text = `SELECT VALUE c.n FROM c WHERE ${values.map((value) => `c.n ${sign} ${value}`).join(` ${operator} `)}`;
    const isWanted = (item: number): boolean => (operator === "AND" ? item >= 10_000 : item < 10_000);
    const items = [0, 4_999, 9_999, 10_000, 20_000];
    expect(
      run(
        text,
        items.map((n) => ({ n })),
      ),
    ).toEqual(items.filter(isWanted));
  });
});
