import { balanceOf, givenIn, type Account, type Balance } from "../ledger/account.ts";
import type { Totals } from "../ledger/totals.ts";

const nothing: Balance = { authorisedMinor: 0, capturedMinor: 0, voidedMinor: 0, refundedMinor: 0 };

const add = (one: Balance, other: Balance): Balance => ({
  authorisedMinor: one.authorisedMinor + other.authorisedMinor,
  capturedMinor: one.capturedMinor + other.capturedMinor,
  voidedMinor: one.voidedMinor + other.voidedMinor,
  refundedMinor: one.refundedMinor + other.refundedMinor,
});

/** The ledger of one order: its balance, and everything that was decided. */
export const accountView = (account: Account) => ({
  orderId: account.orderId,
  currency: account.authorisations[0]?.currency ?? null,
  balance: givenIn(account)
    .map((given) => balanceOf(account, given))
    .reduce(add, nothing),
  authorisations: account.authorisations.map((one) => {
    const { requestId, amountMinor, outcome } = one;
    if (outcome.status === "declined") return { requestId, amountMinor, ...outcome };
    return { requestId, amountMinor, ...outcome, ...balanceOf(account, { ...one, outcome }) };
  }),
  captures: account.captures.map(({ requestId, shipmentId, authorisationId, amountMinor, outcome }) => ({
    requestId,
    shipmentId,
    authorisationId,
    amountMinor,
    ...outcome,
  })),
  refunds: account.refunds.map(({ refundId, authorisationId, amountMinor }) => ({
    refundId,
    authorisationId,
    amountMinor,
  })),
  shipments: account.shipments,
  voided: { order: account.isVoided, requestIds: account.voidedRequestIds },
});

/** Whether anything was ever asked for the order. */
export const isKnown = ({
  authorisations,
  captures,
  refunds,
  shipments,
  isVoided,
  voidedRequestIds,
}: Account): boolean =>
  isVoided || [authorisations, captures, refunds, shipments, voidedRequestIds].some(({ length }) => length > 0);

/** The sums over all orders, as decimal numerals, since they may exceed what a JSON number holds exactly. */
export const totalsView = (totals: ReadonlyMap<string, Totals>, waitingMessages: number) => ({
  currencies: [...totals].map(([currency, { authorised, captured, voided, refunded }]) => ({
    currency,
    authorisedMinor: String(authorised),
    capturedMinor: String(captured),
    voidedMinor: String(voided),
    refundedMinor: String(refunded),
  })),
  waitingMessages,
});
