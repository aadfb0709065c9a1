import { unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { OrderEvent } from "../events.ts";
import { refuse, refuseAwaitingCustomer } from "../rejections.ts";
import type { OrderIn, PlacedOrder } from "../state.ts";

/** What is decided of an authorisation, by how far the payment of an order is. */
export interface ByPaymentPhase {
  /** The payment is, or was, asked for. */
  readonly reserved: (order: OrderIn<"Reserved">) => Decision<OrderEvent>;
  readonly authorised: (
    order: OrderIn<"Authorised" | "Fulfilling" | "Completed" | "Returning">,
  ) => Decision<OrderEvent>;
  /** The order ended, or is being ended. */
  readonly over: (order: OrderIn<"Cancelling" | "Cancelled" | "Rejected" | "Expired">) => Decision<OrderEvent>;
}

const refuseNotReserved = (): Decision<never> => refuse("NotReserved", "The stock of the order is not reserved yet.");

/** Decides what concerns an authorisation, which nothing does before the stock is reserved. */
export const byPaymentPhase = (
  order: PlacedOrder,
  { reserved, authorised, over }: ByPaymentPhase,
): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
      return refuseNotReserved();
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Reserved":
      return reserved(order);
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return authorised(order);
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return over(order);
    default:
      return unreachable(order);
  }
};
