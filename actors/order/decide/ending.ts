import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { OrderEvent } from "../events.ts";
import { refuse } from "../rejections.ts";
import type { OrderIn, PlacedOrder } from "../state.ts";

type Cause = OrderIn<"Cancelling">["cause"];

/** The event with which an order is over for good, by what it ends for. */
export const endedBy = (cause: Cause, reason: string): OrderEvent => {
  switch (cause) {
    case "customer":
    case "shortageRefused":
      return { type: "OrderCancelled", data: { reason } };
    case "expired":
      return { type: "OrderExpired", data: { reason } };
    case "paymentDeclined":
    case "reservationRejected":
      return { type: "OrderRejected", data: { cause, reason } };
    default:
      return unreachable(cause);
  }
};

/** Ends an external order, or begins to end a managed one, which has to give back first what it holds. */
export const ending = (cause: Cause, reason: string, { fulfilment }: PlacedOrder): OrderEvent =>
  fulfilment === "managed" ? { type: "CancellationRequested", data: { cause, reason } } : endedBy(cause, reason);

/** Decides a step of giving back, which only an order that is being cancelled takes; an order that is over has taken it. */
export const whileCancelling = (
  order: PlacedOrder,
  decide: (order: OrderIn<"Cancelling">) => Decision<OrderEvent>,
): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return refuse("CancelNotRequested", "Nobody asked to cancel the order.");
    case "Cancelling":
      return decide(order);
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return accept();
    default:
      return unreachable(order);
  }
};
