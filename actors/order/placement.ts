import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { OrderEvent } from "./events.ts";
import { refuse } from "./rejections.ts";
import { valueMinorOf } from "./schemas.ts";
import type { PlaceOrder } from "./schemas.ts";
import type { OrderState } from "./state.ts";

/** Takes a new order. An order id is used once, so another command for the same id is refused whatever it holds. */
export const placeOrder = (command: PlaceOrder, state: OrderState): Decision<OrderEvent> => {
  switch (state.status) {
    case "NotPlaced": {
      const { type: _, ...terms } = command;
      return accept({ type: "OrderPlaced", data: { ...terms, totalMinor: valueMinorOf(command.lines) } });
    }
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Cancelling":
    case "Cancelled":
      return refuse("OrderAlreadyPlaced", "The order was placed before.");
    default:
      return unreachable(state);
  }
};
