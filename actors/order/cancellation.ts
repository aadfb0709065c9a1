import type { DecisionContext } from "../kernel/aggregate.ts";
import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { OrderEvent } from "./events.ts";
import { refuse, refuseNotPlaced } from "./rejections.ts";
import type { CompleteCancel, RequestCancel } from "./schemas.ts";
import type { OrderState } from "./state.ts";
import { refuseOutside } from "./who-may-send.ts";

/**
 * Cancels the order before anything is dispatched. A managed order only begins to cancel, even one just placed: the
 * process manager may be reserving its stock at this moment and has to give it back first.
 */
export const requestCancel = (command: RequestCancel, state: OrderState): Decision<OrderEvent> => {
  switch (state.status) {
    case "NotPlaced":
      return refuseNotPlaced();
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
      return accept<OrderEvent>({
        type: state.fulfilment === "managed" ? "CancellationRequested" : "OrderCancelled",
        data: { reason: command.reason },
      });
    case "Fulfilling":
    case "Completed":
      return refuse("AlreadyDispatched", "A shipment of the order is dispatched already.");
    case "Cancelling":
    case "Cancelled":
      return accept(); // Another reason for the same wish changes nothing.
    default:
      return unreachable(state);
  }
};

/** Ends the cancellation, when the order holds neither stock nor an authorisation any more. */
export const completeCancel = (
  _command: CompleteCancel,
  state: OrderState,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (state.status === "NotPlaced") return refuseNotPlaced();
  const refusal = refuseOutside(state, context);
  if (refusal !== undefined) return refusal;
  switch (state.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
    case "Completed":
      return refuse("CancelNotRequested", "Nobody asked to cancel the order.");
    case "Cancelling":
      return accept({ type: "OrderCancelled", data: { reason: state.reason } });
    case "Cancelled":
      return accept();
    default:
      return unreachable(state);
  }
};
