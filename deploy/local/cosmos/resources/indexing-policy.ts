import { badRequest } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";

const ROOT = "/*";
/** Azure never indexes the ETag, whatever the policy says. */
const ETAG_PATH = '/"_etag"/?';

const MODES: ReadonlySet<string> = new Set(["consistent", "lazy", "none"]);
const SPATIAL_TYPES = ["Point", "LineString", "Polygon", "MultiPolygon"];
const ORDERS: ReadonlySet<string> = new Set(["ascending", "descending"]);
const COMPOSITE_PATHS = { least: 2, most: 8 };

const INDEXED_PATH = /^\/(?:(?:"(?:[^"\\]|\\.)*"|\[\]|[^/"?*[\]]+)\/)*[?*]$/;
const PROPERTY_PATH = /^(?:\/(?:"(?:[^"\\]|\\.)*"|\[\]|[^/"?*[\]]+))+$/;

const listOf = (value: Json | undefined, what: string): Json[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw badRequest(`The member '${what}' of the indexing policy must be an array.`);
  return value;
};

const pathIn = (value: Json | undefined, what: string): string => {
  const path = isObject(value) ? value["path"] : undefined;
  if (typeof path !== "string") throw badRequest(`Every entry of '${what}' in the indexing policy needs a 'path'.`);
  return path;
};

const notAPath = (path: string): Error =>
  badRequest(
    `The indexing path '${path}' could not be accepted. Please ensure that the path is a valid path. Common errors include invalid characters or absence of quotes around labels.`,
  );

/** The index kinds that older clients send with a path mean nothing any more, and are not echoed. */
const indexedPaths = (value: Json | undefined, what: string): string[] =>
  listOf(value, what).map((entry) => {
    const path = pathIn(entry, what);
    if (path === "/") return ROOT;
    if (!INDEXED_PATH.test(path)) throw notAPath(path);
    return path;
  });

const compositeIndex = (value: Json): Json => {
  if (!Array.isArray(value)) throw badRequest("Every composite index must be an array of paths.");
  const { least, most } = COMPOSITE_PATHS;
  if (value.length < least || value.length > most) {
    throw badRequest(`A composite index needs ${least} to ${most} paths, not ${value.length}.`);
  }
  return value.map((entry) => {
    const path = pathIn(entry, "compositeIndexes");
    if (!PROPERTY_PATH.test(path)) throw notAPath(path);
    const order = (isObject(entry) ? entry["order"] : undefined) ?? "ascending";
    if (typeof order !== "string" || !ORDERS.has(order)) {
      throw badRequest(`The order of the composite path '${path}' must be ascending or descending.`);
    }
    return { path, order };
  });
};

const spatialIndex = (value: Json): Json => {
  const path = pathIn(value, "spatialIndexes");
  if (!INDEXED_PATH.test(path)) throw notAPath(path);
  const types = isObject(value) ? listOf(value["types"], "types") : [];
  for (const type of types) {
    if (typeof type !== "string" || !SPATIAL_TYPES.includes(type)) {
      throw badRequest(`The spatial type ${JSON.stringify(type)} must be one of ${SPATIAL_TYPES.join(", ")}.`);
    }
  }
  return { ...(isObject(value) ? value : {}), path, types: types.length === 0 ? SPATIAL_TYPES : types };
};

const modeIn = (policy: JsonObject): string => {
  const mode = policy["indexingMode"] ?? "consistent";
  const name = typeof mode === "string" ? mode.toLowerCase() : "";
  if (!MODES.has(name)) throw badRequest(`The indexing mode ${JSON.stringify(mode)} must be consistent or none.`);
  return name;
};

/** The paths that are indexed and those that are not: the root is always among them. */
const pathSets = (policy: JsonObject): { includedPaths: Json; excludedPaths: Json } => {
  const included = indexedPaths(policy["includedPaths"], "includedPaths");
  const excluded = indexedPaths(policy["excludedPaths"], "excludedPaths");
  const both = included.find((path) => excluded.includes(path));
  if (both !== undefined) throw badRequest(`The indexing path '${both}' is both included and excluded.`);
  if (!included.includes(ROOT) && !excluded.includes(ROOT)) {
    if (included.length > 0) {
      throw badRequest(
        'The special mandatory indexing path "/" is not provided in any of the path type sets. Please provide this path in one of the sets.',
      );
    }
    included.push(ROOT);
  }
  if (!excluded.includes(ETAG_PATH)) excluded.push(ETAG_PATH);
  return {
    includedPaths: included.map((path) => ({ path })),
    excludedPaths: excluded.map((path) => ({ path })),
  };
};

const refuseUnserved = (policy: JsonObject): void => {
  for (const member of ["vectorIndexes", "fullTextIndexes"]) {
    if (listOf(policy[member], member).length > 0) {
      throw badRequest(`The member '${member}' of the indexing policy is not supported by this endpoint.`);
    }
  }
};

/**
 * Makes the indexing policy of a container from what a client sent, completed as Azure completes it: everything is indexed
 * unless the policy says otherwise, and the ETag never is.
 * @throws Refusal (400) when it is malformed, contradicts itself, leaves the root open, or asks for vectors or full text
 */
export const indexingPolicy = (sent: Json | undefined): JsonObject => {
  if (sent !== undefined && sent !== null && !isObject(sent)) throw badRequest("The indexingPolicy must be an object.");
  const policy = sent ?? {};
  const indexingMode = modeIn(policy);
  const automatic = policy["automatic"] ?? indexingMode !== "none";
  if (typeof automatic !== "boolean")
    throw badRequest("The member 'automatic' of the indexing policy must be a boolean.");
  refuseUnserved(policy);
  const composite = listOf(policy["compositeIndexes"], "compositeIndexes").map(compositeIndex);
  const spatial = listOf(policy["spatialIndexes"], "spatialIndexes").map(spatialIndex);
  const more = {
    ...(composite.length === 0 ? {} : { compositeIndexes: composite }),
    ...(spatial.length === 0 ? {} : { spatialIndexes: spatial }),
  };
  if (indexingMode !== "none") return { indexingMode, automatic, ...pathSets(policy), ...more };
  if (automatic) throw badRequest("An indexingMode of none needs automatic: false.");
  if (composite.length + spatial.length > 0) throw badRequest("An indexingMode of none allows no index.");
  return { indexingMode, automatic, includedPaths: [], excludedPaths: [] };
};
