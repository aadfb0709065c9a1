import { isObject, type Json, parseJson } from "../json.ts";
import { define, type NamedFunction, ofText } from "./function-definition.ts";
import type { Value } from "./values.ts";

/** Defines a test of one string against another; a third argument, true, makes it ignore the case. */
const compare = (name: string, holds: (text: string, other: string) => boolean): NamedFunction =>
  define(name, 2, 3, ([text, other, ignoreCase = false]) => {
    if (typeof text !== "string" || typeof other !== "string" || typeof ignoreCase !== "boolean") return undefined;
    return ignoreCase ? holds(text.toLowerCase(), other.toLowerCase()) : holds(text, other);
  });

const concat = (parts: readonly Value[]): Value =>
  parts.every((part) => typeof part === "string") ? parts.join("") : undefined;

const toText = ([value]: readonly Value[]): Value => {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
};

const substring = ([text, start, length]: readonly Value[]): Value => {
  if (typeof text !== "string" || typeof start !== "number" || typeof length !== "number") return undefined;
  const from = Math.max(0, Math.trunc(start));
  return text.slice(from, from + Math.max(0, Math.trunc(length)));
};

const replace = ([text, old, fresh]: readonly Value[]): Value =>
  typeof text === "string" && typeof old === "string" && typeof fresh === "string"
    ? old === ""
      ? text
      : text.replaceAll(old, () => fresh)
    : undefined;

const indexOf = ([text, part, start = 0]: readonly Value[]): Value =>
  typeof text === "string" && typeof part === "string" && typeof start === "number"
    ? text.indexOf(part, start)
    : undefined;

const side = (name: string, cut: (text: string, count: number) => string): NamedFunction =>
  define(name, 2, 2, ([text, count]) =>
    typeof text === "string" && typeof count === "number" ? cut(text, Math.max(0, Math.trunc(count))) : undefined,
  );

const LONGEST_TEXT = 1_000_000;

const replicate = ([text, times]: readonly Value[]): Value =>
  typeof text === "string" && typeof times === "number" && times >= 0 && text.length * times <= LONGEST_TEXT
    ? text.repeat(Math.trunc(times))
    : undefined;

const regexMatch = ([text, pattern, flags = ""]: readonly Value[]): Value => {
  if (typeof text !== "string" || typeof pattern !== "string" || typeof flags !== "string") return undefined;
  try {
    return new RegExp(pattern, flags.replace("x", "")).test(text);
  } catch {
    return undefined;
  }
};

const parsed =
  (holds: (value: Json) => boolean) =>
  (text: string): Value => {
    const value = parseJson(text);
    return value !== undefined && holds(value) ? value : undefined;
  };

/** Functions of strings. */
export const STRING_FUNCTIONS: readonly NamedFunction[] = [
  compare("STARTSWITH", (text, other) => text.startsWith(other)),
  compare("ENDSWITH", (text, other) => text.endsWith(other)),
  compare("CONTAINS", (text, other) => text.includes(other)),
  compare("STRINGEQUALS", (text, other) => text === other),
  ofText("UPPER", (text) => text.toUpperCase()),
  ofText("LOWER", (text) => text.toLowerCase()),
  ofText("LENGTH", (text) => text.length),
  ofText("TRIM", (text) => text.trim()),
  ofText("LTRIM", (text) => text.trimStart()),
  ofText("RTRIM", (text) => text.trimEnd()),
  ofText("REVERSE", (text) => Array.from(text).toReversed().join("")),
  ofText(
    "STRINGTONUMBER",
    parsed((value) => typeof value === "number"),
  ),
  ofText(
    "STRINGTOBOOLEAN",
    parsed((value) => typeof value === "boolean"),
  ),
  ofText(
    "STRINGTONULL",
    parsed((value) => value === null),
  ),
  ofText("STRINGTOARRAY", parsed(Array.isArray)),
  ofText("STRINGTOOBJECT", parsed(isObject)),
  define("CONCAT", 2, 200, concat),
  define("TOSTRING", 1, 1, toText),
  define("SUBSTRING", 3, 3, substring),
  define("REPLACE", 3, 3, replace),
  define("REPLICATE", 2, 2, replicate),
  define("INDEX_OF", 2, 3, indexOf),
  define("REGEXMATCH", 2, 3, regexMatch),
  side("LEFT", (text, count) => text.slice(0, count)),
  side("RIGHT", (text, count) => (count === 0 ? "" : text.slice(-count))),
];
