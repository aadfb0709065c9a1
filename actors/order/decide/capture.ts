import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RecordCapture, RecordPaymentFailure, RequestCapture, WaiveCapture } from "../commands/payment.ts";
import type { OrderEvent } from "../events.ts";
import { findShipment, isUnpacked } from "../lines.ts";
import { refuse, refuseCancelled, refuseUnknownShipment } from "../rejections.ts";
import type { PlacedOrder, ShippingOrder } from "../state.ts";
import { isSent } from "../state/shipment.ts";
import { ignore } from "./late-messages.ts";
import { captureRequestIdOf, requestCaptureOf } from "./requests.ts";
import { settle } from "./settlement.ts";
import { byShippingPhase } from "./shipping-phase.ts";

export const refuseNothingPacked = (): Decision<never> => refuse("NotPacked", "Nothing of the order is packed yet.");

export const refuseCapturePending = (shipmentId: string): Decision<never> =>
  refuse("CapturePending", `What shipment ${shipmentId} is worth is being captured.`);

export const refuseCaptured = (shipmentId: string): Decision<never> =>
  refuse("AlreadyCaptured", `Shipment ${shipmentId} is paid.`);

const refuseWaived = (shipmentId: string): Decision<never> =>
  refuse("CaptureWaived", `What shipment ${shipmentId} is worth was written off.`);

/** Asks again for what a shipment is worth after its capture was declined. */
export const requestCapture = ({ shipmentId }: RequestCapture, order: PlacedOrder): Decision<OrderEvent> =>
  byShippingPhase(order, {
    early: refuseNothingPacked,
    shipping: (shippingOrder) => requestAgain(shipmentId, shippingOrder),
    over: () => refuseCancelled(),
  });

const requestAgain = (shipmentId: string, order: ShippingOrder): Decision<OrderEvent> => {
  const shipment = findShipment(order, shipmentId);
  if (shipment === undefined) return refuseUnknownShipment(shipmentId, order);
  const { capture } = shipment;
  switch (capture.status) {
    case "requested":
    case "captured":
      return accept();
    case "declined":
      return accept(requestCaptureOf(shipment, (capture.attempt ?? 0) + 1));
    case "waived":
      return refuseWaived(shipmentId);
    default:
      return unreachable(capture);
  }
};

/** Records that what a shipment is worth was captured. */
export const recordCapture = (
  command: RecordCapture,
  order: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> =>
  byShippingPhase(order, {
    early: refuseNothingPacked,
    shipping: (shippingOrder) => capture(command, shippingOrder, context),
    over: () => ignore(command, "OrderOver"),
  });

const capture = (
  { shipmentId, captureId, amountMinor }: RecordCapture,
  order: ShippingOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  const shipment = findShipment(order, shipmentId);
  if (shipment === undefined) return refuseUnknownShipment(shipmentId, order);
  if (shipment.capture.status === "waived") return refuseWaived(shipmentId);
  if (shipment.amountMinor !== amountMinor) {
    return refuse(
      "CaptureMismatch",
      `Shipment ${shipmentId} is worth ${shipment.amountMinor} minor units, not ${amountMinor}.`,
    );
  }
  if (shipment.capture.status !== "captured") {
    return settle([{ type: "PaymentCaptured", data: { shipmentId, captureId, amountMinor } }], order, context);
  }
  return shipment.capture.captureId === captureId
    ? accept()
    : refuse("CaptureMismatch", `Shipment ${shipmentId} was captured as ${shipment.capture.captureId}.`);
};

/** Records that the capture of a shipment was declined. */
export const declineCapture = (
  command: RecordPaymentFailure,
  shipmentId: string,
  order: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> =>
  byShippingPhase(order, {
    early: refuseNothingPacked,
    shipping: (shippingOrder) => declineOf(command, shipmentId, shippingOrder, context),
    over: () => ignore(command, "OrderOver"),
  });

const declineOf = (
  command: RecordPaymentFailure,
  shipmentId: string,
  order: ShippingOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  if (isUnpacked(order, shipmentId)) return ignore(command, "AlreadyUnpacked");
  const shipment = findShipment(order, shipmentId);
  if (shipment === undefined) return refuseUnknownShipment(shipmentId, order);
  const { requestId, code } = command;
  const { capture } = shipment;
  if (capture.status === "captured") return ignore(command, "AlreadyCaptured");
  if (capture.status === "waived") return ignore(command, "AlreadyWaived");
  // Who names no request means the one that was made last, and so does any name where that has none.
  const isOfLast =
    requestId === undefined ||
    capture.attempt === null ||
    requestId === captureRequestIdOf(context.streamId, shipmentId, capture.attempt);
  if (!isOfLast) return ignore(command, "RequestSuperseded");
  // A request is declined once: another code for the same answer changes nothing.
  return capture.status === "declined"
    ? accept()
    : settle([{ type: "CaptureDeclined", data: { shipmentId, code } }], order, context);
};

/** Writes off what a shipment is worth that has left and whose capture was declined. */
export const waiveCapture = ({ shipmentId, reason }: WaiveCapture, placed: PlacedOrder): Decision<OrderEvent> =>
  byShippingPhase(placed, {
    early: refuseNothingPacked,
    shipping: (order) => waive(shipmentId, reason, order),
    over: refuseCancelled,
  });

const waive = (shipmentId: string, reason: string, order: ShippingOrder): Decision<OrderEvent> => {
  const shipment = findShipment(order, shipmentId);
  if (shipment === undefined) return refuseUnknownShipment(shipmentId, order);
  switch (shipment.capture.status) {
    case "requested":
      return refuseCapturePending(shipmentId);
    case "captured":
      return refuseCaptured(shipmentId);
    case "declined":
      // Goods that are still here are not given away: unpacked, they can be sold to somebody else.
      return isSent(shipment)
        ? accept({ type: "CaptureWaived", data: { shipmentId, reason } })
        : refuse("NotDispatched", `Shipment ${shipmentId} has not left: have it unpacked, or tell its dispatch first.`);
    case "waived":
      return accept(); // Another reason for the same decision changes nothing.
    default:
      return unreachable(shipment.capture);
  }
};
