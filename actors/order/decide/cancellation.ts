import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { ExpireOrder, RequestCancel } from "../commands/intake.ts";
import type { OrderEvent } from "../events.ts";
import { cancellableUnits, isAnythingPacked, quantitiesOf, reservedPartOf, takeNewest } from "../lines.ts";
import { refuse, refuseAwaitingCustomer, refuseNotPlaced, refuseUnknownLine } from "../rejections.ts";
import type { CancellableOrder, LineUnits, OrderIn, PlacedOrder } from "../state.ts";
import { liveMinorOf } from "../state/payment.ts";
import { endedBy, ending, whileCancelling } from "./ending.ts";

/** Takes a cancel that came before its order: the order will be refused when it comes. */
export const withdrawOrder = ({ reason, lines }: RequestCancel): Decision<OrderEvent> =>
  lines === undefined ? accept({ type: "OrderWithdrawn", data: { reason } }) : refuseNotPlaced();

/**
 * Cancels the order, or some units of it, before anything of that is packed. A managed order only begins to cancel, even one
 * just placed: the process manager may be reserving its stock at this moment and has to give it back first.
 */
export const requestCancel = (command: RequestCancel, order: PlacedOrder): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
      return cancelSomeOrAll(command, order);
    case "Completed":
    case "Returning":
      return refusePacked();
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return accept(); // Another reason for the same wish changes nothing.
    default:
      return unreachable(order);
  }
};

const refusePacked = (): Decision<never> =>
  refuse(
    "AlreadyPacked",
    "Something of the order is packed already: name the lines to cancel what is not, and return what is.",
  );

const cancelSomeOrAll = ({ reason, lines }: RequestCancel, order: CancellableOrder): Decision<OrderEvent> => {
  if (lines === undefined) return isAnythingPacked(order) ? refusePacked() : cancelAll(reason, order);
  const refusal = refuseUnits(lines, order);
  if (refusal !== undefined) return refusal;
  if (!isAnythingPacked(order) && isEverything(lines, order)) return cancelAll(reason, order);
  return cancelUnits(reason, lines, order);
};

const cancelAll = (reason: string, order: CancellableOrder): Decision<OrderEvent> =>
  accept(ending("customer", reason, order));

const refuseUnits = (units: readonly LineUnits[], order: CancellableOrder): Decision<never> | undefined => {
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  for (const { lineId, quantity } of units) {
    const line = lines.get(lineId);
    if (line === undefined) return refuseUnknownLine(lineId);
    const left = cancellableUnits(line);
    if (quantity > left) {
      return refuse("CancelExceedsOpen", `Of line ${lineId}, ${left} units can still be cancelled.`);
    }
  }
  return undefined;
};

const isEverything = (units: readonly LineUnits[], order: CancellableOrder): boolean => {
  const quantities = quantitiesOf(units);
  return order.lines.every((line) => cancellableUnits(line) === (quantities.get(line.lineId) ?? 0));
};

const cancelUnits = (reason: string, lines: readonly LineUnits[], order: CancellableOrder): Decision<OrderEvent> => {
  switch (order.status) {
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Placed":
      if (order.fulfilment === "managed") {
        return refuse(
          "ReservationPending",
          "The stock is being reserved: cancel units of it afterwards, or the order.",
        );
      }
      break;
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
      break;
    default:
      return unreachable(order);
  }
  const releases = takeNewest(order.holds, reservedPartOf(order, lines)).taken;
  return accept({ type: "LinesCancelled", data: { lines: [...lines], cause: "customer", reason, releases } });
};

/** Ends an order that waited too long to be reserved or paid. */
export const expireOrder = ({ reason }: ExpireOrder, order: PlacedOrder): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
      return accept(ending("expired", reason, order));
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return refuse("AlreadyAuthorised", "The payment of the order is authorised.");
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return accept();
    default:
      return unreachable(order);
  }
};

/** Ends the order, when it holds neither stock nor an authorisation any more. */
export const completeCancel = (order: PlacedOrder): Decision<OrderEvent> => whileCancelling(order, endCancel);

const endCancel = ({ holds, payment, cause, reason }: OrderIn<"Cancelling">): Decision<OrderEvent> => {
  if (holds.length > 0) return refuse("StillHolding", "Stock items still hold units for the order.");
  if (payment.status === "authorised" && liveMinorOf(payment) > 0) {
    return refuse("StillHolding", `Authorisation ${payment.authorisationId} is not voided yet.`);
  }
  return accept(endedBy(cause, reason));
};
