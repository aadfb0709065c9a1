import { badRequest, type Refusal, SUBSTATUS } from "../errors.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json.ts";

/** One component of a partition key; `undefined` is the key of an item that lacks the property. */
export type PartitionKeyComponent = string | number | boolean | null | undefined;

/** How a container's partition key is taken from an item, and how it is hashed. */
export interface PartitionKeyDefinition {
  /** MultiHash is a hierarchical key. */
  readonly kind: "Hash" | "MultiHash";
  /** The version of the hashing. */
  readonly version: 1 | 2;
  readonly paths: readonly string[];
  /** The property names that lead to the key, one list for each path. */
  readonly steps: readonly (readonly string[])[];
}

const MOST_PATHS = 3;
/** https://learn.microsoft.com/azure/cosmos-db/concepts-limits: the longest value of a partition key. */
const LONGEST_COMPONENT_BYTES = 2048;

/**
 * Splits a path such as `/a/"b c"` into property names; a name is quoted with " or '.
 * @throws Refusal (400) when it is not a path
 */
export const stepsOf = (path: string): string[] => {
  const steps = path.match(/\/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^/"'][^/]*)/g);
  if (steps === null || steps.join("") !== path) throw badRequest(`The path '${path}' is not valid.`);
  return steps.map((step) => {
    const isQuoted = step[1] === '"' || step[1] === "'";
    return isQuoted ? step.slice(2, -1).replace(/\\(.)/g, "$1") : step.slice(1);
  });
};

const kindIn = (value: Json | undefined): "Hash" | "MultiHash" => {
  if (value === undefined || value === null || value === "Hash") return "Hash";
  if (value === "MultiHash") return "MultiHash";
  throw badRequest(`The partition key kind ${JSON.stringify(value)} is not supported: it must be Hash or MultiHash.`);
};

const versionIn = (value: Json | undefined, kind: "Hash" | "MultiHash", unnamed: 1 | 2): 1 | 2 => {
  if (value === undefined || value === null) return kind === "MultiHash" ? 2 : unnamed;
  if (value === 2) return 2;
  if (value !== 1) throw badRequest("The version of a partition key definition must be 1 or 2.");
  if (kind === "MultiHash")
    throw badRequest("A partition key definition of the kind MultiHash must have the version 2.");
  return 1;
};

/**
 * Reads the partition key definition of a container. Without a version it is version 2, where the REST interface of Azure
 * would take 1: clients hash by the version that the answer names, and no key of version 1 would be refused in version 2.
 * @param value the member `partitionKey` of the container as it was sent
 * @param unnamed the version when it names none, for clients that know of no other
 * @throws Refusal (400) when it is missing, malformed, or has more paths than its kind allows
 */
export const parsePartitionKeyDefinition = (value: Json | undefined, unnamed: 1 | 2 = 2): PartitionKeyDefinition => {
  if (!isObject(value) || !Array.isArray(value["paths"]) || value["paths"].length === 0) {
    throw badRequest("A container needs a partition key definition with at least one path.");
  }
  const kind = kindIn(value["kind"]);
  const paths = value["paths"].map((path) => {
    if (typeof path !== "string") throw badRequest("A partition key path must be a string.");
    return path;
  });
  const most = kind === "Hash" ? 1 : MOST_PATHS;
  if (paths.length > most) {
    throw badRequest(
      `Too many partition key paths are specified: ${paths.length}, where the kind ${kind} allows ${most}.`,
    );
  }
  if (new Set(paths).size < paths.length) throw badRequest("A partition key path is specified twice.");
  return { kind, version: versionIn(value["version"], kind, unnamed), paths, steps: paths.map(stepsOf) };
};

/** What a value is as a component of a partition key: an object or an array counts as nothing. */
export const componentOf = (value: Json | undefined): PartitionKeyComponent => {
  if (value === undefined || isObject(value) || Array.isArray(value)) return undefined;
  return Object.is(value, -0) ? 0 : value;
};

/** Takes the partition key from an item. */
export const extractPartitionKey = (
  definition: PartitionKeyDefinition,
  document: JsonObject,
): PartitionKeyComponent[] =>
  definition.steps.map((steps) => {
    let value: Json | undefined = document;
    for (const step of steps) value = isObject(value) ? value[step] : undefined;
    return componentOf(value);
  });

/** Writes a partition key as it is stored: equal keys have equal texts. */
export const canonicalPartitionKey = (key: readonly PartitionKeyComponent[]): string =>
  JSON.stringify(key.map((component) => (component === undefined ? {} : component)));

const GO_ESCAPES: Readonly<Record<string, string>> = { a: "\u0007", v: "\u000b" };

/** Rewrites the escapes that Go's ASCII quoting has and JSON lacks. */
const fromGoQuoting = (text: string): string =>
  text.replace(/\\(?:([av])|x([0-9a-f]{2})|U([0-9a-f]{8})|([^avxU]))/gi, (whole, letter, byte, point) => {
    if (letter !== undefined) return JSON.stringify(GO_ESCAPES[letter]).slice(1, -1);
    if (byte !== undefined) return `\\u00${byte}`;
    if (point !== undefined) {
      return JSON.stringify(String.fromCodePoint(Number.parseInt(point, 16))).slice(1, -1);
    }
    return whole;
  });

/**
 * Reads the header that names a partition key: a JSON array, or what Go's ASCII quoting made of one.
 * @returns the components; fewer than the definition has paths when the header names the beginning of a hierarchical key
 * @throws Refusal (400) when it is not one, has too many components, or a component is not one or too long
 */
export const parsePartitionKeyHeader = (
  definition: PartitionKeyDefinition,
  header: string,
): PartitionKeyComponent[] => {
  const value = parseJson(header) ?? parseJson(fromGoQuoting(header));
  if (!Array.isArray(value)) throw badRequest(`The partition key header '${header}' is not a JSON array.`);
  const [only] = value;
  // So the Python SDK writes a hierarchical key without any component.
  if (value.length === 1 && Array.isArray(only) && only.length === 0 && definition.kind === "MultiHash") return [];
  const { length } = definition.paths;
  if (value.length > length || (definition.kind === "Hash" && value.length < length)) {
    throw keyMismatch(value.length, length);
  }
  return value.map((component) => {
    if (Array.isArray(component) || (isObject(component) && Object.keys(component).length > 0)) {
      throw badRequest("A partition key component must be a string, a number, a boolean, null or {}.");
    }
    if (typeof component === "string" && Buffer.byteLength(component) > LONGEST_COMPONENT_BYTES) {
      throw badRequest(`A component of the partition key is longer than ${LONGEST_COMPONENT_BYTES} bytes.`);
    }
    return componentOf(component);
  });
};

/** The refusal (400, substatus 1001) of a key that has not as many components as the operation needs. */
export const keyMismatch = (given: number, needed: number): Refusal =>
  badRequest(
    `The partition key supplied in x-ms-documentdb-partitionkey has fewer or more components than defined in the collection: ${given}, not ${needed}. Partition key provided either doesn't correspond to definition in the collection or doesn't match partition key field values specified in the document.`,
    SUBSTATUS.partitionKeyMismatch,
  );
