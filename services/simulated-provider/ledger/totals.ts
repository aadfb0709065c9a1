import { balanceOf, givenIn, type Account, type Balance } from "./account.ts";

/** The sums of one currency over all orders, in minor units: larger than what a number holds exactly. */
export interface Totals {
  readonly authorised: bigint;
  readonly captured: bigint;
  readonly voided: bigint;
  readonly refunded: bigint;
}

export const noTotals: Totals = { authorised: 0n, captured: 0n, voided: 0n, refunded: 0n };

const add = (totals: Totals, balance: Balance, sign: 1n | -1n): Totals => ({
  authorised: totals.authorised + sign * BigInt(balance.authorisedMinor),
  captured: totals.captured + sign * BigInt(balance.capturedMinor),
  voided: totals.voided + sign * BigInt(balance.voidedMinor),
  refunded: totals.refunded + sign * BigInt(balance.refundedMinor),
});

/** What an account adds to the totals of each currency that it was or is in, when it changes from one state to another. */
export const changeOfTotals = (before: Account, after: Account): ReadonlyMap<string, Totals> => {
  const changes = new Map<string, Totals>();
  for (const [account, sign] of [
    [before, -1n],
    [after, 1n],
  ] as const) {
    for (const given of givenIn(account)) {
      const { currency } = given;
      changes.set(currency, add(changes.get(currency) ?? noTotals, balanceOf(account, given), sign));
    }
  }
  return changes;
};

export const sumOf = (one: Totals, other: Totals): Totals => ({
  authorised: one.authorised + other.authorised,
  captured: one.captured + other.captured,
  voided: one.voided + other.voided,
  refunded: one.refunded + other.refunded,
});
