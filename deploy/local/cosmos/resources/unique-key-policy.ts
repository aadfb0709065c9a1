import { badRequest } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { stepsOf } from "../keys/partition-key.ts";

// https://learn.microsoft.com/azure/cosmos-db/concepts-limits
const MOST_KEYS = 10;
const MOST_PATHS = 16;

const pathsIn = (key: Json): string[] => {
  const paths = isObject(key) ? key["paths"] : undefined;
  if (!Array.isArray(paths) || paths.length === 0) throw badRequest("Every unique key needs at least one path.");
  if (paths.length > MOST_PATHS) throw badRequest(`A unique key may have ${MOST_PATHS} paths at most.`);
  const texts = paths.map((path) => {
    if (typeof path !== "string" || /[*?]|\[\]/.test(path)) {
      throw badRequest(`The path ${JSON.stringify(path)} of a unique key must name a property, without wildcards.`);
    }
    return path;
  });
  texts.forEach(stepsOf);
  if (new Set(texts).size < texts.length) throw badRequest("A unique key names a path twice.");
  return texts;
};

/**
 * Makes the unique key policy of a container from what a client sent.
 * @throws Refusal (400) when it is malformed, or has more than ten keys or a key of more than sixteen paths
 */
export const uniqueKeyPolicy = (sent: Json | undefined): JsonObject => {
  if (sent === undefined || sent === null) return { uniqueKeys: [] };
  const keys = isObject(sent) ? (sent["uniqueKeys"] ?? []) : undefined;
  if (!Array.isArray(keys)) throw badRequest("The uniqueKeyPolicy needs an array 'uniqueKeys'.");
  if (keys.length > MOST_KEYS) throw badRequest(`A container may have ${MOST_KEYS} unique keys at most.`);
  const uniqueKeys = keys.map((key) => ({ paths: pathsIn(key) }));
  const texts = uniqueKeys.map(({ paths }) => [...paths].sort().join("\n"));
  if (new Set(texts).size < texts.length) throw badRequest("Two unique keys of the container have the same paths.");
  return { uniqueKeys };
};
