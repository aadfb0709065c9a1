import { unreachable } from "../../kernel/decision.ts";
import type { OrderEventOf } from "../events.ts";
import { changeLines, isShipping, quantitiesOf } from "../lines.ts";
import type { LineUnits, OrderState, ShippingOrder } from "../state.ts";
import type { OrderReturn, Refund, ReturnIn } from "../state/return.ts";
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
  return { ...state, returns: [...state.returns, requested], updatedAt: at };
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

/** Whether nothing of a return came back yet, and it still may. */
const isExpected = (known: OrderReturn): known is ReturnIn<"Requested" | "Approved"> =>
  known.status === "Requested" || known.status === "Approved";

const declined = (
  { returnId, reason, announced, requestedAt, lines }: ReturnIn<"Requested" | "Approved">,
  declineReason: string,
): OrderReturn => ({ status: "Declined", returnId, reason, announced, requestedAt, lines, declineReason });

export const returnDeclined = (state: OrderState, { data }: OrderEventOf<"ReturnDeclined">, at: string): OrderState =>
  isShipping(state)
    ? changeReturn(state, data.returnId, (known) => (isExpected(known) ? declined(known, data.reason) : known), at)
    : state;

/** A parcel that nobody announced never reached its customer; what a customer announced did. */
const rankOf = (status: Shipment["status"], announced: boolean): number => {
  switch (status) {
    case "Delivered":
      return announced ? 0 : 2;
    case "Dispatched":
      return 1;
    case "Failed":
      return announced ? 2 : 0;
    case "Packed":
      return 3;
    default:
      return unreachable(status);
  }
};

/** Says of which shipments returned units were; a shipment of which everything came back is waited for no more. */
const attribute = (shipments: readonly Shipment[], units: readonly LineUnits[], announced: boolean): Shipment[] => {
  const left = new Map(quantitiesOf(units));
  const changed = new Map<string, Shipment>();
  const likely = shipments
    .filter(({ status }) => status !== "Packed")
    .toSorted((a, b) => rankOf(a.status, announced) - rankOf(b.status, announced));
  for (const shipment of likely) {
    const lines = shipment.lines.map((line) => {
      const quantity = Math.min(line.quantity - line.returned, left.get(line.lineId) ?? 0);
      left.set(line.lineId, (left.get(line.lineId) ?? 0) - quantity);
      return { ...line, returned: line.returned + quantity };
    });
    changed.set(shipment.shipmentId, { ...shipment, lines });
  }
  return shipments.map((shipment) => changed.get(shipment.shipmentId) ?? shipment);
};

export const returnReceived = (state: OrderState, { data }: OrderEventOf<"ReturnReceived">, at: string): OrderState => {
  if (!isShipping(state)) return state;
  const known = state.returns.find(({ returnId }) => returnId === data.returnId);
  if (known?.status !== "Approved") return state;
  const { returnId, reason, announced, requestedAt, refundShipping } = known;
  const { lines, deductionMinor } = data;
  return changeReturn(
    {
      ...state,
      lines: changeLines(state.lines, lines, ({ shipped, returned }, quantity) => ({
        returned: Math.min(shipped, returned + quantity),
      })),
      shipments: attribute(state.shipments, lines, announced),
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
      refund: { status: "none" },
    }),
    at,
  );
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
    (refund) => (refund.status === "none" ? { status: "requested", refundId, amountMinor, requestedAt: at } : refund),
    at,
  );
  // A completed order is complete again once the money is back.
  return order.status === "Completed" ? { ...order, status: "Returning", since: at } : order;
};

export const refundIssued = (state: OrderState, { data }: OrderEventOf<"RefundIssued">, at: string): OrderState => {
  if (!isShipping(state)) return state;
  const { refundId, returnId, amountMinor } = data;
  const isOpen = state.returns.some(
    (known) => known.returnId === returnId && known.status === "Received" && known.refund.status === "requested",
  );
  if (!isOpen) return state;
  const payment = { ...state.payment, refundedMinor: state.payment.refundedMinor + amountMinor };
  return changeRefund({ ...state, payment }, returnId, () => ({ status: "issued", refundId, amountMinor }), at);
};
