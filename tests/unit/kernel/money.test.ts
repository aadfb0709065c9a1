import assert from "node:assert/strict";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  amountOf,
  largestAmountMinor,
  roundHalfUp,
  splitByLargestRemainder as splitItems,
  sumOf,
} from "../../../actors/kernel/money.ts";

const amount = fc.oneof(fc.maxSafeNat(), fc.nat(20), fc.constantFrom(0, 1, largestAmountMinor - 1, largestAmountMinor));
const integer = fc.oneof(fc.bigInt(), fc.bigInt({ min: -40n, max: 40n }));
const above0 = fc.oneof(fc.bigInt({ min: 1n }), fc.bigInt({ min: 1n, max: 12n }));
const magnitudeOf = (value: bigint): bigint => (value < 0n ? -value : value);

describe("rounding", () => {
  test.each([
    [0n, 3n, 0n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [1n, 2n, 1n],
    [3n, 2n, 2n],
    [5n, 2n, 3n],
    [-1n, 2n, -1n],
    [-1n, 3n, 0n],
    [-3n, 2n, -2n],
    [-5n, 3n, -2n],
    [7n, 1n, 7n],
    [49n, 100n, 0n],
    [50n, 100n, 1n],
    [51n, 100n, 1n],
  ])("takes %s / %s to %s", (numerator, denominator, rounded) =>
    expect(roundHalfUp(numerator, denominator)).toBe(rounded),
  );

  test("gives the nearest integer, and of two the one away from zero", () =>
    fc.assert(
      fc.property(integer, above0, (numerator, denominator) => {
        const rounded = roundHalfUp(numerator, denominator);
        const missed = 2n * magnitudeOf(rounded * denominator - numerator);
        assert.ok(missed <= denominator);
        if (missed === denominator) assert.ok(magnitudeOf(rounded * denominator) > magnitudeOf(numerator));
      }),
    ));

  test("never falls while what is rounded rises", () =>
    fc.assert(
      fc.property(integer, fc.bigInt({ min: 0n, max: 100n }), above0, (numerator, more, denominator) => {
        assert.ok(roundHalfUp(numerator, denominator) <= roundHalfUp(numerator + more, denominator));
      }),
    ));

  test.each([0n, -1n])("is refused for the denominator %s", (denominator) =>
    expect(() => roundHalfUp(1n, denominator)).toThrow(`cannot round a quotient of 1 and ${denominator}`),
  );
});

describe("an amount", () => {
  test.each([0n, 1n, 9_007_199_254_740_991n])("can be %s", (value) => expect(BigInt(amountOf(value))).toBe(value));
  test.each([-1n, 9_007_199_254_740_992n])("cannot be %s", (value) =>
    expect(() => amountOf(value)).toThrow(`${value} minor units cannot be an amount`),
  );
  test("is added up exactly beyond what a number can hold", () =>
    expect(sumOf([largestAmountMinor, 1, largestAmountMinor, 2])).toBe(18_014_398_509_481_985n));
  test("of nothing is nothing", () => expect(sumOf([])).toBe(0n));
});

const splitByLargestRemainder = (amountMinor: number, weights: readonly number[]): number[] =>
  splitItems(amountMinor, weights, (weight) => weight).map(({ shareMinor }) => shareMinor);

describe("a split by largest remainder", () => {
  test.each([
    { amountMinor: 100, weights: [1, 1, 1], shares: [34, 33, 33] },
    { amountMinor: 101, weights: [1, 1, 1], shares: [34, 34, 33] },
    { amountMinor: 10, weights: [1, 2, 4], shares: [1, 3, 6] },
    { amountMinor: 1, weights: [1, 2, 1], shares: [0, 1, 0] },
    { amountMinor: 5, weights: [0, 5, 0], shares: [0, 5, 0] },
    { amountMinor: 7, weights: [3, 4], shares: [3, 4] },
    { amountMinor: 0, weights: [3, 0], shares: [0, 0] },
    { amountMinor: 0, weights: [0, 0], shares: [0, 0] },
    { amountMinor: 0, weights: [], shares: [] },
    { amountMinor: 9, weights: [2], shares: [9] },
    {
      amountMinor: largestAmountMinor,
      weights: [largestAmountMinor, largestAmountMinor],
      shares: [2 ** 52, 2 ** 52 - 1],
    },
  ])("of $amountMinor over $weights is $shares", ({ amountMinor, weights, shares }) =>
    expect(splitByLargestRemainder(amountMinor, weights)).toEqual(shares),
  );

  test("names what each share is for", () =>
    expect(splitItems(3, ["a", "bb"], (item) => item.length)).toEqual([
      { item: "a", shareMinor: 1 },
      { item: "bb", shareMinor: 2 },
    ]));

  test.each([{ weights: [] }, { weights: [0] }, { weights: [0, 0] }])("over $weights is impossible", ({ weights }) =>
    expect(() => splitByLargestRemainder(1, weights)).toThrow("1 minor units cannot be split over nothing"),
  );

  const weights = fc
    .tuple(fc.array(amount, { maxLength: 7 }), fc.constantFrom(1, 3, largestAmountMinor), fc.nat(7))
    .map(([all, positive, place]) => all.toSpliced(place, 0, positive));

  test("adds up to the amount, and no share is a whole unit away from the exact one", () =>
    fc.assert(
      fc.property(amount, weights, (amountMinor, weights) => {
        const whole = sumOf(weights);
        const shares = splitByLargestRemainder(amountMinor, weights);
        assert.equal(sumOf(shares), BigInt(amountMinor));
        for (const [index, share] of shares.entries()) {
          const missed = BigInt(share) * whole - BigInt(amountMinor) * BigInt(weights[index] ?? 0);
          assert.ok(magnitudeOf(missed) < whole);
        }
      }),
    ));

  test("rounds up the largest remainders, of equal ones the earlier", () =>
    fc.assert(
      fc.property(amount, weights, (amountMinor, weights) => {
        const whole = sumOf(weights);
        const parts = splitByLargestRemainder(amountMinor, weights).map((share, index) => {
          const product = BigInt(amountMinor) * BigInt(weights[index] ?? 0);
          return { index, remainder: product % whole, isRaised: BigInt(share) > product / whole };
        });
        for (const raised of parts.filter((part) => part.isRaised)) {
          for (const kept of parts.filter((part) => !part.isRaised)) {
            const isEarlier = raised.remainder === kept.remainder && raised.index < kept.index;
            assert.ok(raised.remainder > kept.remainder || isEarlier);
          }
        }
      }),
    ));

  test("takes from nothing more than it holds", () =>
    fc.assert(
      fc.property(
        weights.chain((weights) => {
          const whole = sumOf(weights);
          const most = whole > BigInt(largestAmountMinor) ? largestAmountMinor : Number(whole);
          return fc.tuple(
            fc.oneof(fc.maxSafeNat(), fc.constant(most)).map((value) => Math.min(value, most)),
            fc.constant(weights),
          );
        }),
        ([amountMinor, weights]) => {
          for (const [index, share] of splitByLargestRemainder(amountMinor, weights).entries()) {
            assert.ok(share <= (weights[index] ?? 0));
          }
        },
      ),
    ));
});
