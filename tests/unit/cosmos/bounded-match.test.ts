import { describe, expect, test } from "@jest/globals";
import { evaluate } from "./query-language.ts";

/** Far above what a bounded match takes, and far below what an unbounded one would: hours, if not years. */
const LONGEST_MS = 60_000;

const timed = (work: () => unknown): unknown => {
  const startedAt = performance.now();
  try {
    return work();
  } finally {
    expect(performance.now() - startedAt).toBeLessThan(LONGEST_MS);
  }
};

const endless = `${"a".repeat(40)}!`;

describe("a match that would go back and forth for years", () => {
  test.each([
    ["(a+)+$", ""],
    ["(a|a)+$", "m"],
    ["(.|a)+\n$", "s"],
    ["(a+ )+ $", "x"],
    ["\\b(a+)+$", ""],
  ])("is made in linear time: %s with '%s'", (pattern, modifiers) => {
    const made = timed(() =>
      evaluate("RegexMatch(c.text, @p, @m)", { text: endless }, { "@p": pattern, "@m": modifiers }),
    );
    expect(made).toBe(false);
  });

  test.each([
    ["(a+)+$", "i"],
    ["(?=b|)(a+)+$", ""],
    ["(a)\\1*(a+)+$", ""],
    ["(a{1,500}){1,500}$", ""],
    [`${"(a|a)".repeat(40)}$`, "i"],
  ])("is refused where that is not possible: %s with '%s'", (pattern, modifiers) => {
    const match = (): unknown =>
      evaluate("RegexMatch(c.text, @p, @m)", { text: endless }, { "@p": pattern, "@m": modifiers });
    expect(() => timed(match)).toThrow("takes longer than 100 ms");
  });

  test("is refused when pattern and text are both long", () => {
    const [text, pattern] = ["a".repeat(1_000_000), `${"a*".repeat(200)}!$`];
    const match = (): unknown => evaluate("RegexMatch(c.text, @p)", { text }, { "@p": pattern });
    expect(() => timed(match)).toThrow("takes longer than 100 ms");
  });

  test.each([
    ["a?".repeat(501), "more than 500 choices"],
    [`${"(".repeat(501)}a${")".repeat(501)}`, "more than 500 choices"],
    [`^${"abc ".repeat(50_000)}`, "too large"],
  ])("is refused when its pattern would take long to compile", (pattern, why) => {
    const match = (): unknown => evaluate("RegexMatch('abc abc', @p, 'i')", {}, { "@p": pattern });
    expect(() => timed(match)).toThrow(why);
  });

  test("is made when the modifier x has a set to look for", () => {
    expect(timed(() => evaluate("RegexMatch('a', @p, 'x')", {}, { "@p": `[${"\\\\".repeat(40)}` }))).toBeUndefined();
  });

  test("is made by LIKE too", () => {
    const text = "a".repeat(300);
    expect(timed(() => evaluate(`c.text LIKE '${"%a".repeat(20)}%b'`, { text }))).toBe(false);
    expect(timed(() => evaluate(`c.text LIKE '${"%a".repeat(20)}%'`, { text }))).toBe(true);
  });
});

test.each([
  ["(A+)+$", "i", true],
  ["^(?!b)a", "", true],
  ["(a)\\1", "", true],
  ["(b)\\1", "", false],
])("an expression that does not take long is matched in any case: %s with '%s'", (pattern, modifiers, expected) => {
  expect(evaluate("RegexMatch('aaa', @p, @m)", {}, { "@p": pattern, "@m": modifiers })).toBe(expected);
});
