import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { uncovered, type FeedRange } from "../../../services/platform/change-feed/lease.ts";

const key = fc.integer({ min: 0, max: 15 }).map((digit) => digit.toString(16).toUpperCase());

/** Ranges without overlap, cut out of the whole. */
const someRanges = fc
  .uniqueArray(key, { minLength: 2, maxLength: 8 })
  .map((keys) => keys.toSorted())
  .chain((keys) =>
    fc.subarray(
      keys.slice(1).map((maxExclusive, index): FeedRange => ({ minInclusive: keys[index] ?? "", maxExclusive })),
    ),
  );

const holds = (ranges: readonly FeedRange[], at: string): number =>
  ranges.filter(({ minInclusive, maxExclusive }) => at >= minInclusive && at < maxExclusive).length;

describe("what no lease covers", () => {
  test("is the whole container at the first start", () => {
    const ranges = [
      { minInclusive: "", maxExclusive: "80" },
      { minInclusive: "80", maxExclusive: "FF" },
    ];
    expect(uncovered(ranges, [])).toEqual(ranges);
  });

  test("is nothing while a lease of a split range still stands", () => {
    const halves = [
      { minInclusive: "", maxExclusive: "80" },
      { minInclusive: "80", maxExclusive: "FF" },
    ];
    expect(uncovered(halves, [{ minInclusive: "", maxExclusive: "FF" }])).toEqual([]);
  });

  test("completes the leases to exactly the ranges", () => {
    fc.assert(
      fc.property(someRanges, someRanges, (ranges, leases) => {
        const missing = uncovered(ranges, leases);
        for (let digit = 0; digit < 16; digit += 1) {
          const at = digit.toString(16).toUpperCase();
          const expected = holds(ranges, at) === 1 && holds(leases, at) === 0 ? 1 : 0;
          expect(holds(missing, at)).toBe(expected);
        }
      }),
    );
  });
});
