import { effectivePartitionKey, MAXIMUM_KEY, MINIMUM_KEY, prefixRange } from "../keys/effective-partition-key.ts";
import type { Parameters } from "../sql/evaluate.ts";
import { demandsOf } from "../sql/push-down.ts";
import { type Query, readingQuery } from "../sql/syntax.ts";
import type { Container } from "../storage/catalogue.ts";

/** What a plan is asked for. */
export interface PlanRequest {
  readonly parameters: Parameters;
  readonly container: Container;
  readonly nowMs: number;
  /** What the SDK can do, as it says itself; undefined when it says nothing. */
  readonly features: string | undefined;
}

/** A part of the key space, as SDKs read it. */
export interface QueryRange {
  readonly min: string;
  readonly max: string;
  readonly isMinInclusive: boolean;
  readonly isMaxInclusive: boolean;
}

/** Beyond so many keys an SDK is sent to all ranges. */
const MOST_RANGES = 100;

/** All of the key space. */
export const EVERYWHERE: QueryRange = {
  min: MINIMUM_KEY,
  max: MAXIMUM_KEY,
  isMinInclusive: true,
  isMaxInclusive: false,
};
const ANYWHERE: QueryRange = { min: MINIMUM_KEY, max: MINIMUM_KEY, isMinInclusive: true, isMaxInclusive: true };

/** Where in the key space results can lie. */
export const rangesOf = (query: Query, { parameters, container: { key } }: PlanRequest): QueryRange[] => {
  if (!query.readsContainer) return [ANYWHERE];
  const { keys, prefixes } = demandsOf(readingQuery(query).where?.expression, parameters, key);
  const named = keys ?? prefixes;
  if (named === undefined || named.length === 0 || named.length > MOST_RANGES) return [EVERYWHERE];
  const ranges = named.map((prefix): QueryRange => {
    if (keys === undefined) return { ...prefixRange(key, prefix), isMinInclusive: true, isMaxInclusive: false };
    const epk = effectivePartitionKey(key, prefix);
    return { min: epk, max: epk, isMinInclusive: true, isMaxInclusive: true };
  });
  const distinct = new Map(ranges.map((range) => [range.min, range]));
  return [...distinct.values()].toSorted((left, right) => (left.min < right.min ? -1 : 1));
};
