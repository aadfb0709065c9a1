import type { Container, Database, Range } from "../storage/catalogue.ts";
import type { Provision, Throttling } from "./throttling.ts";
import { fullBucket, refilled, spent, type TokenBucket, waitMs } from "./token-bucket.ts";

/**
 * Holds containers to a throughput. Of a container's own, each range has an even share, as each physical partition has on
 * Azure; what a database shares is there for all ranges of its containers together.
 */
export interface Throttle {
  readonly throttling: Throttling;
  /** How many requests were refused since the start. */
  readonly refusals: () => number;
  /** How many of them had to do with a range. */
  readonly refusalsOf: (range: Range) => number;
  /** Changes the mode; every bucket begins full. */
  readonly set: (throttling: Throttling) => void;
  /**
   * Tells how long a request for some ranges has to wait.
   * @returns milliseconds, 0 when it may go on; a request that has to wait is counted as refused
   */
  readonly delayMs: (container: Container, ranges: readonly Range[]) => number;
  /** Takes what an answer cost out of the ranges that took part, in even parts. */
  readonly spend: (container: Container, ranges: readonly Range[], requestUnits: number) => void;
}

/** What requests draw on: the buckets that stand behind ranges. */
interface Source {
  /** Request units that come into each bucket in a second. */
  readonly perSecond: number;
  /** Whose bucket stands behind a range. */
  readonly ownerFor: (range: Range) => Range | Database;
}

/**
 * Makes the throttle.
 * @param provisionOf what a container is provided with; undefined for no limit
 * @param now the time in milliseconds
 */
export const createThrottle = (
  initial: Throttling,
  provisionOf: (container: Container) => Provision | undefined,
  now: () => number,
): Throttle => {
  let throttling = initial;
  // A range that is split or deleted takes its bucket with it, and so does a database.
  let buckets = new WeakMap<Range | Database, TokenBucket>();
  const refusals = new WeakMap<Range, number>();
  let total = 0;

  const provisionNow = (container: Container): Provision | undefined => {
    if (throttling.mode === "off") return undefined;
    if (throttling.mode === "provisioned") return provisionOf(container);
    return { requestUnitsPerSecond: throttling.requestUnitsPerSecond, isShared: false };
  };

  /** What the requests to a container draw on; undefined for no limit. */
  const sourceOf = (container: Container): Source | undefined => {
    const provision = provisionNow(container);
    if (provision === undefined) return undefined;
    const { requestUnitsPerSecond, isShared } = provision;
    return isShared
      ? { perSecond: requestUnitsPerSecond, ownerFor: () => container.database }
      : { perSecond: requestUnitsPerSecond / container.ranges.length, ownerFor: (range) => range };
  };

  const bucketFor = (range: Range, { perSecond, ownerFor }: Source): TokenBucket => {
    const known = buckets.get(ownerFor(range));
    return known === undefined ? fullBucket(perSecond, now()) : refilled(known, perSecond, now());
  };

  return {
    get throttling() {
      return throttling;
    },
    refusals: () => total,
    refusalsOf: (range) => refusals.get(range) ?? 0,
    set: (next) => {
      throttling = next;
      buckets = new WeakMap();
    },
    delayMs: (container, ranges) => {
      const source = sourceOf(container);
      if (source === undefined) return 0;
      let longest = 0;
      for (const range of ranges) {
        const wait = waitMs(bucketFor(range, source));
        if (wait > 0) refusals.set(range, (refusals.get(range) ?? 0) + 1);
        longest = Math.max(longest, wait);
      }
      if (longest > 0) total++;
      return longest;
    },
    spend: (container, ranges, requestUnits) => {
      const source = sourceOf(container);
      if (source === undefined || ranges.length === 0) return;
      for (const range of ranges) {
        buckets.set(source.ownerFor(range), spent(bucketFor(range, source), requestUnits / ranges.length));
      }
    },
  };
};
