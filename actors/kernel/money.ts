/**
 * Money is an integer of minor units. Products and quotients are taken with BigInt, since a product of two amounts leaves
 * the integers that a number can hold long before the amount that comes of it does.
 */

/** The largest amount in minor units that is exact as a number: 2^53 - 1. */
export const largestAmountMinor = Number.MAX_SAFE_INTEGER;

/**
 * The integer nearest to `numerator / denominator`; a half goes away from zero. This is the only rounding of money.
 *
 * @param denominator above zero. Throws a RangeError otherwise.
 */
export const roundHalfUp = (numerator: bigint, denominator: bigint): bigint => {
  if (denominator <= 0n) throw new RangeError(`cannot round a quotient of ${numerator} and ${denominator}`);
  // Division of BigInts goes towards zero.
  const half = numerator < 0n ? -denominator : denominator;
  return (2n * numerator + half) / (2n * denominator);
};

/** An amount as a number. Throws a RangeError if it is none from 0 to 2^53 - 1, which is a bug of whoever calls. */
export const amountOf = (amount: bigint): number => {
  if (amount < 0n || amount > BigInt(largestAmountMinor)) {
    throw new RangeError(`${amount} minor units cannot be an amount`);
  }
  return Number(amount);
};

/** The exact sum of amounts. */
export const sumOf = (amounts: readonly number[]): bigint => amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);

/**
 * Splits an amount in proportion to weights so that the shares add up to it: every share is the exact one rounded down, and
 * what is left goes by one minor unit to the shares with the largest remainders, of equal ones to the earlier. No share is
 * larger than its weight as long as the amount is not larger than all weights together.
 *
 * @param weightOf the weight of an item: an integer from 0. Throws a RangeError if all are 0 and the amount is not.
 * @returns every item with its share in minor units, in the order of the items.
 */
export const splitByLargestRemainder = <Item>(
  amountMinor: number,
  items: readonly Item[],
  weightOf: (item: Item) => number,
): { readonly item: Item; readonly shareMinor: number }[] => {
  if (amountMinor === 0) return items.map((item) => ({ item, shareMinor: 0 }));
  const whole = sumOf(items.map(weightOf));
  if (whole === 0n) throw new RangeError(`${amountMinor} minor units cannot be split over nothing`);
  const parts = items.map((item) => {
    const product = BigInt(amountMinor) * BigInt(weightOf(item));
    return { item, share: product / whole, remainder: product % whole };
  });
  const left = Number(BigInt(amountMinor) - parts.reduce((sum, { share }) => sum + share, 0n));
  // Sorting keeps the order of equal ones.
  const raised = new Set(parts.toSorted((a, b) => Number(b.remainder - a.remainder)).slice(0, left));
  return parts.map((part) => ({
    item: part.item,
    shareMinor: amountOf(raised.has(part) ? part.share + 1n : part.share),
  }));
};
