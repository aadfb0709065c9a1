import { describe, expect, test } from "@jest/globals";
import { isObject, parseJson } from "../../../deploy/local/cosmos/json.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";

/** What a query is refused with: the text at fault, and why. */
const fault = (text: string): { at: string; message: unknown } => {
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

  test("names its columns by their last property, their alias or their number", () => {
    const { selection } = parseQuery("SELECT c.a.b, c['x y'], c.n + 1, c.n AS m, c.n k, COUNT(1), c FROM c");
    const names = selection.kind === "columns" ? selection.columns.map(({ name }) => name) : [];
    expect(names).toEqual(["b", "x y", "$1", "m", "k", "$2", "c"]);
  });

  test.each([
    ["SELECT", ""],
    ["SELECT * FRM c", "FRM"],
    ["SELECT * FROM c WHERE", ""],
    ["SELECT * FROM c WHERE c.n = = 1", "="],
    ["SELECT * FROM c WHERE c.n = 1 1", "1"],
    ["SELECT * FROM c WHERE d.n = 1", "d"],
    ["SELECT * FROM c WHERE (c.n = 1", ""],
    ["SELECT * FROM c WHERE c.n # 1", "#"],
    ["SELECT * FROM c WHERE NO_SUCH(c.n)", "NO_SUCH(c.n)"],
    ["SELECT * FROM c WHERE LENGTH(c.n, 1)", "LENGTH(c.n, 1)"],
    ["SELECT * FROM c ORDER c.n", "c"],
    ["SELECT * FROM c OFFSET 1", ""],
    ["SELECT DISTINCT c.n FROM c", "DISTINCT"],
    ["SELECT * FROM c JOIN t IN c.tags", "JOIN"],
    ["SELECT c.n FROM c GROUP BY c.n", "GROUP"],
    ["SELECT * FROM c WHERE EXISTS(SELECT VALUE 1)", "EXISTS"],
    ["SELECT * FROM t IN c.tags", "IN"],
  ])("%s is refused at '%s'", (text, at) => {
    expect(fault(text)).toEqual({ at, message: expect.any(String) });
  });

  test("is refused rather than followed too deep", () => {
    const deep = `${"(".repeat(5_000)}1${")".repeat(5_000)}`;
    expect(fault(`SELECT VALUE ${deep} FROM c`).message).toContain("deep");
  });
});
