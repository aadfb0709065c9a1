import type { DecisionContext } from "../kernel/aggregate.ts";
import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { OrderEvent } from "./events.ts";
import { refuse, refuseAwaitingCustomer, refuseCancelled, refuseNotPlaced } from "./rejections.ts";
import type { RecordReservation, RecordShortage } from "./schemas.ts";
import type { OrderIn, OrderState } from "./state.ts";
import { refuseOtherDriver, refuseOutside } from "./who-may-send.ts";

/** Records that the stock of every line is reserved. */
export const recordReservation = (
  command: RecordReservation,
  state: OrderState,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (state.status === "NotPlaced") return refuseNotPlaced();
  const refusal = refuseOtherDriver(state, context);
  if (refusal !== undefined) return refusal;
  switch (state.status) {
    case "Placed":
      return accept({ type: "LinesReserved", data: { reservationId: command.reservationId } });
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
    case "Completed":
      return state.reservationId === command.reservationId
        ? accept()
        : refuse("ReservationMismatch", `The order's reservation is ${state.reservationId}.`);
    case "Cancelling":
    case "Cancelled":
      return refuseCancelled();
    default:
      return unreachable(state);
  }
};

/** Records that stock is short: no line is reserved, and the customer has to decide. */
export const recordShortage = (
  command: RecordShortage,
  state: OrderState,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (state.status === "NotPlaced") return refuseNotPlaced();
  const refusal = refuseOutside(state, context);
  if (refusal !== undefined) return refusal;
  switch (state.status) {
    case "Placed":
      return accept({ type: "ShortageRaised", data: { reserved: command.reserved, short: command.short } });
    case "AwaitingCustomer":
      return isSameShortage(command, state)
        ? accept()
        : refuse("ShortageMismatch", "Another shortage of this order is recorded.");
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
    case "Completed":
      return refuse("AlreadyReserved", "The stock of every line is reserved.");
    case "Cancelling":
    case "Cancelled":
      return refuseCancelled();
    default:
      return unreachable(state);
  }
};

const isSameShortage = (command: RecordShortage, { shortage }: OrderIn<"AwaitingCustomer">): boolean =>
  command.reserved.length === shortage.reserved.length &&
  command.short.length === shortage.short.length &&
  command.reserved.every(({ sku, location, quantity }, index) => {
    const recorded = shortage.reserved[index];
    return recorded?.sku === sku && recorded.location === location && recorded.quantity === quantity;
  }) &&
  command.short.every(({ sku, location, requested, available }, index) => {
    const recorded = shortage.short[index];
    return (
      recorded?.sku === sku &&
      recorded.location === location &&
      recorded.requested === requested &&
      recorded.available === available
    );
  });
