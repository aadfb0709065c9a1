import { unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { OrderEvent } from "../events.ts";
import type { PlacedOrder, ShippingOrder } from "../state.ts";

/** What is decided of goods under way, by how far their order is. */
export interface ByShippingPhase {
  /** Nothing is planned to be packed yet. */
  readonly early: () => Decision<OrderEvent>;
  /** Goods may be packed, sent, delivered or coming back. */
  readonly shipping: (order: ShippingOrder) => Decision<OrderEvent>;
  /** The order ended before anything was packed, or is being ended. */
  readonly over: () => Decision<OrderEvent>;
}

/** Decides what concerns shipments. */
export const byShippingPhase = (
  order: PlacedOrder,
  { early, shipping, over }: ByShippingPhase,
): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
      return early();
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return shipping(order);
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return over();
    default:
      return unreachable(order);
  }
};
