import { ANY_NUMBER, type Apply, define, type NamedFunction, ofText } from "./function-definition.ts";
import { regularExpression } from "./regular-expression.ts";
import type { Value } from "./values.ts";

/** Cosmos's own limit on what REPLICATE makes. */
const LONGEST_REPLICATION = 10_000;

/** Defines a test of one string against another; a third argument, true, makes it ignore the case. */
const compare = (name: string, holds: (text: string, other: string) => boolean): NamedFunction =>
  define(name, 2, 3, ([text, other, ignoreCase = false]) => {
    if (typeof text !== "string" || typeof other !== "string" || typeof ignoreCase !== "boolean") return undefined;
    return ignoreCase ? holds(text.toLowerCase(), other.toLowerCase()) : holds(text, other);
  });

const asWritten = (text: string): string => text;
const inLowerCase = (text: string): string => text.toLowerCase();

/** Defines a search for several strings in one: a chain of AND or OR, with what that makes of undefined. */
const containsMany = (name: string, every: boolean, fold: (text: string) => string): NamedFunction =>
  define(name, 2, ANY_NUMBER, ([text, ...wanted]) => {
    const tests = wanted.map((part) =>
      typeof text === "string" && typeof part === "string" ? fold(text).includes(fold(part)) : undefined,
    );
    // One false decides AND, one true decides OR, whatever stands beside it.
    if (tests.includes(!every)) return !every;
    return tests.includes(undefined) ? undefined : every;
  });

const concat = (parts: readonly Value[]): Value =>
  parts.every((part) => typeof part === "string") ? parts.join("") : undefined;

const substring = ([text, start, length]: readonly Value[]): Value => {
  if (typeof text !== "string" || typeof start !== "number" || typeof length !== "number") return undefined;
  const from = Math.max(0, Math.trunc(start));
  return text.slice(from, from + Math.max(0, Math.trunc(length)));
};

const replace = ([text, old, fresh]: readonly Value[]): Value =>
  typeof text === "string" && typeof old === "string" && typeof fresh === "string" && old !== ""
    ? text.replaceAll(old, () => fresh)
    : undefined;

const indexOf = ([text, part, start = 0]: readonly Value[]): Value =>
  typeof text === "string" && typeof part === "string" && typeof start === "number"
    ? text.indexOf(part, start)
    : undefined;

/** Searches backwards; what is found ends at the start of the search or before it. */
const lastIndexOf = ([text, part, start]: readonly Value[]): Value => {
  if (typeof text !== "string" || typeof part !== "string") return undefined;
  if (start === undefined) return text.lastIndexOf(part);
  if (typeof start !== "number") return undefined;
  const last = Math.trunc(start) - part.length + 1;
  return last < 0 ? -1 : text.lastIndexOf(part, last);
};

/** Defines a function that cuts a string where another one stands in it; undefined when it does not. */
const cut = (name: string, last: boolean, take: (text: string, at: number, length: number) => string): NamedFunction =>
  define(name, 2, 2, ([text, delimiter]) => {
    if (typeof text !== "string" || typeof delimiter !== "string") return undefined;
    const at = last ? text.lastIndexOf(delimiter) : text.indexOf(delimiter);
    return at < 0 ? undefined : take(text, at, delimiter.length);
  });

const before = (text: string, at: number): string => text.slice(0, at);
const after = (text: string, at: number, length: number): string => text.slice(at + length);

const side = (name: string, take: (text: string, count: number) => string): NamedFunction =>
  define(name, 2, 2, ([text, count]) =>
    typeof text === "string" && typeof count === "number" ? take(text, Math.max(0, Math.trunc(count))) : undefined,
  );

type IsTrimmed = (character: string) => boolean;

const trimStart = (text: string, isTrimmed: IsTrimmed): string => {
  let from = 0;
  while (from < text.length && isTrimmed(text.charAt(from))) from++;
  return text.slice(from);
};

