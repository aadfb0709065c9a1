import { captureRequestIdOf } from "../../../actors/order/decide/requests.ts";
import type { OrderEventOf } from "../../../actors/order/events.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { liveMinorOf } from "../../../actors/order/state/payment.ts";
import type { Task } from "./task.ts";

/** An order of the first kind was reserved without asking for its payment. */
export const planUnrequestedPayment = (orderId: string, order: OrderState): readonly Task[] =>
  order.status === "Reserved" && order.payment.status === "none" ? [{ kind: "requestPayment", orderId }] : [];

/** The authorisation that the order waits for is asked for. */
export const planAuthorisation = (
  { data: { requestId } }: OrderEventOf<"AuthorisationRequested">,
  orderId: string,
  order: OrderState,
): readonly Task[] => {
  if (order.status !== "Reserved" || order.payment.status !== "requested") return [];
  if (order.payment.requestId !== requestId) return [];
  const { amountMinor } = order.payment;
  return [{ kind: "authorise", orderId, requestId, amountMinor, currency: order.currency }];
};

/** The capture that a packed shipment waits for is asked for; one that was declined is asked for under another id. */
export const planCapture = (
  { data: { shipmentId, attempt } }: OrderEventOf<"CaptureRequested">,
  orderId: string,
  order: OrderState,
): readonly Task[] => {
  if (order.status !== "Fulfilling") return [];
  const shipment = order.shipments.find((candidate) => candidate.shipmentId === shipmentId);
  if (shipment?.capture.status !== "requested" || shipment.amountMinor === 0) return [];
  if (shipment.capture.attempt !== attempt) return [];
  const { authorisationId } = order.payment;
  const { amountMinor } = shipment;
  const requestId = attempt === null ? null : captureRequestIdOf(orderId, shipmentId, attempt);
  return [{ kind: "capture", orderId, requestId, authorisationId, shipmentId, amountMinor, currency: order.currency }];
};

/** What is still authorised of a complete order is let go of. */
export const planVoidOfRest = (orderId: string, order: OrderState): readonly Task[] =>
  (order.status === "Completed" || order.status === "Returning") && liveMinorOf(order.payment) > 0
    ? [{ kind: "voidRest", orderId, authorisationId: order.payment.authorisationId }]
    : [];

/** An authorisation that came too late for its order must not hold the customer's money. */
export const planVoidOfLate = (
  { data: { command, reference } }: OrderEventOf<"MessageIgnored">,
  orderId: string,
  order: OrderState,
): readonly Task[] => {
  if (command !== "RecordAuthorisation") return [];
  switch (order.status) {
    case "Withdrawn":
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return [{ kind: "voidLate", orderId, authorisationId: undefined }];
    case "Reserved":
      // It answers a request that was given up: whatever the order gets, it will be something else.
      return [{ kind: "voidLate", orderId, authorisationId: reference }];
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      // The order's own authorisation is alive, or was used.
      return order.payment.authorisationId === reference
        ? []
        : [{ kind: "voidLate", orderId, authorisationId: reference }];
    default:
      return [];
  }
};
