import type { DecisionContext } from "../kernel/aggregate.ts";
import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import { recordAuthorisation, requestAuthorisation, voidAuthorisation } from "./decide/authorisation.ts";
import { completeCancel, expireOrder, requestCancel, withdrawOrder } from "./decide/cancellation.ts";
import { recordCapture, requestCapture, waiveCapture } from "./decide/capture.ts";
import { withCompletion } from "./decide/completion.ts";
import { recordCarrierMessage } from "./decide/delivery.ts";
import { ignore, isImpliedByDispatch, isMessage } from "./decide/late-messages.ts";
import { recordPack, recordPick } from "./decide/packing.ts";
import { recordPaymentFailure } from "./decide/payment-failure.ts";
import { amendOrder, placeAgain, placeOrder } from "./decide/placement.ts";
import { planFulfilment } from "./decide/planning.ts";
import { rejectReservation, releaseReservation } from "./decide/given-up-reservation.ts";
import { recordReservation } from "./decide/reservation.ts";
import { decideReturn } from "./decide/return-in-status.ts";
import { dispatchShipment } from "./decide/shipment.ts";
import { confirmShortage } from "./decide/shortage.ts";
import { recordUnpack } from "./decide/unpacking.ts";
import type { OrderEvent } from "./events.ts";
import { refuseCancelled, refuseNotPlaced } from "./rejections.ts";
import { decideSale } from "./sale/decide.ts";
import { refuseNotAnOrder, refuseNotASale } from "./sale/rejections.ts";
import { isSaleId } from "./sale/sale-id.ts";
import { isSaleCommand } from "./sale/schemas.ts";
import { isSale } from "./sale/state.ts";
import type { OrderCommand, OrderProperCommand } from "./schemas.ts";
import type { OrderState, PlacedOrder } from "./state.ts";
import { refuseSender } from "./who-may-send.ts";

/** Decides a command on an order or a sale: the events it causes, none if it was satisfied before, or why it is refused. */
export const decideOrder = (command: OrderCommand, state: OrderState, context: DecisionContext): Decision<OrderEvent> =>
  withCompletion(decideIn(command, state, context), state, context.at);

const decideIn = (command: OrderCommand, state: OrderState, context: DecisionContext): Decision<OrderEvent> => {
  if (isSaleCommand(command)) {
    return state.status === "NotPlaced" || isSale(state) ? decideSale(command, state, context) : refuseNotASale();
  }
  if (isSale(state)) return refuseNotAnOrder();
  switch (state.status) {
    case "NotPlaced":
      return beforePlacement(command, context);
    case "Withdrawn":
      return afterWithdrawal(command);
    default:
      return refuseSender(command, state, context) ?? withNote(command, afterPlacement(command, state, context));
  }
};

/** Takes note of a message that tells, under another id, what is known already. */
const withNote = (command: OrderProperCommand, decision: Decision<OrderEvent>): Decision<OrderEvent> =>
  isMessage(command) && decision.outcome === "accepted" && decision.events.length === 0
    ? ignore(command, "Repeated")
    : decision;

const beforePlacement = (command: OrderProperCommand, context: DecisionContext): Decision<OrderEvent> => {
  // No order can have such an id, or the sale that comes under it would find it taken.
  if (isSaleId(context.streamId)) return refuseNotAnOrder();
  switch (command.type) {
    case "PlaceOrder":
      return placeOrder(command, context);
    case "RequestCancel":
      return withdrawOrder(command);
    default:
      return refuseNotPlaced();
  }
};

const afterWithdrawal = (command: OrderProperCommand): Decision<OrderEvent> => {
  if (command.type === "RequestCancel") return accept();
  return isMessage(command) ? ignore(command, "OrderWithdrawn") : refuseCancelled();
};

const afterPlacement = (
  command: OrderProperCommand,
  order: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (order.fulfilment === "external" && isMessage(command) && isImpliedByDispatch(command)) {
    return ignore(command, "ImpliedByDispatch");
  }
  switch (command.type) {
    case "PlaceOrder":
      return placeAgain();
    case "AmendOrder":
      return amendOrder(command, order, context);
    case "ExpireOrder":
      return expireOrder(command, order);
    case "RequestCancel":
      return requestCancel(command, order);
    case "CompleteCancel":
      return completeCancel(order);
    case "RecordReservation":
      return recordReservation(command, order, context);
    case "RejectReservation":
      return rejectReservation(command, order);
    case "ConfirmShortage":
      return confirmShortage(command, order, context);
    case "ReleaseReservation":
      return releaseReservation(command, order);
    case "RequestAuthorisation":
      return requestAuthorisation(order, context);
    case "RecordAuthorisation":
      return recordAuthorisation(command, order, context);
    case "RecordPaymentFailure":
      return recordPaymentFailure(command, order, context);
    case "RequestCapture":
      return requestCapture(command, order);
    case "RecordCapture":
      return recordCapture(command, order, context);
    case "WaiveCapture":
      return waiveCapture(command, order);
    case "VoidAuthorisation":
      return voidAuthorisation(command, order);
    case "PlanFulfilment":
      return planFulfilment(command, order);
    case "RecordPick":
      return recordPick(command, order);
    case "RecordPack":
      return recordPack(command, order);
    case "RecordUnpack":
      return recordUnpack(command, order);
    case "DispatchShipment":
      return dispatchShipment(command, order);
    case "RecordDelivery":
    case "RecordDeliveryFailure":
      return recordCarrierMessage(command, order);
    case "RequestReturn":
    case "ApproveReturn":
    case "DeclineReturn":
    case "ReceiveReturn":
    case "RecordRefund":
      return decideReturn(command, order, context);
    default:
      return unreachable(command);
  }
};