const trimEnd = (text: string, isTrimmed: IsTrimmed): string => {
  let to = text.length;
  while (to > 0 && isTrimmed(text.charAt(to - 1))) to--;
  return text.slice(0, to);
};

const isSpace = (character: string): boolean => character.trim() === "";

/** Defines a function that trims whitespace, or any of the characters that a second argument has. */
const trim = (name: string, apply: (text: string, isTrimmed: IsTrimmed) => string): NamedFunction =>
  define(name, 1, 2, ([text, characters]) => {
    if (typeof text !== "string") return undefined;
    return apply(text, typeof characters === "string" ? (character) => characters.includes(character) : isSpace);
  });

const replicate = ([text, times]: readonly Value[]): Value =>
  typeof text === "string" && typeof times === "number" && times >= 0 && text.length * times <= LONGEST_REPLICATION
    ? text.repeat(Math.trunc(times))
    : undefined;

/** Remembers the last pattern: mostly it is the same for all rows. */
const regexMatch = (): Apply => {
  let last: { pattern: string; modifiers: string; matches: ReturnType<typeof regularExpression> } | undefined;
  return ([text, pattern, modifiers = ""]) => {
    if (typeof text !== "string" || typeof pattern !== "string" || typeof modifiers !== "string") return undefined;
    if (last === undefined || last.pattern !== pattern || last.modifiers !== modifiers) {
      last = { pattern, modifiers, matches: regularExpression(pattern, modifiers) };
    }
    return last.matches?.(text);
  };
};

const join = ([list, separator]: readonly Value[]): Value =>
  Array.isArray(list) && typeof separator === "string" && list.every((item) => typeof item === "string")
    ? list.join(separator)
    : undefined;

const split = ([text, separator]: readonly Value[]): Value => {
  if (typeof text !== "string" || typeof separator !== "string") return undefined;
  return separator === "" ? [text] : text.split(separator);
};

/** Functions of strings. */
export const STRING_FUNCTIONS: readonly NamedFunction[] = [
  compare("STARTSWITH", (text, other) => text.startsWith(other)),
  compare("ENDSWITH", (text, other) => text.endsWith(other)),
  compare("CONTAINS", (text, other) => text.includes(other)),
  compare("STRINGEQUALS", (text, other) => text === other),
  containsMany("CONTAINS_ALL_CS", true, asWritten),
  containsMany("CONTAINS_ALL_CI", true, inLowerCase),
  containsMany("CONTAINS_ANY_CS", false, asWritten),
  containsMany("CONTAINS_ANY_CI", false, inLowerCase),
  ofText("UPPER", (text) => text.toUpperCase()),
  ofText("LOWER", (text) => text.toLowerCase()),
  ofText("LENGTH", (text) => text.length),
  ofText("REVERSE", (text) => Array.from(text).toReversed().join("")),
  trim("TRIM", (text, isTrimmed) => trimEnd(trimStart(text, isTrimmed), isTrimmed)),
  trim("LTRIM", trimStart),
  trim("RTRIM", trimEnd),
  define("CONCAT", 2, ANY_NUMBER, concat),
  define("SUBSTRING", 3, 3, substring),
  cut("SUBSTRINGBEFORE", false, before),
  cut("SUBSTRINGAFTER", false, after),
  cut("LASTSUBSTRINGBEFORE", true, before),
  cut("LASTSUBSTRINGAFTER", true, after),
  define("REPLACE", 3, 3, replace),
  define("REPLICATE", 2, 2, replicate),
  define("INDEX_OF", 2, 3, indexOf),
  define("LASTINDEXOF", 2, 3, lastIndexOf),
  ["REGEXMATCH", { least: 2, most: 3, make: regexMatch }],
  define("STRINGJOIN", 2, 2, join),
  define("STRINGSPLIT", 2, 2, split),
  side("LEFT", (text, count) => text.slice(0, count)),
  side("RIGHT", (text, count) => (count === 0 ? "" : text.slice(-count))),
];
