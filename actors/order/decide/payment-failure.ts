import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RecordPaymentFailure } from "../commands/payment.ts";
import type { OrderEvent } from "../events.ts";
import type { OrderIn, PlacedOrder } from "../state.ts";
import { refuseRequest } from "./authorisation.ts";
import { declineCapture } from "./capture.ts";
import { ending } from "./ending.ts";
import { ignore } from "./late-messages.ts";
import { byPaymentPhase } from "./payment-phase.ts";
import { isEarlierRequest } from "./requests.ts";

/** Records that an authorisation, or the capture of a shipment, was declined. */
export const recordPaymentFailure = (
  command: RecordPaymentFailure,
  placed: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (command.shipmentId !== undefined) return declineCapture(command, command.shipmentId, placed, context);
  return byPaymentPhase(placed, {
    reserved: (order) => decline(command, order, context),
    authorised: () => ignore(command, "AlreadyAuthorised"),
    over: () => ignore(command, "OrderOver"),
  });
};

const decline = (
  command: RecordPaymentFailure,
  order: OrderIn<"Reserved">,
  { streamId }: DecisionContext,
): Decision<OrderEvent> => {
  const { payment } = order;
  const { requestId } = command;
  if (order.fulfilment === "managed" && requestId !== undefined && payment.status !== "none") {
    if (isEarlierRequest(requestId, payment.attempt, streamId)) return ignore(command, "RequestSuperseded");
    if (requestId !== payment.requestId) return refuseRequest(requestId);
  }
  switch (payment.status) {
    case "none":
      return declined(command, order, requestId ?? null, 1);
    case "requested":
      return declined(command, order, payment.requestId, payment.attempt);
    case "declined": {
      // Nothing is asked for at present. Of an external order, another request may have been declined elsewhere.
      const isAnother = order.fulfilment === "external" && (requestId ?? null) !== payment.requestId;
      if (isAnother) return declined(command, order, requestId ?? null, payment.attempt + 1);
      return command.code === payment.code && command.retryable
        ? accept()
        : declined(command, order, payment.requestId, payment.attempt);
    }
    default:
      return unreachable(payment);
  }
};

const declined = (
  { code, retryable }: RecordPaymentFailure,
  order: OrderIn<"Reserved">,
  requestId: string | null,
  attempt: number,
): Decision<OrderEvent> => {
  const event: OrderEvent = { type: "PaymentDeclined", data: { requestId, attempt, code, retryable } };
  if (retryable) return accept(event);
  return accept(event, ending("paymentDeclined", code, order));
};
