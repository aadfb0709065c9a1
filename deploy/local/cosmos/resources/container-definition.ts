import { badRequest } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { parsePartitionKeyDefinition } from "../keys/partition-key.ts";
import { retentionMsOf } from "./versions.ts";

const DEFAULT_INDEXING: JsonObject = {
  indexingMode: "consistent",
  automatic: true,
  includedPaths: [{ path: "/*" }],
  excludedPaths: [{ path: '/"_etag"/?' }],
};

const LONGEST_TTL_S = 2_147_483_647;

const checkTtl = (ttl: Json | undefined): number | undefined => {
  if (ttl === undefined || ttl === null) return undefined;
  if (typeof ttl !== "number" || !Number.isInteger(ttl) || ttl < -1 || ttl === 0 || ttl > LONGEST_TTL_S) {
    throw badRequest("The container's defaultTtl must be -1 or a positive integer, in seconds.");
  }
  return ttl;
};

const checkUniqueKeys = (policy: Json | undefined): void => {
  if (policy === undefined || policy === null) return;
  if (!isObject(policy) || !Array.isArray(policy["uniqueKeys"])) throw badRequest("The uniqueKeyPolicy is not valid.");
  // A constraint that is stored and not kept would be worse than none.
  if (policy["uniqueKeys"].length > 0) throw badRequest("Unique keys are not supported by this endpoint.");
};

const indexingPolicy = (policy: Json | undefined): JsonObject => {
  if (policy === undefined || policy === null) return DEFAULT_INDEXING;
  if (!isObject(policy)) throw badRequest("The indexingPolicy must be an object.");
  const mode = policy["indexingMode"];
  const isNone = typeof mode === "string" && mode.toLowerCase() === "none";
  if (isNone && policy["automatic"] === true) throw badRequest("An indexingMode of none needs automatic: false.");
  const base = isNone
    ? { indexingMode: "none", automatic: false, includedPaths: [], excludedPaths: [] }
    : DEFAULT_INDEXING;
  return { ...base, ...policy };
};

/**
 * Makes the stored definition of a container from what a client sent.
 * @throws Refusal (400) when something in it is not valid or not supported
 */
export const containerDefinition = (sent: JsonObject): JsonObject => {
  const key = sent["partitionKey"];
  const { paths, kind, version } = parsePartitionKeyDefinition(key);
  checkUniqueKeys(sent["uniqueKeyPolicy"]);
  const ttl = checkTtl(sent["defaultTtl"]);
  const conflicts = sent["conflictResolutionPolicy"];
  const geospatial = sent["geospatialConfig"];
  const changeFeed = retentionMsOf(sent) === undefined ? undefined : sent["changeFeedPolicy"];
  return {
    indexingPolicy: indexingPolicy(sent["indexingPolicy"]),
    partitionKey: { paths: [...paths], kind, version },
    ...(ttl === undefined ? {} : { defaultTtl: ttl }),
    ...(changeFeed === undefined ? {} : { changeFeedPolicy: changeFeed }),
    uniqueKeyPolicy: { uniqueKeys: [] },
    conflictResolutionPolicy: isObject(conflicts)
      ? conflicts
      : { mode: "LastWriterWins", conflictResolutionPath: "/_ts", conflictResolutionProcedure: "" },
    geospatialConfig: isObject(geospatial) ? geospatial : { type: "Geography" },
  };
};
