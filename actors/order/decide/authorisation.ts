import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RecordAuthorisation, VoidAuthorisation } from "../commands/payment.ts";
import type { OrderEvent } from "../events.ts";
import { dueMinorOf } from "../due.ts";
import { refuse, refuseCancelled } from "../rejections.ts";
import { orderBounds } from "../state.ts";
import type { OrderIn, PlacedOrder } from "../state.ts";
import { liveMinorOf } from "../state/payment.ts";
import type { Authorisation } from "../state/payment.ts";
import { ignore } from "./late-messages.ts";
import { byPaymentPhase } from "./payment-phase.ts";
import { isEarlierRequest, requestPayment } from "./requests.ts";

/** Asks for the payment again after it was declined. */
export const requestAuthorisation = (placed: PlacedOrder, { streamId }: DecisionContext): Decision<OrderEvent> =>
  byPaymentPhase(placed, {
    reserved: (order) =>
      order.fulfilment === "managed"
        ? requestAgain(order, streamId)
        : refuse("ExternalOrder", "The payment of an external order is asked for elsewhere."),
    authorised: () => refuse("AlreadyAuthorised", "The payment of the order is authorised."),
    over: refuseCancelled,
  });

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
  placed: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> =>
  byPaymentPhase(placed, {
    reserved: (order) => authorise(command, order, context),
    authorised: (order) => repeatAuthorisation(command, order, order.payment, context),
    over: (order) =>
      order.status === "Cancelling" &&
      order.payment.status === "authorised" &&
      order.payment.authorisationId === command.authorisationId
        ? repeatAuthorisation(command, order, order.payment, context)
        : ignore(command, "OrderOver"),
  });

const refuseAmount = (
  { amountMinor }: RecordAuthorisation,
  expectedMinor: number,
  { currency }: PlacedOrder,
): Decision<never> =>
  refuse("AmountMismatch", `${expectedMinor} minor units of ${currency} are to be authorised, not ${amountMinor}.`);

export const refuseRequest = (requestId: string): Decision<never> =>
  refuse("AuthorisationMismatch", `The order never made the request ${requestId}.`);

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
