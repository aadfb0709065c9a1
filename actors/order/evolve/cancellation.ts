import type { OrderEventOf } from "../events.ts";
import { changeLines, isCancellable, quantitiesOf, reservedPartOf, takeNewest } from "../lines.ts";
import type { CancellableOrder, LineUnits, OrderIn, OrderLine, OrderState, Reservation } from "../state.ts";
import type { PlannedFulfilment } from "../state/shipment.ts";
import type { Payment } from "../state/payment.ts";
import { settleReservation } from "./reservation.ts";

/** The last fulfilments give up units first; what is packed stays. */
const unplan = (fulfilments: readonly PlannedFulfilment[], units: readonly LineUnits[]): PlannedFulfilment[] => {
  const left = new Map(quantitiesOf(units));
  return fulfilments
    .toReversed()
    .map((fulfilment) => ({
      ...fulfilment,
      lines: fulfilment.lines.map((line) => {
        const given = Math.min(line.planned - line.packed, left.get(line.lineId) ?? 0);
        left.set(line.lineId, (left.get(line.lineId) ?? 0) - given);
        const planned = line.planned - given;
        return { ...line, planned, picked: Math.min(line.picked, planned) };
      }),
    }))
    .toReversed();
};

/** Open units that are cancelled are not asked for any more. */
const unrequest = (reservation: Reservation | null, lines: readonly OrderLine[], units: readonly LineUnits[]) => {
  if (reservation === null) return null;
  const quantities = quantitiesOf(units);
  const open = new Map(lines.map((line) => [line.lineId, line.open]));
  return {
    ...reservation,
    lines: reservation.lines.map((line) => {
      const cancelled = Math.min(open.get(line.lineId) ?? 0, quantities.get(line.lineId) ?? 0);
      return { ...line, requested: Math.max(line.reserved, line.requested - cancelled) };
    }),
  };
};

export const linesCancelled = (state: OrderState, { data }: OrderEventOf<"LinesCancelled">, at: string): OrderState => {
  switch (state.status) {
    case "Placed":
    case "AwaitingCustomer":
      return settleReservation(withoutUnits(state, data.lines, at), at);
    case "Reserved":
    case "Authorised":
      return withoutUnits(state, data.lines, at);
    case "Fulfilling": {
      const fulfilments = unplan(state.fulfilments, reservedPartOf(state, data.lines));
      return withoutUnits({ ...state, fulfilments }, data.lines, at);
    }
    default:
      return state;
  }
};

const withoutUnits = <Order extends CancellableOrder>(order: Order, units: readonly LineUnits[], at: string): Order => {
  const fromReserved = reservedPartOf(order, units);
  const reservedUnits = quantitiesOf(fromReserved);
  return {
    ...order,
    lines: changeLines(order.lines, units, (line, quantity) => {
      const open = Math.min(line.open, quantity);
      const reserved = reservedUnits.get(line.lineId) ?? 0;
      return {
        open: line.open - open,
        reserved: line.reserved - reserved,
        cancelled: line.cancelled + open + reserved,
      };
    }),
    reservation: unrequest(order.reservation, order.lines, units),
    holds: takeNewest(order.holds, fromReserved).left,
    updatedAt: at,
  };
};

const termsOf = (order: CancellableOrder | OrderIn<"Cancelling">) => ({
  customerId: order.customerId,
  currency: order.currency,
  fulfilment: order.fulfilment,
  channel: order.channel,
  pricesIncludeTax: order.pricesIncludeTax,
  lines: order.lines,
  discountMinor: order.discountMinor,
  shipping: order.shipping,
  totalMinor: order.totalMinor,
  amendments: order.amendments,
  shortageChoice: order.shortageChoice,
  placedAt: order.placedAt,
});

const paymentOf = (order: CancellableOrder): Payment =>
  order.status === "Placed" || order.status === "AwaitingCustomer" ? { status: "none" } : order.payment;

export const cancellationRequested = (
  state: OrderState,
  { data }: OrderEventOf<"CancellationRequested">,
  at: string,
): OrderState =>
  isCancellable(state)
    ? {
        status: "Cancelling",
        ...termsOf(state),
        reservation: state.reservation,
        reservationRound: state.reservationRound,
        supersededIds: state.supersededIds,
        holds: state.holds,
        payment: paymentOf(state),
        cause: data.cause,
        reason: data.reason,
        since: at,
        updatedAt: at,
      }
    : state;

/** The terms of an order that is given up, with every unit that was not sent cancelled; undefined if it cannot be. */
const givenUp = (state: OrderState, at: string) => {
  if (state.status !== "Cancelling" && !isCancellable(state)) return undefined;
  const lines = state.lines.map((line) => ({
    ...line,
    open: 0,
    reserved: 0,
    cancelled: line.cancelled + line.open + line.reserved,
  }));
  return { ...termsOf(state), lines, since: at, updatedAt: at };
};

export const orderCancelled = (state: OrderState, { data }: OrderEventOf<"OrderCancelled">, at: string): OrderState => {
  const terms = givenUp(state, at);
  return terms === undefined ? state : { ...terms, status: "Cancelled", reason: data.reason };
};

export const orderExpired = (state: OrderState, { data }: OrderEventOf<"OrderExpired">, at: string): OrderState => {
  const terms = givenUp(state, at);
  return terms === undefined ? state : { ...terms, status: "Expired", reason: data.reason };
};

export const orderRejected = (state: OrderState, { data }: OrderEventOf<"OrderRejected">, at: string): OrderState => {
  const terms = givenUp(state, at);
  return terms === undefined ? state : { ...terms, status: "Rejected", cause: data.cause, reason: data.reason };
};
