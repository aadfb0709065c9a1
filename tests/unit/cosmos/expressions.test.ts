import { describe, expect, test } from "@jest/globals";
import { evaluate } from "./query-language.ts";

const ITEM = {
  n: 3,
  text: "Order",
  yes: true,
  none: null,
  list: [1, "two", { three: 3 }],
  deep: { er: { value: 7 } },
  value: { order: 1 },
};

describe("an expression", () => {
  test.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 % 4 - 1", 1],
    ["-c.n + 1", -2],
    ["1 << 3 | 1", 9],
    ["0x10", 16],
    ["1.5e2", 150],
    ["'a' || \"b\" || 'c'", "abc"],
    ["'it\\'s \\u00e9\\n'", "it's é\n"],
    ["c.deep.er.value", 7],
    ["c['deep'][\"er\"].value", 7],
    ['c.value["order"]', 1],
    ["c.list[1]", "two"],
    ["c.list[2].three", 3],
    ["c[@name]", 3],
    ["c.n > 2 ? 'many' : 'few'", "many"],
    ["c.missing ?? 'default'", "default"],
    ["c.none ?? 'default'", null],
    ["[c.n, c.missing, 1]", [3, 1]],
    ["{a: c.n, 'b c': c.missing, \"d\": [1]}", { a: 3, d: [1] }],
    ["c.n = 3 AND NOT c.n = 4 OR false", true],
    ["c.list = [1, 'two', {three: 3}]", true],
    ["{a: 1, b: 2} = {b: 2, a: 1}", true],
    ["c.n IN (1, 2, @n)", true],
    ["c.n NOT IN (1, 2)", true],
    ["c.n IN ('3', true, null, [3])", false],
    ["c.list IN (1, [1, 'two', {three: 3}])", true],
    ["c.n IN (1, c.missing, c.n)", true],
    ["0 IN (-0)", true],
    ["NAN IN (NAN)", false],
    ["c.n BETWEEN 1 AND 3", true],
    ["c.text NOT BETWEEN 'A' AND 'B'", true],
    ["c.text LIKE 'O_d%'", true],
    ["c.text LIKE 'o%'", false],
    ["'50%' LIKE '50!%' ESCAPE '!'", true],
    ["'a.c' LIKE 'a_c'", true],
    ["'abc' LIKE 'a.c'", false],
    ["'bad' LIKE '[a-c]%'", true],
    ["'x' <> 'y'", true],
    ["c.yes -- a comment\n", true],
    ["/* another */ c.n", 3],
  ])("%s is %j", (text, expected) => {
    expect(evaluate(text, ITEM, { "@n": 3, "@name": "n" })).toEqual(expected);
  });
});

describe("texts", () => {
  test("are ordered by code point, as the data file orders ids, not by UTF-16 unit", () => {
    expect(evaluate("'😀' > '\ue000'")).toBe(true);
    expect(evaluate("'\ue000' BETWEEN 'é' AND '😀'")).toBe(true);
    expect(evaluate("'B' < 'a'")).toBe(true);
  });
});

describe("what is undefined", () => {
  test.each([
    ["c.missing", undefined],
    ["c.missing.deeper", undefined],
    ["c.n.deeper", undefined],
    ["c.list[9]", undefined],
    ["c.toString", undefined],
    ["c.missing = c.missing", undefined],
    ["c.missing != 1", undefined],
    ["c.missing > 1", undefined],
    ["NOT c.missing", undefined],
    ["c.missing IN (1)", undefined],
    ["c.missing BETWEEN 1 AND 2", undefined],
    ["c.missing LIKE '%'", undefined],
    ["c.missing AND false", false],
    ["false AND c.missing", false],
    ["c.missing AND true", undefined],
    ["c.missing OR true", true],
    ["c.missing OR false", undefined],
    ["1 + 'a'", undefined],
    ["1 / 0", undefined],
    ["'a' || 1", undefined],
    ["UPPER(c.n)", undefined],
    ["LENGTH(c.missing)", undefined],
    ["IS_DEFINED(c.missing)", false],
    ["IS_DEFINED(c.none)", true],
    ["undefined", undefined],
  ])("%s is %j", (text, expected) => {
    expect(evaluate(text, ITEM)).toBe(expected);
  });

  test("arises when different types are ordered, while they are simply unequal", () => {
    expect(evaluate("1 < 'a'")).toBeUndefined();
    expect(evaluate("null < 1")).toBeUndefined();
    expect(evaluate("[1] < [2]")).toBeUndefined();
    expect(evaluate("1 = '1'")).toBe(false);
    expect(evaluate("1 != '1'")).toBe(true);
  });
});

describe("a function", () => {
  test.each([
    ["STARTSWITH('Order', 'or', true)", true],
    ["ENDSWITH('Order', 'er')", true],
    ["CONTAINS('Order', 'RD')", false],
    ["CONTAINS('Order', 'RD', true)", true],
    ["STRINGEQUALS('a', 'A', true)", true],
    ["CONCAT('a', 'b', 'c')", "abc"],
    ["SUBSTRING('abcdef', 1, 3)", "bcd"],
    ["LEFT('abc', 2) || RIGHT('abc', 2)", "abbc"],
    ["REPLACE('a-b-c', '-', '$&')", "a$&b$&c"],
    ["INDEX_OF('abcb', 'b', 2)", 3],
    ["REVERSE('ab😀')", "😀ba"],
    ["TRIM('  a ')", "a"],
    ["TOSTRING([1, {a: true}])", '[1,{"a":true}]'],
    ["STRINGTONUMBER('1.5')", 1.5],
    ["STRINGTONUMBER('x')", undefined],
    ["REGEXMATCH('ABC', '^ab', 'i')", true],
    ["ROUND(2.567, 2)", 2.57],
    ["ROUND(-2.5)", -3],
    ["ABS(-1) + FLOOR(1.9) + CEILING(1.1) + POWER(2, 3)", 12],
    ["SQRT(-1)", undefined],
    ["IS_NUMBER(1) AND IS_STRING('a') AND IS_BOOL(true) AND IS_NULL(null) AND IS_ARRAY([]) AND IS_OBJECT({})", true],
    ["IS_PRIMITIVE([])", false],
    ["ARRAY_CONTAINS([{a: 1, b: 2}], {a: 1})", false],
    ["ARRAY_CONTAINS([{a: 1, b: 2}], {a: 1}, true)", true],
    ["ARRAY_LENGTH([1, 2])", 2],
    ["ARRAY_SLICE([1, 2, 3], -2, 1)", [2]],
    ["ARRAY_CONCAT([1], [2, 3])", [1, 2, 3]],
    ["ARRAY_CONTAINS_ANY([1, 2], 3, 2)", true],
    ["ARRAY_CONTAINS_ALL([1, 2], 1, 3)", false],
  ])("%s is %j", (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });
});
