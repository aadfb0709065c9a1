import type { OrderEventOf } from "../events.ts";
import { findShipment, isShipping } from "../lines.ts";
import type { OrderState, ShippingOrder } from "../state.ts";
import { liveMinorOf } from "../state/payment.ts";
import type { Authorisation } from "../state/payment.ts";
import { isOwed, isSent, isSettled } from "../state/shipment.ts";
import type { Capture, Owed, Shipment } from "../state/shipment.ts";

const changeShipment = (
  state: ShippingOrder,
  changed: Shipment,
  change: { readonly capture: Capture; readonly amountMinor?: number },
  at: string,
): ShippingOrder => ({
  ...state,
  shipments: state.shipments.map((shipment) => (shipment === changed ? { ...shipment, ...change } : shipment)),
  updatedAt: at,
});

const owedFor = (capture: Capture): readonly Owed[] => (capture.status === "requested" ? capture.owed : []);

export const captureRequested = (
  state: OrderState,
  { data: { shipmentId, attempt } }: OrderEventOf<"CaptureRequested">,
  at: string,
): OrderState => {
  if (!isShipping(state)) return state;
  const known = findShipment(state, shipmentId);
  if (known === undefined || isSettled(known.capture)) return state;
  const owed = [...owedFor(known.capture)];
  return changeShipment(state, known, { capture: { status: "requested", attempt, requestedAt: at, owed } }, at);
};

/** Returns that nothing is owed for any more, and that nothing was captured for, have nothing paid back. */
const withoutEmptyRefunds = (state: ShippingOrder): ShippingOrder => ({
  ...state,
  returns: state.returns.map((known, index) =>
    known.status === "Received" &&
    known.refund.status === "awaited" &&
    known.refund.amountMinor === 0 &&
    !isOwed(state.shipments, index)
      ? { ...known, refund: { status: "none" } }
      : known,
  ),
});

const withoutOwed = (leftMinor: number, { amountMinor }: Owed): number => Math.max(0, leftMinor - amountMinor);

/** What came back of a shipment that was not paid is not to be paid any more. */
export const captureDeclined = (
  state: OrderState,
  { data: { shipmentId, code } }: OrderEventOf<"CaptureDeclined">,
  at: string,
): OrderState => {
  if (!isShipping(state)) return state;
  const known = findShipment(state, shipmentId);
  if (known === undefined || isSettled(known.capture)) return state;
  const capture: Capture = { status: "declined", attempt: known.capture.attempt, code, declinedAt: at };
  const amountMinor = owedFor(known.capture).reduce(withoutOwed, known.amountMinor);
  return withoutEmptyRefunds(changeShipment(state, known, { capture, amountMinor }, at));
};

/** Nothing is to be paid any more for a shipment that has left. */
export const captureWaived = (state: OrderState, { data }: OrderEventOf<"CaptureWaived">, at: string): OrderState => {
  if (!isShipping(state)) return state;
  const known = findShipment(state, data.shipmentId);
  return known?.capture.status === "declined" && isSent(known)
    ? changeShipment(state, known, { capture: { status: "waived" }, amountMinor: 0 }, at)
    : state;
};

const withOwed = (returns: ShippingOrder["returns"], owed: readonly Owed[]): ShippingOrder["returns"] =>
  returns.map((known, index) => {
    if (known.status !== "Received" || known.refund.status !== "awaited") return known;
    const amountMinor = owed.reduce(
      (sum, part) => (part.return === index ? sum + part.amountMinor : sum),
      known.refund.amountMinor,
    );
    return { ...known, refund: { status: "awaited", amountMinor } };
  });

const withCaptured = (payment: Authorisation, amountMinor: number): Authorisation => ({
  ...payment,
  capturedMinor: payment.capturedMinor + amountMinor,
});

/** What is owed for a shipment is due once it is captured. No decider captures more than is authorised. */
export const paymentCaptured = (
  state: OrderState,
  { data }: OrderEventOf<"PaymentCaptured">,
  at: string,
): OrderState => {
  const { shipmentId, captureId, amountMinor } = data;
  if (state.status !== "Authorised" && !isShipping(state)) return state;
  if (amountMinor > liveMinorOf(state.payment)) return state;
  const payment = withCaptured(state.payment, amountMinor);
  if (state.status === "Authorised") return { ...state, payment, updatedAt: at };
  const known = findShipment(state, shipmentId);
  // Orders of the first kind captured a shipment's value right before its dispatch made the shipment known.
  if (known === undefined) return { ...state, payment, updatedAt: at };
  if (isSettled(known.capture)) return state;
  const returns = withOwed(state.returns, owedFor(known.capture));
  return changeShipment({ ...state, payment, returns }, known, { capture: { status: "captured", captureId } }, at);
};
