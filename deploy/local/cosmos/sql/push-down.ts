import {
  canonicalPartitionKey,
  componentOf,
  type PartitionKeyComponent,
  type PartitionKeyDefinition,
} from "../keys/partition-key.ts";
import { conjuncts, type Demand, demandOf, disjuncts, pathOf } from "./demand.ts";
import type { Parameters } from "./evaluate.ts";
import type { Expression } from "./syntax.ts";
import type { Value } from "./values.ts";

/** The components of a partition key, or the first ones of a hierarchical key. */
export type KeyPrefix = readonly PartitionKeyComponent[];

/**
 * What a WHERE clause demands of partition key and id. It may demand more than this says, never less, so that the
 * data file can skip what this excludes and the clause is evaluated on the rest.
 */
export interface Demands {
  /** The partition keys that can match, when the clause names them whole. */
  readonly keys: readonly KeyPrefix[] | undefined;
  /** The beginnings of the hierarchical keys that can match, when the clause names no more of them. */
  readonly prefixes: readonly KeyPrefix[] | undefined;
  /** The ids that can match, when the clause names them. */
  readonly ids: readonly string[] | undefined;
  /** The items that can match, when the clause names their keys and ids together. */
  readonly items: readonly { readonly key: KeyPrefix; readonly id: string }[] | undefined;
  /** Matching ids are not below this ... */
  readonly lowId: string | undefined;
  /** ... and not above this. */
  readonly highId: string | undefined;
}

const NOTHING: Demands = {
  keys: undefined,
  prefixes: undefined,
  ids: undefined,
  items: undefined,
  lowId: undefined,
  highId: undefined,
};

/** Beyond so many keys, prefixes or items the data file is read without them. */
const MOST_NAMED = 20_000;

/** What is demanded of each component of the key, and of the id. */
interface Found {
  readonly components: (readonly PartitionKeyComponent[] | undefined)[];
  ids: readonly string[] | undefined;
  lowId: string | undefined;
  highId: string | undefined;
}

const isSimple = (value: Value): boolean => value === null || typeof value !== "object";
const isText = (value: Value): value is string => typeof value === "string";

const both = <T>(left: readonly T[] | undefined, right: readonly T[]): readonly T[] => {
  if (left === undefined) return right;
  const known = new Set(left);
  return right.filter((value) => known.has(value));
};

const note = (found: Found, definition: PartitionKeyDefinition, demand: Demand): void => {
  const path = pathOf(demand.of)?.join("\0");
  if (path === undefined) return;
  const { oneOf, low, high } = demand;
  if (oneOf?.every(isSimple) === true) {
    for (const [index, steps] of definition.steps.entries()) {
      if (steps.join("\0") === path) found.components[index] = both(found.components[index], oneOf.map(componentOf));
    }
  }
  if (path !== "id") return;
  if (oneOf !== undefined) found.ids = both(found.ids, oneOf.filter(isText));
  if (isText(low) && (found.lowId === undefined || low > found.lowId)) found.lowId = low;
  if (isText(high) && (found.highId === undefined || high < found.highId)) found.highId = high;
};

/** Every key that has one of the values demanded of each component, as far as the components are demanded. */
const prefixesOf = (components: Found["components"]): KeyPrefix[] | undefined => {
  let prefixes: KeyPrefix[] | undefined;
  for (const values of components) {
    if (values === undefined || (prefixes?.length ?? 1) * values.length > MOST_NAMED) break;
    prefixes = (prefixes ?? [[]]).flatMap((prefix) => values.map((value) => [...prefix, value]));
  }
  return prefixes;
};

/** Keeps one of equal keys. */
const distinct = (keys: readonly KeyPrefix[]): KeyPrefix[] => [
  ...new Map(keys.map((key) => [canonicalPartitionKey(key), key])).values(),
];

const itemsOf = ({ keys, ids, items }: Demands): Demands["items"] => {
  if (items !== undefined || keys === undefined || ids === undefined) return items;
  return keys.flatMap((key) => ids.map((id) => ({ key, id })));
};

const countOf = ({ keys, ids, items }: Demands): number => items?.length ?? (keys?.length ?? 1) * (ids?.length ?? 1);

/** Joins what each of some alternatives names, or gives undefined when one of them does not. */
const union = <T>(
  branches: readonly Demands[],
  pick: (branch: Demands) => readonly T[] | undefined,
): readonly T[] | undefined => {
  const joined: T[] = [];
  for (const branch of branches) {
    const named = pick(branch);
    if (named === undefined) return undefined;
    for (const value of named) joined.push(value);
  }
  return joined;
};

/** What an OR demands: what all of its branches demand, each for itself. */
const demandsOfEither = (branches: readonly Demands[]): Demands => {
  const named = branches.reduce((sum, branch) => sum + countOf(branch), 0);
  if (named > MOST_NAMED) return NOTHING;
  const items = union(branches, itemsOf);
  const keys = union(branches, (branch) => branch.keys ?? branch.items?.map(({ key }) => key));
  const ids = union(branches, (branch) => branch.ids ?? branch.items?.map(({ id }) => id));
  return {
    ...NOTHING,
    items,
    keys: keys === undefined ? undefined : distinct(keys),
    ids: ids === undefined ? undefined : [...new Set(ids)],
  };
};

/**
 * Finds what a WHERE clause demands of the container's items: of their partition keys and ids. What it says of other
 * sources of a FROM clause counts for nothing.
 * @param definition the container's partition key
 */
export const demandsOf = (
  where: Expression | undefined,
  parameters: Parameters,
  definition: PartitionKeyDefinition,
): Demands => {
  if (where === undefined) return NOTHING;
  const found: Found = {
    components: definition.paths.map(() => undefined),
    ids: undefined,
    lowId: undefined,
    highId: undefined,
  };
  let either = NOTHING;
  for (const condition of conjuncts(where)) {
    const branches = disjuncts(condition);
    if (branches.length > 1) {
      const demands = demandsOfEither(branches.map((branch) => demandsOf(branch, parameters, definition)));
      if (demands.items ?? demands.keys ?? demands.ids) either = demands;
      continue;
    }
    const demand = demandOf(condition, parameters);
    if (demand !== undefined) note(found, definition, demand);
  }
  const { components, ...ofId } = found;
  const prefixes = prefixesOf(components);
  const isWhole = prefixes?.[0] === undefined || prefixes[0].length === definition.paths.length;
  const keys = isWhole ? prefixes : undefined;
  return {
    ...ofId,
    keys: keys ?? either.keys,
    prefixes: isWhole ? undefined : prefixes,
    ids: found.ids ?? either.ids,
    items: either.items,
  };
};
