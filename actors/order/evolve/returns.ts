import { unreachable } from "../../kernel/decision.ts";
import type { OrderEventOf } from "../events.ts";
import { changeLines, isShipping } from "../lines.ts";
import { withRoom } from "./forgotten-returns.ts";
import { withReturned } from "../returned-units.ts";
import type { OrderState, ShippingOrder } from "../state.ts";
import { isExpected } from "../state/return.ts";
import type { OrderReturn, Refund, ReturnIn } from "../state/return.ts";
import { isOwed } from "../state/shipment.ts";
import type { Shipment } from "../state/shipment.ts";

const changeReturn = (
  state: ShippingOrder,
  returnId: string,
  change: (known: OrderReturn) => OrderReturn,
  at: string,
): ShippingOrder => ({
  ...state,
  returns: state.returns.map((known) => (known.returnId === returnId ? change(known) : known)),
  updatedAt: at,
});

export const returnRequested = (
  state: OrderState,
  { data }: OrderEventOf<"ReturnRequested">,
  at: string,
): OrderState => {
  if (!isShipping(state) || state.returns.some(({ returnId }) => returnId === data.returnId)) return state;
  const requested: OrderReturn = { status: "Requested", ...data, requestedAt: at };
  return withRoom({ ...state, returns: [...state.returns, requested], updatedAt: at });
};

export const returnApproved = (state: OrderState, { data }: OrderEventOf<"ReturnApproved">, at: string): OrderState =>
  isShipping(state)
    ? changeReturn(
        state,
        data.returnId,
        (known) =>
          known.status === "Requested"
            ? { ...known, status: "Approved", refundShipping: data.refundShipping, approvedAt: at }
            : known,
        at,
      )
    : state;

const declined = (
  { returnId, reason, announced, requestedAt, lines }: ReturnIn<"Requested" | "Approved">,
  declineReason: string,
): OrderReturn => ({ status: "Declined", returnId, reason, announced, requestedAt, lines, declineReason });

export const returnDeclined = (state: OrderState, { data }: OrderEventOf<"ReturnDeclined">, at: string): OrderState =>
  isShipping(state)
    ? changeReturn(state, data.returnId, (known) => (isExpected(known) ? declined(known, data.reason) : known), at)
    : state;

type Uncaptured = OrderEventOf<"ReturnReceived">["data"]["uncaptured"];

/** What is due for units of a shipment is paid back once it is captured, or not to be paid any more if that was declined. */
const withUncaptured = (shipment: Shipment, uncaptured: Uncaptured, returnIndex: number): Shipment => {
  const part = uncaptured.find(({ shipmentId }) => shipmentId === shipment.shipmentId);
  if (part === undefined) return shipment;
  const { capture } = shipment;
  const amountMinor = Math.min(part.amountMinor, shipment.amountMinor);
  switch (capture.status) {
    case "requested":
      return { ...shipment, capture: { ...capture, owed: [...capture.owed, { return: returnIndex, amountMinor }] } };
    case "declined":
      return { ...shipment, amountMinor: shipment.amountMinor - amountMinor };
    case "captured":
    case "waived":
      return shipment;
    default:
      return unreachable(capture);
  }
};

export const returnReceived = (state: OrderState, { data }: OrderEventOf<"ReturnReceived">, at: string): OrderState => {
  if (!isShipping(state)) return state;
  const index = state.returns.findIndex(({ returnId }) => returnId === data.returnId);
  const known = state.returns[index];
  if (known?.status !== "Approved") return state;
  const { returnId, reason, announced, requestedAt, refundShipping } = known;
  const { lines, deductionMinor, uncaptured } = data;
  const refundMinor = data.refundMinor ?? 0;
  const shipments = withReturned(state.shipments, lines, announced).map((shipment) =>
    withUncaptured(shipment, uncaptured, index),
  );
  const isAwaited = refundMinor > 0 || isOwed(shipments, index);
  const received = changeReturn(
    {
      ...state,
      lines: changeLines(state.lines, lines, ({ shipped, returned }, quantity) => ({
        returned: Math.min(shipped, returned + quantity),
      })),
      shipments,
      shippingPaidBack: state.shippingPaidBack || refundShipping,
    },
    returnId,
    () => ({
      status: "Received",
      returnId,
      reason,
      announced,
      requestedAt,
      lines,
      refundShipping,
      deductionMinor,
      refund: isAwaited ? { status: "awaited", amountMinor: refundMinor } : { status: "none" },
    }),
    at,
  );
  return withRoom(received);
};

const changeRefund = (
  state: ShippingOrder,
  returnId: string,
  change: (refund: Refund) => Refund,
  at: string,
): ShippingOrder =>
  changeReturn(
    state,
    returnId,
    (known) => (known.status === "Received" ? { ...known, refund: change(known.refund) } : known),
    at,
  );

export const refundRequested = (
  state: OrderState,
  { data }: OrderEventOf<"RefundRequested">,
  at: string,
): OrderState => {
  if (!isShipping(state)) return state;
  const { refundId, returnId, amountMinor } = data;
  const order = changeRefund(
    state,
    returnId,
    (refund) =>
      refund.status === "none" || refund.status === "awaited"
        ? { status: "requested", refundId, amountMinor, requestedAt: at }
        : refund,
    at,
  );
  // A completed order is complete again once the money is back.
  return order.status === "Completed" ? { ...order, status: "Returning", since: at } : order;
};

export const refundIssued = (state: OrderState, { data }: OrderEventOf<"RefundIssued">, at: string): OrderState => {
  if (!isShipping(state)) return state;
  const { returnId } = data;
  const known = state.returns.find((candidate) => candidate.returnId === returnId);
  if (known?.status !== "Received" || known.refund.status !== "requested") return state;
  const { refundId, amountMinor } = known.refund;
  const payment = { ...state.payment, refundedMinor: state.payment.refundedMinor + amountMinor };
  return changeRefund({ ...state, payment }, returnId, () => ({ status: "issued", refundId, amountMinor }), at);
};
