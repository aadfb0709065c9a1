import type { OrderEventOf } from "../events.ts";
import { unitsBefore, valueOfNext } from "../due.ts";
import { changeLines, isShipping, takeHolds, unpackedUnits } from "../lines.ts";
import type { OrderIn, OrderState, ShippingOrder } from "../state.ts";
import { cameBack, isSent } from "../state/shipment.ts";
import type { PackedShipment, SentShipment } from "../state/shipment.ts";
import { moved } from "../value-order.ts";
import { findPacked, fulfilling } from "./fulfilment.ts";
import type { Sendable } from "./fulfilment.ts";

/** Lines that were sent whole at the moment they were packed and captured, as version 1 of the event told it. */
const packedWhole = (
  state: Sendable,
  shipmentId: string,
  lineIds: readonly string[],
  at: string,
): { readonly order: OrderIn<"Fulfilling">; readonly shipment: PackedShipment } => {
  const order = fulfilling(state, at);
  const ids = new Set(lineIds);
  const sent = order.lines.filter((line) => ids.has(line.lineId) && unpackedUnits(line) > 0);
  const lines = sent.map((line) => ({ lineId: line.lineId, quantity: unpackedUnits(line), returned: 0 }));
  return {
    order: {
      ...order,
      shippingPaidBy: order.shippingPaidBy ?? shipmentId,
      lines: changeLines(order.lines, lines, ({ packed }, quantity) => ({ packed: packed + quantity })),
    },
    shipment: {
      status: "Packed",
      shipmentId,
      fulfilmentId: null,
      lines,
      amountMinor: sent.reduce((sum, line) => sum + valueOfNext(line, line.packed, unpackedUnits(line)), 0),
      capture: { status: "captured", captureId: shipmentId },
      packedAt: at,
      reported: null,
    },
  };
};

const sent = (
  order: ShippingOrder,
  shipment: PackedShipment,
  { carrier, trackingNumber }: OrderEventOf<"ShipmentDispatched">["data"],
  at: string,
): ShippingOrder => {
  const { reported: _, ...packed } = shipment;
  const dispatched: SentShipment = { ...packed, status: "Dispatched", carrier, trackingNumber, dispatchedAt: at };
  const others = order.shipments.filter(({ shipmentId }) => shipmentId !== shipment.shipmentId);
  return {
    ...order,
    lines: changeLines(order.lines, shipment.lines, (line, quantity) => ({
      reserved: line.reserved - quantity,
      shipped: line.shipped + quantity,
      valueOrder: moved(line.valueOrder, unitsBefore(order, shipment.shipmentId, line.lineId), quantity, line.shipped),
    })),
    holds: takeHolds(order.holds, shipment.lines, "oldest").left,
    shipments: [...others.filter(isSent), dispatched, ...others.filter((other) => !isSent(other))],
    updatedAt: at,
  };
};

export const shipmentDispatched = (
  state: OrderState,
  { data }: OrderEventOf<"ShipmentDispatched">,
  at: string,
): OrderState => {
  if (state.status !== "Authorised" && state.status !== "Fulfilling") return state;
  const { shipmentId, lines } = data;
  const known =
    state.status === "Fulfilling" ? state.shipments.find((shipment) => shipment.shipmentId === shipmentId) : undefined;
  if (state.status === "Fulfilling" && known?.status === "Packed") return sent(state, known, data, at);
  if (known !== undefined || !("whole" in lines)) return state;
  const { order, shipment } = packedWhole(state, shipmentId, lines.whole, at);
  return sent(order, shipment, data, at);
};

export const deliveryReportedEarly = (
  state: OrderState,
  { data }: OrderEventOf<"DeliveryReportedEarly">,
  at: string,
): OrderState => {
  if (!isShipping(state)) return state;
  const packed = findPacked(state, data.shipmentId);
  if (packed === undefined) return state;
  return {
    ...state,
    shipments: state.shipments.map((shipment) =>
      shipment === packed ? { ...packed, reported: data.outcome } : shipment,
    ),
    updatedAt: at,
  };
};

const underWay = (state: ShippingOrder, shipmentId: string): SentShipment | undefined =>
  state.shipments.find(
    (shipment): shipment is SentShipment =>
      shipment.shipmentId === shipmentId &&
      (shipment.status === "Dispatched" || shipment.status === "Failed") &&
      !cameBack(shipment),
  );

export const shipmentDelivered = (
  state: OrderState,
  { data }: OrderEventOf<"ShipmentDelivered">,
  at: string,
): OrderState => {
  if (!isShipping(state)) return state;
  const arrived = underWay(state, data.shipmentId);
  if (arrived === undefined) return state;
  const { shipmentId, fulfilmentId, lines, amountMinor, capture, packedAt } = arrived;
  const { carrier, trackingNumber, dispatchedAt } = arrived;
  return {
    ...state,
    lines: changeLines(state.lines, lines, ({ delivered }, quantity) => ({ delivered: delivered + quantity })),
    shipments: state.shipments.map((shipment) =>
      shipment === arrived
        ? {
            status: "Delivered",
            shipmentId,
            fulfilmentId,
            lines,
            amountMinor,
            capture,
            packedAt,
            carrier,
            trackingNumber,
            dispatchedAt,
            deliveredAt: at,
          }
        : shipment,
    ),
    updatedAt: at,
  };
};

export const deliveryFailed = (state: OrderState, { data }: OrderEventOf<"DeliveryFailed">, at: string): OrderState => {
  if (!isShipping(state)) return state;
  const failed = underWay(state, data.shipmentId);
  if (failed === undefined) return state;
  const failures = (failed.status === "Failed" ? failed.failures : 0) + 1;
  return {
    ...state,
    shipments: state.shipments.map((shipment) =>
      shipment === failed ? { ...failed, status: "Failed", failures, failedAt: at } : shipment,
    ),
    updatedAt: at,
  };
};
