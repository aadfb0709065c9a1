import type { Scope } from "../feed/scope.ts";
import { effectivePartitionKey, MAXIMUM_KEY, MINIMUM_KEY } from "../keys/effective-partition-key.ts";
import { canonicalPartitionKey, type PartitionKeyComponent } from "../keys/partition-key.ts";
import type { Demands } from "../sql/push-down.ts";
import { integer, text } from "../storage/rows.ts";

/** An item as it lies in the data file. */
export interface ItemRow {
  /** Its number in the container: the order of creation. */
  readonly seq: number;
  readonly body: string;
}

const isComponent = (value: unknown): value is PartitionKeyComponent =>
  value === null || ["string", "number", "boolean", "undefined"].includes(typeof value);

/** The partition keys to look into, as stored, or undefined when the query names none. */
export const keysToRead = (scope: Scope, demands: Demands): string[] | undefined => {
  const demanded = demands.keys?.filter(isComponent).map((value) => [value]);
  if (scope.key === undefined) {
    return demanded
      ?.filter((key) => {
        const epk = effectivePartitionKey(scope.container.key, key);
        return scope.ranges.some(({ min, max }) => epk >= min && epk < max) && epk >= scope.min && epk < scope.max;
      })
      .map(canonicalPartitionKey);
  }
  const { text: only } = scope.key;
  return demanded === undefined || demanded.some((key) => canonicalPartitionKey(key) === only) ? [only] : [];
};

interface Condition {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

const oneOf = (column: string, values: readonly string[]): Condition =>
  values.length === 1
    ? { sql: `${column} = ?`, parameters: values }
    : { sql: `${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(values)] };

const scopeConditions = (scope: Scope): Condition[] => {
  const conditions: Condition[] = [];
  if (scope.ranges.length < scope.container.ranges.length) {
    const keys = JSON.stringify(scope.ranges.map(({ key }) => key));
    conditions.push({ sql: "range IN (SELECT value FROM json_each(?))", parameters: [keys] });
  }
  if (scope.min !== MINIMUM_KEY) conditions.push({ sql: "epk >= ?", parameters: [scope.min] });
  if (scope.max !== MAXIMUM_KEY) conditions.push({ sql: "epk < ?", parameters: [scope.max] });
  return conditions;
};

const idConditions = (demands: Demands): Condition[] => {
  if (demands.ids !== undefined) return [oneOf("id", demands.ids)];
  const conditions: Condition[] = [];
  if (demands.lowId !== undefined) conditions.push({ sql: "id >= ?", parameters: [demands.lowId] });
  if (demands.highId !== undefined) conditions.push({ sql: "id <= ?", parameters: [demands.highId] });
  return conditions;
};

const all = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(" AND "),
  parameters: conditions.flatMap(({ parameters }) => parameters),
});

/** Rows come as arrays, which costs a third less than objects. */
const SEQ = "0";
const BODY = "1";

/**
 * Reads the items that a query can match, in the order of their creation.
 * @param after the number of the last item that was seen already, or 0
 */
export const readRows = function* (
  scope: Scope,
  demands: Demands,
  nowMs: number,
  after: number,
): Generator<ItemRow, void> {
  const keys = keysToRead(scope, demands);
  const inScope = keys === undefined ? scopeConditions(scope) : [];
  const named = [...(keys === undefined ? [] : [oneOf("pk", keys)]), ...idConditions(demands)];
  const later: Condition = { sql: "seq > ?", parameters: [after] };
  const live: Condition = { sql: "(expires IS NULL OR expires > ?)", parameters: [nowMs] };
  // What keys and ids demand is asked of their index alone: only items that match are fetched, in the order of creation.
  const listed = all([...named, later]);
  const bySeq: Condition =
    named.length === 0
      ? later
      : {
          sql: `seq IN (SELECT seq FROM $table INDEXED BY $table_key WHERE ${listed.sql})`,
          parameters: listed.parameters,
        };
  const wanted = all([bySeq, ...inScope, live]);
  const statement = scope.container.items.prepare(
    `SELECT seq, body FROM $table NOT INDEXED WHERE ${wanted.sql} ORDER BY seq`,
  );
  statement.setReturnArrays(true);
  for (const row of statement.iterate(...wanted.parameters)) {
    yield { seq: integer(row, SEQ), body: text(row, BODY) };
  }
};
