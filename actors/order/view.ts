import { z } from "zod";
import { unreachable } from "../kernel/decision.ts";
import { currencyExponentOf } from "./currency.ts";
import { dueMinorOf } from "./due.ts";
import { isSale } from "./sale/state.ts";
import { saleListRow, saleListRowSchema, saleStatuses, saleView, saleViewSchema } from "./sale/view.ts";
import type { OrderLine, OrderState, PlacedOrder, ShippingOrder, StockedOrder } from "./state.ts";
import type { Payment } from "./state/payment.ts";
import type { OrderReturn } from "./state/return.ts";
import type { Shipment } from "./state/shipment.ts";
import { orderListRowSchema, orderStatuses, orderViewSchema } from "./view/schema.ts";
import type { OrderListRow, OrderView } from "./view/schema.ts";

export { orderListRowSchema, orderViewSchema } from "./view/schema.ts";
export type { OrderListRow, OrderView } from "./view/schema.ts";

/** Every status of an order or a sale that callers can see. */
export const orderStatus = z.enum([...orderStatuses, ...saleStatuses]);

/** One order or one sale in a list. */
export const anyListRowSchema = z.discriminatedUnion("status", [orderListRowSchema, saleListRowSchema]);
export type AnyListRow = z.output<typeof anyListRowSchema>;

/** One order or one sale as callers see it. */
export const anyViewSchema = z.discriminatedUnion("status", [orderViewSchema, saleViewSchema]);
export type AnyView = z.output<typeof anyViewSchema>;

const noMoney = { authorisationId: null, authorisedMinor: 0, capturedMinor: 0, voidedMinor: 0, refundedMinor: 0 };

const paymentView = (payment: Payment): NonNullable<OrderView["payment"]> => {
  switch (payment.status) {
    case "none":
      return { status: "none", attempt: 0, declineCode: null, ...noMoney };
    case "requested":
      return { status: "requested", attempt: payment.attempt, declineCode: null, ...noMoney };
    case "declined":
      return { status: "declined", attempt: payment.attempt, declineCode: payment.code, ...noMoney };
    case "authorised":
      return { declineCode: null, ...payment };
    default:
      return unreachable(payment);
  }
};

const captureView = ({ capture }: Shipment): OrderView["shipments"][number]["capture"] => ({
  status: capture.status,
  captureId: capture.status === "captured" ? capture.captureId : null,
  declineCode: capture.status === "declined" ? capture.code : null,
});

const shipmentView = (shipment: Shipment): OrderView["shipments"][number] => {
  const { shipmentId, fulfilmentId, status, lines, amountMinor, packedAt } = shipment;
  const packed = { shipmentId, fulfilmentId, status, lines, amountMinor, capture: captureView(shipment), packedAt };
  if (shipment.status === "Packed") {
    return { ...packed, carrier: null, trackingNumber: null, failures: 0, dispatchedAt: null, deliveredAt: null };
  }
  const { carrier, trackingNumber, dispatchedAt } = shipment;
  return {
    ...packed,
    carrier,
    trackingNumber,
    failures: shipment.status === "Failed" ? shipment.failures : 0,
    dispatchedAt,
    deliveredAt: shipment.status === "Delivered" ? shipment.deliveredAt : null,
  };
};

const returnView = (known: OrderReturn): OrderView["returns"][number] => {
  const { returnId, status, reason, announced, requestedAt } = known;
  const asked = { returnId, status, reason, announced, requestedAt };
  const open = { refundShipping: null, declineReason: null, deductionMinor: null, refund: null };
  switch (known.status) {
    case "Requested":
      return { ...asked, ...open, lines: unsorted(known.lines) };
    case "Approved":
      return { ...asked, ...open, lines: unsorted(known.lines), refundShipping: known.refundShipping };
    case "Declined":
      return { ...asked, ...open, lines: unsorted(known.lines), declineReason: known.declineReason };
    case "Received": {
      const { lines, refundShipping, deductionMinor, refund } = known;
      return {
        ...asked,
        ...open,
        lines,
        refundShipping,
        deductionMinor,
        refund:
          refund.status === "none" || refund.status === "awaited"
            ? null
            : { refundId: refund.refundId, status: refund.status, amountMinor: refund.amountMinor },
      };
    }
    default:
      return unreachable(known);
  }
};

