import { isDeepStrictEqual } from "node:util";
import { jsonSchema } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";

/**
 * Which side a schema binds.
 *
 * - `published`: we write, others read. What is written by the later schema must be what readers of the earlier one expect.
 * - `accepted`: others write, we read. What is written by the earlier schema must be taken by the later one.
 */
export type Direction = "published" | "accepted";

/** A change that somebody who relies on the earlier schema would notice. */
export interface BreakingChange {
  /** Where in the data: names of fields, `[]` for the items of a list, `{}` for the members of a map; empty for the whole. */
  readonly path: string;
  readonly what: string;
}

/** Two schemas of the same place: what is written there, and what is expected there. */
interface Pair {
  readonly written: JsonSchema;
  readonly expected: JsonSchema;
  readonly path: string;
  readonly direction: Direction;
}

/** Says what is wrong with a pair; empty if nothing is. */
type Comparison = (pair: Pair) => readonly BreakingChange[];

/** Keywords that say nothing about which data is valid. */
const annotations = new Set(["$id", "$schema", "title", "description", "examples", "deprecated", "$comment"]);

/** Keywords that the comparisons below understand. */
const understood = new Set([
  "type",
  "const",
  "enum",
  "x-extensible-enum",
  "anyOf",
  "oneOf",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "default",
]);

/** Bounds from below: what is written must be bounded at least as high as what is expected. */
const lowerBounds = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
/** Bounds from above: what is written must be bounded at least as low. */
const upperBounds = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

const isBound = (keyword: string): boolean => lowerBounds.includes(keyword) || upperBounds.includes(keyword);

const broken = ({ path }: Pair, what: string): readonly BreakingChange[] => [{ path, what }];

const member = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

const schemaOf = (value: unknown): JsonSchema | undefined => jsonSchema.safeParse(value).data;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const propertiesOf = (schema: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(schemaOf(schema["properties"]) ?? {}).map(([name, value]) => [name, schemaOf(value) ?? {}]),
  );

const requiredOf = (schema: JsonSchema): ReadonlySet<string> => new Set(listOf(schema["required"]).map(String));

/** The values that a schema allows one by one, or undefined if it does not list them. */
const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined => {
  if (Object.hasOwn(schema, "const")) return [schema["const"]];
  return Array.isArray(schema["enum"]) ? schema["enum"] : undefined;
};

const without = (values: readonly unknown[], others: readonly unknown[]): readonly unknown[] =>
  values.filter((value) => !others.some((other) => isDeepStrictEqual(value, other)));

const spelled = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(", ");

const compareType: Comparison = (pair) => {
  const [written, expected] = [pair.written["type"], pair.expected["type"]];
  if (isDeepStrictEqual(written, expected)) return [];
  if (pair.direction === "accepted") {
    if (expected === undefined) return [];
    if (written === "integer" && expected === "number") return [];
  }
  const [before, after] = pair.direction === "published" ? [expected, written] : [written, expected];
  return broken(
    pair,
    `was of type ${JSON.stringify(before) ?? "any"} and is of type ${JSON.stringify(after) ?? "any"}`,
  );
};

/** Readers of a listed value may have a case for each: for them one more is as new as one less is missed. */
const compareValues: Comparison = (pair) => {
  const [written, expected] = [valuesOf(pair.written), valuesOf(pair.expected)];
  if (expected === undefined) {
    if (written === undefined || pair.direction === "accepted") return [];
    return broken(pair, `could have any value and can have ${spelled(written)} only`);
  }
  if (written === undefined) {
    return pair.direction === "published"
      ? broken(pair, `could have ${spelled(expected)} only and can have any value`)
      : broken(pair, `could have any value and can have ${spelled(expected)} only`);
  }
  const more = without(written, expected);
  const fewer = without(expected, written);
  if (pair.direction === "accepted") return more.length > 0 ? broken(pair, `no longer takes ${spelled(more)}`) : [];
  return [
    ...(more.length > 0 ? broken(pair, `can also be ${spelled(more)}`) : []),
    ...(fewer.length > 0 ? broken(pair, `can no longer be ${spelled(fewer)}`) : []),
  ];
};

/** Values that are named where others may come, too: one more is no surprise, and one less leaves somebody waiting for it. */
const compareNamedValues: Comparison = (pair) => {
  const [written, expected] = [pair.written, pair.expected].map((schema) => listOf(schema["x-extensible-enum"]));
  const [before = [], after = []] = pair.direction === "published" ? [expected, written] : [written, expected];
  const gone = without(before, after);
  return gone.length > 0 ? broken(pair, `no longer names ${spelled(gone)}`) : [];
};

/** The schema of members that are not named; undefined if it says nothing about them. */
const othersOf = (schema: JsonSchema): JsonSchema | undefined => {
  const others = schemaOf(schema["additionalProperties"]);
  return others === undefined || Object.keys(others).length === 0 ? undefined : others;
};

const excludesOthers = (schema: JsonSchema): boolean => schema["additionalProperties"] === false;

const compareNamed: Comparison = (pair) => {
  const written = propertiesOf(pair.written);
  return Object.entries(propertiesOf(pair.expected)).flatMap(([name, expected]) => {
    const path = member(pair.path, name);
    const source = written[name];
    if (source !== undefined) return compareSchemas({ ...pair, written: source, expected, path });
    return pair.direction === "published" ? [{ path, what: "is gone" }] : [];
  });
};

const compareRequired: Comparison = (pair) => {
  const [always, written] = [requiredOf(pair.written), propertiesOf(pair.written)];
  return [...requiredOf(pair.expected)].flatMap((name) => {
    if (always.has(name)) return [];
    const path = member(pair.path, name);
    if (pair.direction === "accepted") return [{ path, what: "is required now" }];
    return written[name] === undefined ? [] : [{ path, what: "may be missing now" }];
  });
};

