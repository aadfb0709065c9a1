import type { DecisionContext } from "../../kernel/aggregate.ts";
import { unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { ReturnCommand } from "../commands/returns.ts";
import type { OrderEvent } from "../events.ts";
import { refuse, refuseCancelled } from "../rejections.ts";
import type { PlacedOrder, ShippingOrder } from "../state.ts";
import { ignore } from "./late-messages.ts";
import { receiveReturn } from "./returned-goods.ts";
import { approveReturn, declineReturn, recordRefund, requestReturn } from "./returns.ts";
import { byShippingPhase } from "./shipping-phase.ts";

/** Decides what has to do with goods that come back, and with the money for them; only what was sent can come back. */
export const decideReturn = (
  command: ReturnCommand,
  order: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> =>
  byShippingPhase(order, {
    early: () => refuse("NotDispatched", "Nothing of the order is dispatched yet."),
    shipping: (shippingOrder) => ofShipped(command, shippingOrder, context),
    over: () => (command.type === "RecordRefund" ? ignore(command, "OrderOver") : refuseCancelled()),
  });

const ofShipped = (command: ReturnCommand, order: ShippingOrder, context: DecisionContext): Decision<OrderEvent> => {
  switch (command.type) {
    case "RequestReturn":
      return requestReturn(command, order);
    case "ApproveReturn":
      return approveReturn(command, order);
    case "DeclineReturn":
      return declineReturn(command, order);
    case "ReceiveReturn":
      return receiveReturn(command, order, context);
    case "RecordRefund":
      return recordRefund(command, order);
    default:
      return unreachable(command);
  }
};
