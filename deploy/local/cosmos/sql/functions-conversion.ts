import { isObject, type Json, parseJson } from "../json.ts";
import { define, type NamedFunction, ofText } from "./function-definition.ts";
import type { Value } from "./values.ts";

const toText = ([value]: readonly Value[]): Value => {
  if (value === undefined) return undefined;
  // Numbers that are not finite have no JSON, but they have a name.
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : JSON.stringify(value);
};

/** Defines a function that reads JSON of one type. */
const parsed = (name: string, holds: (value: Json) => boolean): NamedFunction =>
  ofText(name, (text) => {
    const value = parseJson(text);
    return value !== undefined && holds(value) ? value : undefined;
  });

/** Functions that turn one type into another. */
export const CONVERSION_FUNCTIONS: readonly NamedFunction[] = [
  define("TOSTRING", 1, 1, toText),
  parsed("STRINGTONUMBER", (value) => typeof value === "number" && Number.isFinite(value)),
  parsed("STRINGTOBOOLEAN", (value) => typeof value === "boolean"),
  parsed("STRINGTONULL", (value) => value === null),
  parsed("STRINGTOARRAY", Array.isArray),
  parsed("STRINGTOOBJECT", isObject),
];
