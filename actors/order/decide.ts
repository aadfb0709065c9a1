import type { DecisionContext } from "../kernel/aggregate.ts";
import { unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import { completeCancel, requestCancel } from "./cancellation.ts";
import type { OrderEvent } from "./events.ts";
import { dispatchShipment, recordDelivery } from "./fulfilment.ts";
import { recordAuthorisation } from "./payment.ts";
import { placeOrder } from "./placement.ts";
import { recordReservation, recordShortage } from "./reservation.ts";
import type { OrderCommand } from "./schemas.ts";
import type { OrderState } from "./state.ts";

/** Decides a command on an order: the events it causes, none if it was satisfied before, or why it is refused. */
export const decideOrder = (
  command: OrderCommand,
  state: OrderState,
  context: DecisionContext,
): Decision<OrderEvent> => {
  switch (command.type) {
    case "PlaceOrder":
      return placeOrder(command, state);
    case "RecordReservation":
      return recordReservation(command, state, context);
    case "RecordShortage":
      return recordShortage(command, state, context);
    case "RecordAuthorisation":
      return recordAuthorisation(command, state, context);
    case "DispatchShipment":
      return dispatchShipment(command, state);
    case "RecordDelivery":
      return recordDelivery(command, state);
    case "RequestCancel":
      return requestCancel(command, state);
    case "CompleteCancel":
      return completeCancel(command, state, context);
    default:
      return unreachable(command);
  }
};