/** Lines of which nobody has looked at the condition yet. */
const unsorted = (lines: readonly { lineId: string; quantity: number }[]) =>
  lines.map((line) => ({ ...line, condition: null }));

/** Which parts an order has depends on its status. */
type Parts = Pick<
  OrderView,
  | "reservationId"
  | "backorder"
  | "shortage"
  | "payment"
  | "fulfilments"
  | "shipments"
  | "returns"
  | "cancelCause"
  | "cancelReason"
>;

const noParts: Parts = {
  reservationId: null,
  backorder: false,
  shortage: null,
  payment: null,
  fulfilments: [],
  shipments: [],
  returns: [],
  cancelCause: null,
  cancelReason: null,
};

const stockParts = ({ reservation, shortageChoice }: StockedOrder): Parts =>
  reservation === null
    ? { ...noParts, backorder: shortageChoice === "wait" }
    : { ...noParts, reservationId: reservation.reservationId, backorder: reservation.backorder };

const shippingParts = (state: ShippingOrder): Parts => ({
  ...stockParts(state),
  payment: paymentView(state.payment),
  fulfilments: state.fulfilments,
  shipments: state.shipments.map(shipmentView),
  returns: state.returns.map(returnView),
});

const partsOf = (state: PlacedOrder): Parts => {
  switch (state.status) {
    case "Placed":
      return stockParts(state);
    case "AwaitingCustomer":
      return { ...stockParts(state), shortage: state.shortage };
    case "Reserved":
    case "Authorised":
      return { ...stockParts(state), payment: paymentView(state.payment) };
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return shippingParts(state);
    case "Cancelling": {
      const { payment, cause, reason } = state;
      return { ...stockParts(state), payment: paymentView(payment), cancelCause: cause, cancelReason: reason };
    }
    case "Cancelled":
      return { ...noParts, cancelReason: state.reason };
    case "Rejected":
      return { ...noParts, cancelCause: state.cause, cancelReason: state.reason };
    case "Expired":
      return { ...noParts, cancelCause: "expired", cancelReason: state.reason };
    default:
      return unreachable(state);
  }
};

const rowOf = (orderId: string, version: number, state: PlacedOrder): OrderListRow => ({
  orderId,
  status: state.status,
  version,
  customerId: state.customerId,
  channel: state.channel,
  currency: state.currency,
  currencyExponent: currencyExponentOf(state.currency),
  totalMinor: state.totalMinor,
  fulfilment: state.fulfilment,
  placedAt: state.placedAt,
  updatedAt: state.updatedAt,
});

const lineView = (line: OrderLine): OrderView["lines"][number] => {
  const { valueOrder: _, ...shown } = line;
  return shown;
};

const viewOf = (orderId: string, version: number, state: PlacedOrder): OrderView => ({
  ...rowOf(orderId, version, state),
  pricesIncludeTax: state.pricesIncludeTax,
  discountMinor: state.discountMinor,
  shipping: state.shipping,
  dueMinor: dueMinorOf(state),
  lines: state.lines.map(lineView),
  ...partsOf(state),
});

/** Whether there is an order to show, as opposed to a sale, to nothing, or to a cancel that came before its order. */
const isPlaced = (state: OrderState): state is PlacedOrder =>
  state.status !== "NotPlaced" && state.status !== "Withdrawn" && !isSale(state);

/**
 * What an order list shows of an order whose state is folded through `version`.
 *
 * @returns undefined for what is no order, or was never placed.
 */
export const orderListRow = (orderId: string, version: number, state: OrderState): OrderListRow | undefined =>
  isPlaced(state) ? rowOf(orderId, version, state) : undefined;

/**
 * What callers see of an order whose state is folded through `version`.
 *
 * @returns undefined for what is no order, or was never placed.
 */
export const orderView = (orderId: string, version: number, state: OrderState): OrderView | undefined =>
  isPlaced(state) ? viewOf(orderId, version, state) : undefined;

/** What a list shows of an order or a sale; undefined for what was never placed. */
export const anyListRow = (streamId: string, version: number, state: OrderState): AnyListRow | undefined =>
  isSale(state) ? saleListRow(streamId, version, state) : orderListRow(streamId, version, state);

/** What callers see of an order or a sale; undefined for what was never placed. */
export const anyView = (streamId: string, version: number, state: OrderState): AnyView | undefined =>
  isSale(state) ? saleView(streamId, version, state) : orderView(streamId, version, state);
