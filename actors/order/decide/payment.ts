import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RecordAuthorisation, RecordPaymentFailure, VoidAuthorisation } from "../commands/payment.ts";
import type { OrderEvent } from "../events.ts";
import { dueMinorOf } from "../lines.ts";
import { refuse, refuseAwaitingCustomer, refuseCancelled } from "../rejections.ts";
import { orderBounds } from "../state.ts";
import type { OrderIn, PlacedOrder } from "../state.ts";
import { liveMinorOf } from "../state/payment.ts";
import type { Authorisation } from "../state/payment.ts";
import { declineCapture } from "./capture.ts";
import { ending } from "./ending.ts";
import { ignore } from "./late-messages.ts";
import { authorisationRequestIdOf, requestPayment } from "./requests.ts";

const refuseNotReserved = (): Decision<never> => refuse("NotReserved", "The stock of the order is not reserved yet.");

/** Asks for the payment again after it was declined. */
export const requestAuthorisation = (order: PlacedOrder, { streamId }: DecisionContext): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
      return refuseNotReserved();
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Reserved":
      return order.fulfilment === "managed"
        ? requestAgain(order, streamId)
        : refuse("ExternalOrder", "The payment of an external order is asked for elsewhere.");
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return refuse("AlreadyAuthorised", "The payment of the order is authorised.");
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return refuseCancelled();
    default:
      return unreachable(order);
  }
};

const requestAgain = (order: OrderIn<"Reserved">, orderId: string): Decision<OrderEvent> => {
  const { payment } = order;
  switch (payment.status) {
    case "none": // An order of the first kind, which asked for its payment without saying so.
      return accept(requestPayment(orderId, 1, order));
    case "requested":
      return accept();
    case "declined":
      return payment.attempt >= orderBounds.authorisationAttempts
        ? refuse("TooManyAttempts", `The payment was declined ${payment.attempt} times.`)
        : accept(requestPayment(orderId, payment.attempt + 1, order));
    default:
      return unreachable(payment);
  }
};

/** Records that what is due is authorised. */
export const recordAuthorisation = (
  command: RecordAuthorisation,
  order: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
      return refuseNotReserved();
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Reserved":
      return authorise(command, order, context);
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return repeatAuthorisation(command, order, order.payment, context);
    case "Cancelling":
      return order.payment.status === "authorised" && order.payment.authorisationId === command.authorisationId
        ? repeatAuthorisation(command, order, order.payment, context)
        : ignore(command, "OrderOver");
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return ignore(command, "OrderOver");
    default:
      return unreachable(order);
  }
};

const refuseAmount = (
  { amountMinor }: RecordAuthorisation,
  expectedMinor: number,
  { currency }: PlacedOrder,
): Decision<never> =>
  refuse("AmountMismatch", `${expectedMinor} minor units of ${currency} are to be authorised, not ${amountMinor}.`);

const refuseRequest = (requestId: string): Decision<never> =>
  refuse("AuthorisationMismatch", `The order never made the request ${requestId}.`);

/** Whether an id is that of a request that the order made before the attempt given. */
const isEarlierRequest = (requestId: string, attempt: number, orderId: string): boolean =>
  Array.from({ length: attempt - 1 }, (_, index) => authorisationRequestIdOf(orderId, index + 1)).includes(requestId);

const authorise = (
  command: RecordAuthorisation,
  order: OrderIn<"Reserved">,
  { streamId }: DecisionContext,
): Decision<OrderEvent> => {
  const { payment } = order;
  const { requestId, authorisationId, amountMinor } = command;
  if (order.fulfilment === "managed" && payment.status !== "none") {
    // What a declined request is said to have brought after all is not wanted any more: the next attempt will ask anew.
    const isOver = payment.status === "declined" && (requestId ?? payment.requestId) === payment.requestId;
    if (isOver || (requestId !== undefined && isEarlierRequest(requestId, payment.attempt, streamId))) {
      return ignore(command, "RequestSuperseded");
    }
    if (requestId !== undefined && requestId !== payment.requestId) return refuseRequest(requestId);
  }
  const expectedMinor = payment.status === "requested" ? payment.amountMinor : dueMinorOf(order);
  return amountMinor === expectedMinor
    ? accept({ type: "PaymentAuthorised", data: { authorisationId, amountMinor } })
    : refuseAmount(command, expectedMinor, order);
};

const repeatAuthorisation = (
  command: RecordAuthorisation,
  order: PlacedOrder,
  { authorisationId, authorisedMinor, attempt }: Authorisation,
  { streamId }: DecisionContext,
): Decision<OrderEvent> => {
  if (authorisationId !== command.authorisationId) {
    // What an earlier request brought after all is not wanted; ignored, it is let go of.
    const isLate =
      order.fulfilment === "managed" &&
      command.requestId !== undefined &&
      isEarlierRequest(command.requestId, attempt, streamId);
    return isLate
      ? ignore(command, "RequestSuperseded")
      : refuse("AuthorisationMismatch", `The order's authorisation is ${authorisationId}.`);
  }
  return command.amountMinor === authorisedMinor ? accept() : refuseAmount(command, authorisedMinor, order);
};

/** Records that an authorisation, or the capture of a shipment, was declined. */
export const recordPaymentFailure = (
  command: RecordPaymentFailure,
  order: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (command.shipmentId !== undefined) return declineCapture(command, command.shipmentId, order, context);
  switch (order.status) {
    case "Placed":
      return refuseNotReserved();
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Reserved":
      return decline(command, order, context);
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return ignore(command, "AlreadyAuthorised");
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return ignore(command, "OrderOver");
    default:
      return unreachable(order);
  }
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

/** Records that nothing can be captured of the authorisation any more. */
export const voidAuthorisation = (command: VoidAuthorisation, order: PlacedOrder): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
      return refuseNotAuthorised();
    case "Authorised":
    case "Fulfilling":
      return refuse("AuthorisationInUse", "The order is going to be paid by its authorisation.");
    case "Completed":
    case "Returning":
      return voidRest(command, order.payment);
    case "Cancelling":
      return order.payment.status === "authorised" ? voidRest(command, order.payment) : refuseNotAuthorised();
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return accept();
    default:
      return unreachable(order);
  }
};

const refuseNotAuthorised = (): Decision<never> => refuse("NotAuthorised", "No payment of the order is authorised.");

const voidRest = (command: VoidAuthorisation, payment: Authorisation): Decision<OrderEvent> => {
  const { authorisationId } = payment;
  if (command.authorisationId !== authorisationId) {
    return refuse("AuthorisationMismatch", `The order's authorisation is ${authorisationId}.`);
  }
  const amountMinor = liveMinorOf(payment);
  return amountMinor === 0 ? accept() : accept({ type: "AuthorisationVoided", data: { authorisationId, amountMinor } });
};
