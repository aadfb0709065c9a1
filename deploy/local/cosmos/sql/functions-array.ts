import { isObject, type Json } from "../json.ts";
import { canonical } from "./canonical.ts";
import { ANY_NUMBER, define, finite, type NamedFunction } from "./function-definition.ts";
import { compareValues, equalValues, type Value } from "./values.ts";

/** Tells whether an object has all members of another. */
const hasMembers = (whole: Json, part: Json): boolean =>
  isObject(whole) && isObject(part)
    ? Object.entries(part).every(([name, value]) => {
        const other = whole[name];
        return value !== undefined && other !== undefined && hasMembers(other, value);
      })
    : equalValues(whole, part);

const contains = ([list, wanted, partial = false]: readonly Value[]): Value => {
  if (!Array.isArray(list) || wanted === undefined || typeof partial !== "boolean") return undefined;
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
  if (!Array.isArray(list) || !Number.isInteger(start) || typeof start !== "number") return undefined;
  if (length !== undefined && (typeof length !== "number" || !Number.isInteger(length))) return undefined;
  const from = start < 0 ? Math.max(0, list.length + start) : start;
  return list.slice(from, length === undefined ? undefined : from + Math.max(0, length));
};

const concat = (lists: readonly Value[]): Value => (lists.every(Array.isArray) ? lists.flat() : undefined);

/** Defines a function of the numbers of an array; anything else in it makes the result undefined. */
const ofNumbers = (name: string, apply: (numbers: readonly number[]) => number | undefined): NamedFunction =>
  define(name, 1, 1, ([list]) => {
    if (!Array.isArray(list) || !list.every((item) => typeof item === "number")) return undefined;
    const result = apply(list);
    return result === undefined ? undefined : finite(result);
  });

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const median = (numbers: readonly number[]): number | undefined => {
  const sorted = numbers.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 || low === undefined || high === undefined ? high : (low + high) / 2;
};

/** Defines the function that gives the first of an array's values in an order; they must not be arrays or objects. */
const extreme = (name: string, isBetter: (order: number) => boolean): NamedFunction =>
  define(name, 1, 1, ([list]) => {
    if (!Array.isArray(list) || list.some((item) => typeof item === "object" && item !== null)) return undefined;
    let best: Value;
    for (const item of list) if (best === undefined || isBetter(compareValues(item, best))) best = item;
    return best;
  });

const distinct = (list: readonly Json[]): Map<string, Json> => {
  const values = new Map<string, Json>();
  for (const item of list) {
    const text = canonical(item);
    if (!values.has(text)) values.set(text, item);
  }
  return values;
};

/** Defines a function of two sets, which are arrays whose repetitions do not count. */
const ofSets = (name: string, apply: (left: Map<string, Json>, right: Map<string, Json>) => Value): NamedFunction =>
  define(name, 2, 2, ([left, right]) =>
    Array.isArray(left) && Array.isArray(right) ? apply(distinct(left), distinct(right)) : undefined,
  );

const chosen = (from: Map<string, Json>, wanted: (text: string) => boolean): Json[] =>
  [...from].filter(([text]) => wanted(text)).map(([, item]) => item);

const choose = ([index, ...choices]: readonly Value[]): Value =>
  typeof index === "number" && Number.isInteger(index) && index > 0 ? choices[index - 1] : undefined;

const objectToArray = ([object, name = "k", member = "v"]: readonly Value[]): Value => {
  if (!isObject(object) || typeof name !== "string" || typeof member !== "string") return undefined;
  return Object.entries(object).map(([key, value]) => ({ [name]: key, [member]: value }));
};

/** Functions of arrays, and those that make arrays. */
export const ARRAY_FUNCTIONS: readonly NamedFunction[] = [
  define("ARRAY_CONTAINS", 2, 3, contains),
  define("ARRAY_CONTAINS_ANY", 2, ANY_NUMBER, containsEvery(false)),
  define("ARRAY_CONTAINS_ALL", 2, ANY_NUMBER, containsEvery(true)),
  define("ARRAY_LENGTH", 1, 1, ([list]) => (Array.isArray(list) ? list.length : undefined)),
  define("ARRAY_SLICE", 2, 3, slice),
  define("ARRAY_CONCAT", 2, ANY_NUMBER, concat),
  ofNumbers("ARRAY_SUM", sum),
  ofNumbers("ARRAY_AVG", (numbers) => sum(numbers) / numbers.length),
  ofNumbers("ARRAY_MEDIAN", median),
  extreme("ARRAY_MIN", (order) => order < 0),
  extreme("ARRAY_MAX", (order) => order > 0),
  ofSets("SETINTERSECT", (left, right) => chosen(left, (text) => right.has(text))),
  ofSets("SETDIFFERENCE", (left, right) => chosen(left, (text) => !right.has(text))),
  ofSets("SETUNION", (left, right) => [...left.values(), ...chosen(right, (text) => !left.has(text))]),
  ofSets("SETEQUAL", (left, right) => left.size === right.size && [...left.keys()].every((text) => right.has(text))),
  define("CHOOSE", 2, ANY_NUMBER, choose),
  define("OBJECTTOARRAY", 1, 3, objectToArray),
];
