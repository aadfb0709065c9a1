import { badRequest, SUBSTATUS } from "../errors.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json.ts";

/** One component of a partition key; `undefined` is the key of an item that lacks the property. */
export type PartitionKeyComponent = string | number | boolean | null | undefined;

/** How a container's partition key is taken from an item. */
export interface PartitionKeyDefinition {
  readonly paths: readonly string[];
  /** The property names that lead to the key, one list for each path. */
  readonly steps: readonly (readonly string[])[];
}

/** Splits a path such as `/a/"b c"` into property names. */
const stepsOf = (path: string): string[] => {
  const steps = path.match(/\/(?:"(?:[^"\\]|\\.)*"|[^/"]+)/g);
  if (steps === null || steps.join("") !== path) throw badRequest(`The partition key path '${path}' is not valid.`);
  return steps.map((step) => (step[1] === '"' ? step.slice(2, -1).replace(/\\(.)/g, "$1") : step.slice(1)));
};

/**
 * Reads the partition key definition of a container.
 * @param value the member `partitionKey` of the container as it was sent
 * @throws Refusal (400) when it is missing, not understood, or hierarchical, which is not served yet
 */
export const parsePartitionKeyDefinition = (value: Json | undefined): PartitionKeyDefinition => {
  if (!isObject(value) || !Array.isArray(value["paths"]) || value["paths"].length === 0) {
    throw badRequest("A container needs a partition key definition with at least one path.");
  }
  const paths = value["paths"].map((path) => {
    if (typeof path !== "string") throw badRequest("A partition key path must be a string.");
    return path;
  });
  if (paths.length > 1 || value["kind"] === "MultiHash") {
    throw badRequest("Hierarchical partition keys are not supported by this endpoint.");
  }
  return { paths, steps: paths.map(stepsOf) };
};

const componentOf = (value: Json | undefined): PartitionKeyComponent => {
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
 * @throws Refusal (400) when it is not one, or has another number of components than the container's definition
 */
export const parsePartitionKeyHeader = (
  definition: PartitionKeyDefinition,
  header: string,
): PartitionKeyComponent[] => {
  const value = parseJson(header) ?? parseJson(fromGoQuoting(header));
  if (!Array.isArray(value)) throw badRequest(`The partition key header '${header}' is not a JSON array.`);
  if (value.length !== definition.paths.length) {
    throw badRequest(
      `The partition key supplied in x-ms-documentdb-partitionkey has ${value.length} components, the container's has ${definition.paths.length}.`,
      SUBSTATUS.partitionKeyMismatch,
    );
  }
  return value.map((component) => {
    if (Array.isArray(component) || (isObject(component) && Object.keys(component).length > 0)) {
      throw badRequest("A partition key component must be a string, a number, a boolean, null or {}.");
    }
    return componentOf(component);
  });
};
