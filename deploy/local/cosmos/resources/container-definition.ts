import { badRequest } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { parsePartitionKeyDefinition } from "../keys/partition-key.ts";
import { indexingPolicy } from "./indexing-policy.ts";
import { uniqueKeyPolicy } from "./unique-key-policy.ts";
import { retentionMsOf } from "./versions.ts";

const LONGEST_TTL_S = 2_147_483_647;

const checkTtl = (ttl: Json | undefined, member: string): number | undefined => {
  if (ttl === undefined || ttl === null) return undefined;
  if (typeof ttl !== "number" || !Number.isInteger(ttl) || ttl < -1 || ttl === 0 || ttl > LONGEST_TTL_S) {
    throw badRequest(`The container's ${member} must be -1 or a positive integer, in seconds.`);
  }
  return ttl;
};

const oneOf = (value: Json | undefined, names: readonly string[], member: string): string => {
  const [first = ""] = names;
  if (value === undefined || value === null) return first;
  const wanted = typeof value === "string" ? value.toLowerCase() : "";
  const name = names.find((candidate) => candidate.toLowerCase() === wanted);
  if (name === undefined) throw badRequest(`The container's ${member} must be one of ${names.join(", ")}.`);
  return name;
};

const objectOrNothing = (value: Json | undefined, member: string): JsonObject => {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw badRequest(`The container's ${member} must be an object.`);
  return value;
};

/** What is to win when two regions write one item. With one region it is only kept. */
const conflictResolutionPolicy = (sent: Json | undefined): JsonObject => {
  const policy = objectOrNothing(sent, "conflictResolutionPolicy");
  const mode = oneOf(policy["mode"], ["LastWriterWins", "Custom"], "conflictResolutionPolicy.mode");
  const path = policy["conflictResolutionPath"];
  return {
    mode,
    conflictResolutionPath: path ?? (mode === "LastWriterWins" ? "/_ts" : ""),
    conflictResolutionProcedure: policy["conflictResolutionProcedure"] ?? "",
  };
};

/** Members whose effect is missing here: to keep them without it would be worse than to refuse them. */
const UNSERVED = ["computedProperties", "vectorEmbeddingPolicy", "fullTextPolicy", "materializedViewDefinition"];

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0);

const refuseUnserved = (sent: JsonObject): void => {
  for (const member of UNSERVED) {
    if (!isEmpty(sent[member])) throw badRequest(`The container's '${member}' is not supported by this endpoint.`);
  }
};

/**
 * Makes the stored definition of a container from what a client sent, completed as Azure completes it.
 * @param hashing the version of the partition key's hashing when the client names none
 * @throws Refusal (400) when something in it is not valid or not supported
 */
export const containerDefinition = (sent: JsonObject, hashing: 1 | 2): JsonObject => {
  const { paths, kind, version } = parsePartitionKeyDefinition(sent["partitionKey"], hashing);
  refuseUnserved(sent);
  const ttl = checkTtl(sent["defaultTtl"], "defaultTtl");
  const analyticalTtl = checkTtl(sent["analyticalStorageTtl"], "analyticalStorageTtl");
  const geospatial = objectOrNothing(sent["geospatialConfig"], "geospatialConfig");
  const changeFeed = retentionMsOf(sent) === undefined ? undefined : sent["changeFeedPolicy"];
  const encryption = sent["clientEncryptionPolicy"];
  return {
    indexingPolicy: indexingPolicy(sent["indexingPolicy"]),
    partitionKey: { paths: [...paths], kind, version },
    ...(ttl === undefined ? {} : { defaultTtl: ttl }),
    ...(analyticalTtl === undefined ? {} : { analyticalStorageTtl: analyticalTtl }),
    ...(changeFeed === undefined ? {} : { changeFeedPolicy: changeFeed }),
    uniqueKeyPolicy: uniqueKeyPolicy(sent["uniqueKeyPolicy"]),
    conflictResolutionPolicy: conflictResolutionPolicy(sent["conflictResolutionPolicy"]),
    geospatialConfig: { type: oneOf(geospatial["type"], ["Geography", "Geometry"], "geospatialConfig.type") },
    // Clients encrypt and decrypt; the policy is only kept for them.
    ...(isObject(encryption) ? { clientEncryptionPolicy: encryption } : {}),
  };
};
