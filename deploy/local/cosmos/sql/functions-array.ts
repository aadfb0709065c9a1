import { isObject, type Json } from "../json.ts";
import { define, type NamedFunction } from "./function-definition.ts";
import { equalValues, type Value } from "./values.ts";

/** Tells whether an object has all members of another. */
const hasMembers = (whole: Json, part: Json): boolean =>
  isObject(whole) && isObject(part)
    ? Object.entries(part).every(([name, value]) => {
        const other = whole[name];
        return value !== undefined && other !== undefined && hasMembers(other, value);
      })
    : equalValues(whole, part);

const contains = ([list, wanted, partial = false]: readonly Value[]): Value => {
  if (!Array.isArray(list) || typeof partial !== "boolean") return undefined;
  if (wanted === undefined) return false;
  return list.some((item) => (partial ? hasMembers(item, wanted) : equalValues(item, wanted)));
};

const containsEvery =
  (every: boolean) =>
  ([list, ...wanted]: readonly Value[]): Value => {
    if (!Array.isArray(list)) return undefined;
    const has = (value: Value): boolean => value !== undefined && list.some((item) => equalValues(item, value));
    return every ? wanted.every(has) : wanted.some(has);
  };

const slice = ([list, start, length]: readonly Value[]): Value => {
  if (!Array.isArray(list) || typeof start !== "number") return undefined;
  if (length !== undefined && typeof length !== "number") return undefined;
  const from = start < 0 ? Math.max(0, list.length + start) : start;
  return list.slice(from, length === undefined ? undefined : from + Math.max(0, length));
};

const concat = (lists: readonly Value[]): Value => (lists.every(Array.isArray) ? lists.flat() : undefined);

/** Functions of arrays. */
export const ARRAY_FUNCTIONS: readonly NamedFunction[] = [
  define("ARRAY_CONTAINS", 2, 3, contains),
  define("ARRAY_CONTAINS_ANY", 2, 200, containsEvery(false)),
  define("ARRAY_CONTAINS_ALL", 2, 200, containsEvery(true)),
  define("ARRAY_LENGTH", 1, 1, ([list]) => (Array.isArray(list) ? list.length : undefined)),
  define("ARRAY_SLICE", 2, 3, slice),
  define("ARRAY_CONCAT", 2, 200, concat),
];
