import { isObject, type Json, type JsonObject } from "../json.ts";
import { stepsOf } from "./partition-key.ts";

/** The property names that lead to the values of a unique key, one list for each path. */
export type UniqueKey = readonly (readonly string[])[];

const isText = (value: Json): value is string => typeof value === "string";

/** Reads the unique keys out of a container's definition. */
export const uniqueKeysIn = (definition: JsonObject): UniqueKey[] => {
  const policy = definition["uniqueKeyPolicy"];
  const keys = isObject(policy) ? policy["uniqueKeys"] : undefined;
  if (!Array.isArray(keys)) return [];
  return keys.map((key) => {
    const paths = isObject(key) ? key["paths"] : undefined;
    return Array.isArray(paths) ? paths.filter(isText).map(stepsOf) : [];
  });
};

const valueAt = (document: JsonObject, steps: readonly string[]): Json => {
  let value: Json | undefined = document;
  for (const step of steps) value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value ?? null;
};

/**
 * The values that an item has of each unique key, as they are stored: equal values have equal texts. What an item lacks is
 * null and takes part, as on Azure (https://learn.microsoft.com/azure/cosmos-db/unique-keys): of the items without a value
 * there can be only one in a partition.
 */
export const uniqueValues = (keys: readonly UniqueKey[], document: JsonObject): string[] =>
  keys.map((key) => JSON.stringify(key.map((steps) => valueAt(document, steps))));
