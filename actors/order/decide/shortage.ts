import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { ConfirmShortage } from "../commands/reservation.ts";
import type { OrderEvent } from "../events.ts";
import { evolveOrder } from "../evolve.ts";
import { refuse, refuseCancelled } from "../rejections.ts";
import type { OrderIn, PlacedOrder } from "../state.ts";
import { ending } from "./ending.ts";
import { requestPayment, requestReservation } from "./requests.ts";

/** What the customer wants of an order of which not everything is there. */
export const confirmShortage = (
  { choice }: ConfirmShortage,
  order: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (order.shortageChoice === choice) return accept();
  switch (order.status) {
    case "Placed":
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return refuse("NoShortage", "Nothing of the order is short.");
    case "AwaitingCustomer":
      return resolve(choice, order, context);
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return refuseCancelled();
    default:
      return unreachable(order);
  }
};

const resolve = (
  choice: ConfirmShortage["choice"],
  order: OrderIn<"AwaitingCustomer">,
  context: DecisionContext,
): Decision<OrderEvent> => {
  switch (choice) {
    case "accept":
      return acceptShortage(order, context);
    case "refuse":
      return refuseShortage(order);
    case "wait":
      return waitForMissing(order, context);
    default:
      return unreachable(choice);
  }
};

/** Takes what is there and gives up what is missing. */
const acceptShortage = (
  order: OrderIn<"AwaitingCustomer">,
  { streamId, at }: DecisionContext,
): Decision<OrderEvent> => {
  const missing = order.shortage.lines.map(({ lineId, missing }) => ({ lineId, quantity: missing }));
  const events: OrderEvent[] = [
    { type: "ShortageResolved", data: { choice: "accept" } },
    { type: "LinesCancelled", data: { lines: missing, cause: "shortage", reason: "out of stock", releases: [] } },
  ];
  const next = events.reduce<PlacedOrder>((state, event) => evolvePlaced(state, event, at), order);
  if (next.lines.every(({ open, reserved }) => open + reserved === 0)) {
    return refuse("NothingReserved", "Nothing of the order is there; wait for it, or refuse.");
  }
  if (order.fulfilment === "external") return accept(...events);
  // Orders of the first kind released everything when something was short, so that the rest has to be reserved anew.
  return next.status === "Reserved"
    ? accept(...events, requestPayment(streamId, 1, next))
    : accept(...events, requestReservation(streamId, order.reservationRound + 1, next.lines, false));
};

const evolvePlaced = (state: PlacedOrder, event: OrderEvent, at: string): PlacedOrder => {
  const next = evolveOrder(state, event, at);
  return "customerId" in next ? next : state;
};

const refuseShortage = (order: OrderIn<"AwaitingCustomer">): Decision<OrderEvent> => {
  const reason = "the customer refused a shortage";
  return accept<OrderEvent>(
    { type: "ShortageResolved", data: { choice: "refuse" } },
    ending("shortageRefused", reason, order),
  );
};

const waitForMissing = (order: OrderIn<"AwaitingCustomer">, { streamId }: DecisionContext): Decision<OrderEvent> => {
  const resolved: OrderEvent = { type: "ShortageResolved", data: { choice: "wait" } };
  return order.fulfilment === "managed"
    ? accept<OrderEvent>(resolved, requestReservation(streamId, order.reservationRound + 1, order.lines, true))
    : accept(resolved);
};