/** Members that are named where they are written and not where they are expected. */
const compareUnnamed: Comparison = (pair) => {
  const [expected, others] = [propertiesOf(pair.expected), othersOf(pair.expected)];
  return Object.entries(propertiesOf(pair.written)).flatMap(([name, written]) => {
    const path = member(pair.path, name);
    if (expected[name] !== undefined) return [];
    if (excludesOthers(pair.expected)) {
      return [
        { path, what: pair.direction === "published" ? "is new where nothing could be added" : "is no longer taken" },
      ];
    }
    return others === undefined ? [] : compareSchemas({ ...pair, written, expected: others, path });
  });
};

/** Members that are named on neither side. */
const compareOthers: Comparison = (pair) => {
  const path = `${pair.path}{}`;
  if (excludesOthers(pair.written)) return [];
  if (excludesOthers(pair.expected)) return [{ path, what: "is taken on one side and excluded on the other" }];
  const expected = othersOf(pair.expected);
  return expected === undefined
    ? []
    : compareSchemas({ ...pair, written: othersOf(pair.written) ?? {}, expected, path });
};

const compareItems: Comparison = (pair) => {
  const [written, expected] = [pair.written["items"], pair.expected["items"]];
  if (expected === undefined) return [];
  const path = `${pair.path}[]`;
  return compareSchemas({ ...pair, written: schemaOf(written) ?? {}, expected: schemaOf(expected) ?? {}, path });
};

const compareBounds: Comparison = (pair) =>
  [...lowerBounds, ...upperBounds].flatMap((keyword) => {
    const [written, expected] = [pair.written[keyword], pair.expected[keyword]];
    if (typeof expected !== "number") return [];
    const isInside =
      typeof written === "number" && (lowerBounds.includes(keyword) ? written >= expected : written <= expected);
    return isInside
      ? []
      : broken(pair, `has the ${keyword} ${JSON.stringify(written ?? null)} where ${expected} is expected`);
  });

/** Who leaves a field out counts on what then stands there. */
const compareDefault: Comparison = (pair) => {
  const { written, expected } = pair;
  if (pair.direction === "published" || !Object.hasOwn(written, "default")) return [];
  if (isDeepStrictEqual(written["default"], expected["default"])) return [];
  return broken(
    pair,
    `had the default ${spelled([written["default"]])} and has ${spelled([expected["default"] ?? null])}`,
  );
};

/** What is not understood must not be asked for anew: who wrote without it may break it. */
const compareRest: Comparison = (pair) =>
  Object.entries(pair.expected).flatMap(([keyword, value]) =>
    annotations.has(keyword) ||
    understood.has(keyword) ||
    isBound(keyword) ||
    isDeepStrictEqual(value, pair.written[keyword])
      ? []
      : broken(pair, `does not have the ${keyword} ${JSON.stringify(value)} on both sides`),
  );

const isNull = (schema: JsonSchema): boolean => schema["type"] === "null";

/**
 * The alternatives of a schema, each with what is said of all of them; undefined if it has none. Several types are
 * alternatives too: which of the two ways a schema is written in is chance.
 */
const alternativesOf = ({ anyOf, oneOf, ...common }: JsonSchema): readonly JsonSchema[] | undefined => {
  const types = Array.isArray(common["type"])
    ? common["type"].map((type: unknown): JsonSchema => ({ type }))
    : undefined;
  const listed = anyOf ?? oneOf ?? types;
  if (!Array.isArray(listed)) return undefined;
  return listed.map((listed) => {
    const alternative = { ...common, ...schemaOf(listed) };
    return isNull(alternative) ? { type: "null" } : alternative;
  });
};

/** The least that is wrong with any of these pairs. */
const leastOf = (results: readonly (readonly BreakingChange[])[]): readonly BreakingChange[] =>
  results.reduce((least, result) => (result.length < least.length ? result : least));

/**
 * Alternatives: whatever is written must be one of what is expected. Those who read published data may have a case for each, so
 * none of those may go either, except null.
 */
const compareAlternatives = (pair: Pair, written: readonly JsonSchema[], expected: readonly JsonSchema[]) => {
  const against = (source: JsonSchema) =>
    leastOf(expected.map((target) => compareSchemas({ ...pair, written: source, expected: target })));
  const unexpected = written.flatMap(against);
  if (unexpected.length > 0 || pair.direction === "accepted") return unexpected;
  return expected
    .filter((target) => !isNull(target))
    .flatMap((target) =>
      leastOf(written.map((source) => compareSchemas({ ...pair, written: source, expected: target }))),
    );
};

/** What is compared of two schemas of the same type. */
const comparisons: readonly Comparison[] = [
  compareValues,
  compareNamedValues,
  compareNamed,
  compareRequired,
  compareUnnamed,
  compareOthers,
  compareItems,
  compareBounds,
  compareDefault,
  compareRest,
];

const compareSchemas: Comparison = (pair) => {
  const [written, expected] = [alternativesOf(pair.written), alternativesOf(pair.expected)];
  if (written === undefined && expected === undefined) {
    const otherType = compareType(pair);
    return otherType.length > 0 ? otherType : comparisons.flatMap((compare) => compare(pair));
  }
  return compareAlternatives(pair, written ?? [pair.written], expected ?? [pair.expected]);
};

/** Everything in which the later schema breaks what the earlier one promised; empty if they are compatible. */
export const breakingChanges = (
  earlier: JsonSchema,
  later: JsonSchema,
  direction: Direction,
): readonly BreakingChange[] => {
  const [written, expected] = direction === "published" ? [later, earlier] : [earlier, later];
  return compareSchemas({ written, expected, path: "", direction });
};
