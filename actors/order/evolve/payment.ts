import { unreachable } from "../../kernel/decision.ts";
import type { OrderEventOf } from "../events.ts";
import type { OrderState, ShippingOrder } from "../state.ts";
import type { Unpaid } from "../state/payment.ts";
import type { Capture } from "../state/shipment.ts";
import { isShipping } from "../lines.ts";

export const authorisationRequested = (
  state: OrderState,
  { data }: OrderEventOf<"AuthorisationRequested">,
  at: string,
): OrderState =>
  state.status === "Reserved"
    ? { ...state, payment: { status: "requested", ...data, requestedAt: at }, updatedAt: at }
    : state;

/** Which attempt an authorisation is the answer to. After a decline, only an external order's next one can be answered. */
const attemptOf = (payment: Unpaid): number => {
  switch (payment.status) {
    case "none":
      return 1;
    case "requested":
      return payment.attempt;
    case "declined":
      return payment.attempt + 1;
    default:
      return unreachable(payment);
  }
};

export const paymentAuthorised = (
  state: OrderState,
  { data }: OrderEventOf<"PaymentAuthorised">,
  at: string,
): OrderState =>
  state.status === "Reserved"
    ? {
        ...state,
        status: "Authorised",
        payment: {
          status: "authorised",
          authorisationId: data.authorisationId,
          attempt: attemptOf(state.payment),
          authorisedMinor: data.amountMinor,
          capturedMinor: 0,
          voidedMinor: 0,
          refundedMinor: 0,
        },
        since: at,
        updatedAt: at,
      }
    : state;

export const paymentDeclined = (
  state: OrderState,
  { data }: OrderEventOf<"PaymentDeclined">,
  at: string,
): OrderState => {
  if (state.status !== "Reserved") return state;
  const { requestId, attempt, code } = data;
  return { ...state, payment: { status: "declined", requestId, attempt, code, declinedAt: at }, updatedAt: at };
};

const changeCapture = (
  state: ShippingOrder,
  shipmentId: string,
  change: (known: Capture) => Capture,
  at: string,
): ShippingOrder => ({
  ...state,
  shipments: state.shipments.map((shipment) =>
    shipment.shipmentId === shipmentId ? { ...shipment, capture: change(shipment.capture) } : shipment,
  ),
  updatedAt: at,
});

/** Whether the capture of a shipment is recorded. */
const isCaptured = (state: ShippingOrder, shipmentId: string): boolean =>
  state.shipments.some((shipment) => shipment.shipmentId === shipmentId && shipment.capture.status === "captured");

const lastAttemptOf = (capture: Capture): number | null => (capture.status === "captured" ? null : capture.attempt);

export const captureRequested = (
  state: OrderState,
  { data: { shipmentId, attempt } }: OrderEventOf<"CaptureRequested">,
  at: string,
): OrderState =>
  isShipping(state) && !isCaptured(state, shipmentId)
    ? changeCapture(state, shipmentId, () => ({ status: "requested", attempt, requestedAt: at }), at)
    : state;

export const captureDeclined = (
  state: OrderState,
  { data: { shipmentId, code } }: OrderEventOf<"CaptureDeclined">,
  at: string,
): OrderState =>
  isShipping(state) && !isCaptured(state, shipmentId)
    ? changeCapture(
        state,
        shipmentId,
        (known) => ({ status: "declined", attempt: lastAttemptOf(known), code, declinedAt: at }),
        at,
      )
    : state;

export const paymentCaptured = (
  state: OrderState,
  { data }: OrderEventOf<"PaymentCaptured">,
  at: string,
): OrderState => {
  const { shipmentId, captureId, amountMinor } = data;
  if (state.status === "Authorised") {
    // Orders of the first kind captured a shipment's value right before its dispatch made the shipment known.
    const payment = { ...state.payment, capturedMinor: state.payment.capturedMinor + amountMinor };
    return { ...state, payment, updatedAt: at };
  }
  if (!isShipping(state) || isCaptured(state, shipmentId)) return state;
  const payment = { ...state.payment, capturedMinor: state.payment.capturedMinor + amountMinor };
  return changeCapture({ ...state, payment }, shipmentId, () => ({ status: "captured", captureId }), at);
};

export const authorisationVoided = (
  state: OrderState,
  { data }: OrderEventOf<"AuthorisationVoided">,
  at: string,
): OrderState => {
  if (isShipping(state)) {
    const payment = { ...state.payment, voidedMinor: state.payment.voidedMinor + data.amountMinor };
    return { ...state, payment, updatedAt: at };
  }
  if (state.status !== "Cancelling" || state.payment.status !== "authorised") return state;
  const payment = { ...state.payment, voidedMinor: state.payment.voidedMinor + data.amountMinor };
  return { ...state, payment, updatedAt: at };
};
