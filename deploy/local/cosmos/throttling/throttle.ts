import type { Container, Range } from "../storage/catalogue.ts";
import type { Throttling } from "./throttling.ts";
import { fullBucket, refilled, spent, type TokenBucket, waitMs } from "./token-bucket.ts";

/** Holds containers to a throughput: each range has an even share of it, as each physical partition has on Azure. */
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

/**
 * Makes the throttle.
 * @param provisioned request units per second that a container is provided with; undefined for no limit
 * @param now the time in milliseconds
 */
export const createThrottle = (
  initial: Throttling,
  provisioned: (container: Container) => number | undefined,
  now: () => number,
): Throttle => {
  let throttling = initial;
  // A range that is split or deleted takes its bucket with it.
  let buckets = new WeakMap<Range, TokenBucket>();
  const refusals = new WeakMap<Range, number>();
  let total = 0;

  const shareOf = (container: Container): number | undefined => {
    if (throttling.mode === "off") return undefined;
    const whole = throttling.mode === "fixed" ? throttling.requestUnitsPerSecond : provisioned(container);
    return whole === undefined ? undefined : whole / container.ranges.length;
  };

  const bucketOf = (range: Range, perSecond: number): TokenBucket => {
    const known = buckets.get(range);
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
      const perSecond = shareOf(container);
      if (perSecond === undefined) return 0;
      let longest = 0;
      for (const range of ranges) {
        const wait = waitMs(bucketOf(range, perSecond));
        if (wait > 0) refusals.set(range, (refusals.get(range) ?? 0) + 1);
        longest = Math.max(longest, wait);
      }
      if (longest > 0) total++;
      return longest;
    },
    spend: (container, ranges, requestUnits) => {
      const perSecond = shareOf(container);
      if (perSecond === undefined || ranges.length === 0) return;
      for (const range of ranges) {
        buckets.set(range, spent(bucketOf(range, perSecond), requestUnits / ranges.length));
      }
    },
  };
};
