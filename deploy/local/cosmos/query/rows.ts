import { isSlice, type Scope } from "../feed/scope.ts";
import { effectivePartitionKey, MAXIMUM_KEY, MINIMUM_KEY, prefixRange } from "../keys/effective-partition-key.ts";
import { canonicalPartitionKey } from "../keys/partition-key.ts";
import type { Demands, KeyPrefix } from "../sql/push-down.ts";
import { integer, text } from "../storage/rows.ts";

/** An item as it lies in the data file. */
export interface ItemRow {
  /** Its number in the container: the order of creation. */
  readonly seq: number;
  readonly body: string;
}

/** Keeps the keys that lie in the part of the container that is read, and gives them as stored. */
const keyFilter = (scope: Scope): ((key: KeyPrefix) => string | undefined) => {
  if (scope.key !== undefined) {
    const only = scope.key.text;
    return (key) => (canonicalPartitionKey(key) === only ? only : undefined);
  }
  const isWhole =
    scope.ranges.length === scope.container.ranges.length && scope.min === MINIMUM_KEY && scope.max === MAXIMUM_KEY;
  if (isWhole) return canonicalPartitionKey;
  return (key) => {
    const epk = effectivePartitionKey(scope.container.key, key);
    const isIn = epk >= scope.min && epk < scope.max && scope.ranges.some(({ min, max }) => epk >= min && epk < max);
    return isIn ? canonicalPartitionKey(key) : undefined;
  };
};

const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

/** The partition keys to look into, as stored, or undefined when the query names none. */
const keysToRead = (scope: Scope, { keys }: Demands): string[] | undefined => {
  if (keys !== undefined) return keys.map(keyFilter(scope)).filter(isDefined);
  return scope.key === undefined ? undefined : [scope.key.text];
};

interface Condition {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

const oneOf = (column: string, values: readonly string[]): Condition =>
  values.length === 1
    ? { sql: `${column} = ?`, parameters: values }
    : { sql: `${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(values)] };

const all = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(" AND "),
  parameters: conditions.flatMap(({ parameters }) => parameters),
});

const any = (conditions: readonly Condition[]): Condition => ({
  sql: `(${conditions.map(({ sql }) => sql).join(" OR ")})`,
  parameters: conditions.flatMap(({ parameters }) => parameters),
});

const inSlice = ({ min, max }: { readonly min: string; readonly max: string }): Condition =>
  all([
    ...(min === MINIMUM_KEY ? [] : [{ sql: "epk >= ?", parameters: [min] }]),
    ...(max === MAXIMUM_KEY ? [] : [{ sql: "epk < ?", parameters: [max] }]),
  ]);

const scopeConditions = (scope: Scope): Condition[] => {
  const conditions: Condition[] = [];
  if (scope.ranges.length < scope.container.ranges.length) {
    const keys = JSON.stringify(scope.ranges.map(({ key }) => key));
    conditions.push({ sql: "range IN (SELECT value FROM json_each(?))", parameters: [keys] });
  }
  if (isSlice(scope)) conditions.push(inSlice(scope));
  return conditions;
};

/** The index is asked for every id under every key only when these are no more pairs than this. */
const MOST_PAIRS = 10_000;

/** @param keys how many keys are looked into */
const idConditions = (demands: Demands, keys: number): Condition[] => {
  // A plus keeps a column from the index: each key is looked up alone, and its ids are compared.
  if (demands.ids !== undefined) return [oneOf(keys * demands.ids.length > MOST_PAIRS ? "+id" : "id", demands.ids)];
  const conditions: Condition[] = [];
  if (demands.lowId !== undefined) conditions.push({ sql: "id >= ?", parameters: [demands.lowId] });
  if (demands.highId !== undefined) conditions.push({ sql: "id <= ?", parameters: [demands.highId] });
  return conditions;
};

/** More beginnings of keys than this are not looked up one by one. */
const MOST_SLICES = 100;

/** The slices of the key space that a query of a hierarchical container reads: only there are they indexed. */
const sliceConditions = (scope: Scope, { prefixes }: Demands): Condition[] => {
  const { key } = scope.container;
  if (key.kind !== "MultiHash") return [];
  const slices = prefixes === undefined || prefixes.length > MOST_SLICES ? undefined : prefixes;
  return [
    ...(slices === undefined || slices.length === 0
      ? []
      : [any(slices.map((prefix) => inSlice(prefixRange(key, prefix))))]),
    ...(isSlice(scope) ? [inSlice(scope)] : []),
  ];
};

/** How the numbers of the items that can match are found without reading items; undefined when nothing names them. */
const listing = (scope: Scope, demands: Demands, later: Condition): Condition | undefined => {
  if (demands.items !== undefined) {
    const stored = keyFilter(scope);
    const pairs = demands.items.map(({ key, id }) => [stored(key), id]).filter(([key]) => key !== undefined);
    return {
      sql: `SELECT t.seq FROM json_each(?) AS pair CROSS JOIN $table AS t INDEXED BY $table_key
        ON t.pk = pair.value ->> 0 AND t.id = pair.value ->> 1 WHERE t.${later.sql}`,
      parameters: [JSON.stringify(pairs), ...later.parameters],
    };
  }
  const keys = keysToRead(scope, demands);
  const slices = keys === undefined ? sliceConditions(scope, demands) : [];
  const named = [...(keys === undefined ? slices : [oneOf("pk", keys)]), ...idConditions(demands, keys?.length ?? 1)];
  if (named.length === 0) return undefined;
  const { sql, parameters } = all([...named, later]);
  const index = slices.length > 0 ? "$table_epk" : "$table_key";
  return { sql: `SELECT seq FROM $table INDEXED BY ${index} WHERE ${sql}`, parameters };
};

/** Rows come as arrays, which costs a third less than objects. */
const SEQ = "0";
const BODY = "1";

/**
 * Reads the items that a query can match, in the order of their creation. What is demanded of keys and ids is asked of
 * their index alone, so that only items that match it are fetched.
 * @param after the number of the last item that was seen already, or 0
 */
export const readRows = function* (
  scope: Scope,
  demands: Demands,
  nowMs: number,
  after: number,
): Generator<ItemRow, void> {
  const later: Condition = { sql: "seq > ?", parameters: [after] };
  const live: Condition = { sql: "(expires IS NULL OR expires > ?)", parameters: [nowMs] };
  const listed = listing(scope, demands, later);
  const bySeq = listed === undefined ? later : { ...listed, sql: `seq IN (${listed.sql})` };
  // A key that is named lies in the scope already.
  const isNamed = demands.items !== undefined || demands.keys !== undefined || scope.key !== undefined;
  const wanted = all([bySeq, ...(isNamed ? [] : scopeConditions(scope)), live]);
  const statement = scope.container.items.prepare(
    `SELECT seq, body FROM $table NOT INDEXED WHERE ${wanted.sql} ORDER BY seq`,
  );
  statement.setReturnArrays(true);
  for (const row of statement.iterate(...wanted.parameters)) {
    yield { seq: integer(row, SEQ), body: text(row, BODY) };
  }
};
