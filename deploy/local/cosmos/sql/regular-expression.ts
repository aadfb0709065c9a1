import { boundedMatch } from "./bounded-match.ts";

/** Takes out what the modifier x ignores: whitespace and comments outside of sets, unless it is escaped. */
const withoutSpace = (pattern: string): string =>
  pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\\\]])*\]|\s+|#[^\n]*/g, (piece) => (/^(?:\s|#)/.test(piece) ? "" : piece));

/**
 * Makes the test of REGEXMATCH. It throws a `Refusal` (400) for a text on which it takes too long.
 * @param modifiers any of `i` (ignore case), `m` (lines), `s` (a dot is any character) and `x` (ignore whitespace)
 * @returns undefined when the pattern or a modifier is not one
 * @throws Refusal (400) when the pattern is too large
 */
export const regularExpression = (pattern: string, modifiers: string): ((text: string) => boolean) | undefined => {
  if (!/^[imsx]*$/.test(modifiers)) return undefined;
  const source = modifiers.includes("x") ? withoutSpace(pattern) : pattern;
  const flags = [...new Set(modifiers.replaceAll("x", ""))].join("");
  try {
    return boundedMatch(source, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};
