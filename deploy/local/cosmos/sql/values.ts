import { isObject, type Json } from "../json.ts";

/** A value in a query; `undefined` is Cosmos's own undefined: what is not there. */
export type Value = Json | undefined;

/** Where a type stands in the order of ORDER BY, MIN and MAX. */
const rankOf = (value: Value): number => {
  if (value === undefined) return 0;
  if (value === null) return 1;
  if (typeof value === "boolean") return 2;
  if (typeof value === "number") return 3;
  if (typeof value === "string") return 4;
  return Array.isArray(value) ? 5 : 6;
};

const SURROGATES = /[\uD800-\uDFFF]/;

/** Compares texts by code point, which is the order of their UTF-8 bytes and of the data file. */
export const compareText = (left: string, right: string): number => {
  if (left === right) return 0;
  if (SURROGATES.test(left) || SURROGATES.test(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : 1;
};

const compareLists = (left: readonly Value[], right: readonly Value[]): number => {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareValues(left[index], right[index]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
};

/** Orders any two values: by type first, as ORDER BY does. */
export const compareValues = (left: Value, right: Value): number => {
  const rank = rankOf(left);
  const difference = rank - rankOf(right);
  if (difference !== 0) return difference;
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  if (typeof left === "boolean") return Number(left) - Number(right);
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (isObject(left) && isObject(right)) {
    return compareLists(Object.entries(left).flat(), Object.entries(right).flat());
  }
  return 0;
};

/** Tells whether two defined values are equal; the order of an object's members does not count. */
export const equalValues = (left: Json, right: Json): boolean => {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equalValues(item, right[index] ?? null))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => {
      const other = right[name];
      return other !== undefined && equalValues(left[name] ?? null, other);
    })
  );
};

/** Compares two values of one ordered type; undefined when they are not comparable. */
export const orderOf = (left: Value, right: Value): number | undefined => {
  if (left === undefined || right === undefined || rankOf(left) !== rankOf(right)) return undefined;
  if (typeof left === "object" && left !== null) return undefined;
  return compareValues(left, right);
};
