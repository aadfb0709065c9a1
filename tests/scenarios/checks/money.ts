import type { OrderView } from "../../../actors/order/view.ts";
import type { OrderEvent } from "../../support/api.ts";
import type { Account, Balance } from "../actors/provider.ts";
import type { Books } from "../books.ts";
import type { Observed } from "../observe.ts";
import { checkEach, comparedFinding, type Finding } from "./finding.ts";
import { isOrderView } from "./orders.ts";

const topic = "Money";
const nothing: Balance = { authorisedMinor: 0, capturedMinor: 0, voidedMinor: 0, refundedMinor: 0 };
const parts = ["authorised", "captured", "voided", "refunded"] as const;

const amountOf = (events: readonly OrderEvent[], type: string): number =>
  events
    .filter((event) => event.type === type)
    .reduce((sum, { data: { amountMinor } }) => sum + (typeof amountMinor === "number" ? amountMinor : Number.NaN), 0);

/** Where the money of an order is, as its own events say. */
const balanceOfOrder = (events: readonly OrderEvent[]): Balance => ({
  authorisedMinor: amountOf(events, "PaymentAuthorised"),
  capturedMinor: amountOf(events, "PaymentCaptured"),
  voidedMinor: amountOf(events, "AuthorisationVoided"),
  refundedMinor: amountOf(events, "RefundIssued"),
});

/**
 * What the provider set aside for an order that did not want it any more, and gave back: an answer that came too late is no
 * event of the order's money.
 */
const unwantedMinor = (events: readonly OrderEvent[], account: Account | undefined): number => {
  const known = new Set(
    events.filter(({ type }) => type === "PaymentAuthorised").map(({ data }) => data["authorisationId"]),
  );
  return (account?.authorisations ?? [])
    .filter((one) => one.status === "authorised")
    .filter(
      ({ authorisationId, authorisedMinor, voidedMinor }) =>
        !known.has(authorisationId) && authorisedMinor === voidedMinor,
    )
    .reduce((sum, { authorisedMinor }) => sum + authorisedMinor, 0);
};

interface Purse {
  readonly view: OrderView;
  /** What the ledger must say, by the order's events. */
  readonly ofOrder: Balance;
  readonly ofProvider: Balance;
}

const purseOf = (view: OrderView, events: readonly OrderEvent[], account: Account | undefined): Purse => {
  const { authorisedMinor, voidedMinor, ...rest } = balanceOfOrder(events);
  const unwanted = unwantedMinor(events, account);
  return {
    view,
    ofOrder: { authorisedMinor: authorisedMinor + unwanted, voidedMinor: voidedMinor + unwanted, ...rest },
    ofProvider: account?.balance ?? nothing,
  };
};

const inWords = (balance: Balance): string => parts.map((part) => `${balance[`${part}Minor`]} ${part}`).join(", ");

const isInLedger = ({ view: { orderId }, ofOrder, ofProvider }: Purse): string | undefined =>
  inWords(ofOrder) === inWords(ofProvider)
    ? undefined
    : `${orderId}: by its events ${inWords(ofOrder)}; the provider has ${inWords(ofProvider)}`;

const overStatuses: readonly string[] = ["Completed", "Cancelled", "Rejected", "Expired"];

/** An order that is over has taken what was due for what it delivered, and holds nothing more of the customer's. */
const isSettled = ({ view, ofOrder }: Purse): string | undefined => {
  const { orderId, status, dueMinor } = view;
  const { authorisedMinor, capturedMinor, voidedMinor } = ofOrder;
  if (authorisedMinor !== capturedMinor + voidedMinor) return `${orderId} is ${status}, with ${inWords(ofOrder)}`;
  return status !== "Completed" || capturedMinor === dueMinor
    ? undefined
    : `${orderId} took ${capturedMinor}, and ${dueMinor} was due`;
};

/** What the lines cost is what the order says that it costs. */
const hasTotalOfLines = ({ orderId, lines, shipping, totalMinor }: OrderView): string | undefined => {
  const ofLines = lines.reduce(
    (sum, { quantity, unitPriceMinor, discountMinor, taxMinor }) =>
      sum + quantity * unitPriceMinor - discountMinor + taxMinor,
    0,
  );
  const total = ofLines + (shipping === null ? 0 : shipping.amountMinor + shipping.taxMinor);
  return total === totalMinor ? undefined : `${orderId} costs ${totalMinor}, and its lines and shipping ${total}`;
};

/** An amount with its currency's decimal point. */
const formatted = (minor: number, currency: string, exponent: number): string => {
  const digits = String(minor).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent).replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${whole}${exponent === 0 ? "" : `.${digits.slice(-exponent)}`} ${currency}`;
};

/** One row for each currency and part: the sum over the orders, and over the provider's ledgers. */
const sums = (purses: readonly Purse[]): Finding[] =>
  [...Map.groupBy(purses, ({ view }) => view.currency)].flatMap(([currency, group]) =>
    parts.map((part) => {
      const sumOf = (of: (purse: Purse) => Balance): string =>
        formatted(
          group.reduce((sum, purse) => sum + of(purse)[`${part}Minor`], 0),
          currency,
          group[0]?.view.currencyExponent ?? 0,
        );
      return comparedFinding(
        topic,
        `${part} (orders; provider)`,
        sumOf(({ ofOrder }) => ofOrder),
        sumOf(({ ofProvider }) => ofProvider),
      );
    }),
  );

const tills = ({ orders }: Observed): Finding[] => {
  const sales = [...orders.values()].flatMap(({ snapshot }) =>
    snapshot !== undefined && snapshot.status === "SaleCompleted" ? [snapshot] : [],
  );
  return [...Map.groupBy(sales, ({ currency }) => currency ?? "")].map(([currency, group]) => {
    const exponent = group[0]?.currencyExponent ?? 0;
    const sumOf = (of: (sale: (typeof sales)[number]) => number): string =>
      formatted(
        group.reduce((sum, sale) => sum + of(sale), 0),
        currency,
        exponent,
      );
    return comparedFinding(
      topic,
      "at registers (sold; paid)",
      sumOf(({ totalMinor }) => totalMinor ?? 0),
      sumOf(({ tenderedMinor }) => tenderedMinor),
    );
  });
};

/** What the orders say about their money is what the provider's ledger says, to the minor unit. */
export const checkMoney = (books: Books, observed: Observed): Finding[] => {
  const views = [...books.orders.keys()].flatMap((orderId) => {
    const snapshot = observed.orders.get(orderId)?.snapshot;
    return isOrderView(snapshot) ? [snapshot] : [];
  });
  // Only managed orders are paid through the provider.
  const purses = views
    .filter(({ fulfilment }) => fulfilment === "managed")
    .map((view) => purseOf(view, observed.orders.get(view.orderId)?.events ?? [], observed.accounts.get(view.orderId)));
  const over = purses.filter(({ view: { status } }) => overStatuses.includes(status));
  return [
    ...sums(purses),
    ...tills(observed),
    checkEach(topic, "orders as the provider's ledger has them", purses, isInLedger),
    checkEach(topic, "orders that are over and settled", over, isSettled),
    checkEach(topic, "orders whose total is that of their lines", views, hasTotalOfLines),
  ];
};
