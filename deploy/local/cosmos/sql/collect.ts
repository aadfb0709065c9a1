import type { Json } from "../json.ts";
import { type Accumulator, accumulator } from "./aggregates.ts";
import { canonical } from "./canonical.ts";
import type { CompiledQuery } from "./compiled-query.ts";
import type { Frame } from "./operators.ts";
import { gathered } from "./size.ts";
import type { OrderKey } from "./syntax.ts";
import { compareValues, type Value } from "./values.ts";

/** Gathers the rows of a query that gives its results only when it has seen them all. */
export interface Collector {
  /** Takes a row, and tells whether more rows can change the results. */
  readonly add: (frame: Frame) => boolean;
  readonly results: () => Json[];
  /** About how many characters of memory it takes. */
  readonly size: () => number;
}

/** Compares rows by the values that ORDER BY names. */
export const compareOrders = (keys: readonly OrderKey[], left: readonly Value[], right: readonly Value[]): number => {
  for (const [index, { descending }] of keys.entries()) {
    const order = compareValues(left[index], right[index]);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
};

const withoutRepeats = (values: readonly Json[]): Json[] => {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = canonical(value);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
};

const finished = ({ query, skip, take }: CompiledQuery, values: Json[]): Json[] => {
  const wanted = query.distinct ? withoutRepeats(values) : values;
  return skip === 0 && take === undefined ? wanted : wanted.slice(skip, take === undefined ? undefined : skip + take);
};

interface Group {
  readonly keys: readonly Value[];
  readonly frame: Frame;
  readonly accumulators: readonly Accumulator[];
}

/** One result for each group of rows, in the order of the groups' keys; without GROUP BY, all rows are one group. */
const grouped = (compiled: CompiledQuery): Collector => {
  const { groupKeys, aggregates, project } = compiled;
  const groups = new Map<string, Group>();
  const opened = gathered();
  const open = (text: string, keys: readonly Value[], frame: Frame): Group => {
    const group = { keys, frame, accumulators: aggregates.parts.map(({ name }) => accumulator(name)) };
    groups.set(text, group);
    // The rest of a row is part of its item, mostly.
    opened.add(frame[0]);
    opened.add(text);
    return group;
  };
  if (groupKeys.length === 0) open("", [], []);
  return {
    add: (frame) => {
      const keys = groupKeys.map((keyOf) => keyOf(frame));
      const text = keys.map(canonical).join();
      const group = groups.get(text) ?? open(text, keys, frame.slice());
      for (const [index, { operand }] of aggregates.parts.entries()) group.accumulators[index]?.add(operand(frame));
      return true;
    },
    results: () => {
      const values: Json[] = [];
      const inOrder = [...groups.values()].toSorted((left, right) => compareKeys(left.keys, right.keys));
      for (const { frame, accumulators } of inOrder) {
        aggregates.results = accumulators.map(({ result }) => result());
        const value = project(frame);
        if (value !== undefined) values.push(value);
      }
      return finished(compiled, values);
    },
    size: () => {
      let size = opened.size();
      for (const { accumulators } of groups.values()) for (const one of accumulators) size += one.size();
      return size;
    },
  };
};

const compareKeys = (left: readonly Value[], right: readonly Value[]): number => {
  for (const [index, key] of left.entries()) {
    const order = compareValues(key, right[index]);
    if (order !== 0) return order;
  }
  return 0;
};

/** One result for each row. */
const listed = (compiled: CompiledQuery): Collector => {
  const { query, project, orderKeys, skip, take } = compiled;
  const { orderBy, distinct } = query;
  const rows: { value: Json; order: readonly Value[] }[] = [];
  const kept = gathered();
  const enough = orderBy.length > 0 || distinct || take === undefined ? Number.POSITIVE_INFINITY : skip + take;
  return {
    add: (frame) => {
      const value = project(frame);
      if (value === undefined) return true;
      rows.push({ value, order: orderKeys.map((keyOf) => keyOf(frame)) });
      kept.add(value);
      return rows.length < enough;
    },
    results: () => {
      if (orderBy.length > 0) rows.sort((left, right) => compareOrders(orderBy, left.order, right.order));
      return finished(
        compiled,
        rows.map(({ value }) => value),
      );
    },
    size: kept.size,
  };
};

/** Tells whether many rows give one result. */
export const isGrouped = ({ query }: CompiledQuery): boolean => query.aggregates || query.groupBy.length > 0;

/** Makes an empty collector for a query. */
export const collectorOf = (compiled: CompiledQuery): Collector =>
  isGrouped(compiled) ? grouped(compiled) : listed(compiled);
