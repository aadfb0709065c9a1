import type { OrderEventOf } from "../events.ts";
import { unitsBefore, valueOfNext } from "../due.ts";
import { changeLines, findShipment, isShipping, takeOldest, unpackedUnits } from "../lines.ts";
import type { OrderIn, OrderState, ShippingOrder } from "../state.ts";
import { cameBack, isSent } from "../state/shipment.ts";
import type { PackedShipment, SentShipment } from "../state/shipment.ts";
import { moved } from "../value-order.ts";
import { findPacked, fulfilling } from "./fulfilment.ts";

/** What is known of a shipment as it leaves. */
type Parcel = Omit<PackedShipment, "status" | "reported">;

/** Lines that were sent whole at the moment they were packed and captured, as version 1 of the event told it. */
const packedWhole = (
  order: OrderIn<"Fulfilling">,
  shipmentId: string,
  lineIds: readonly string[],
  at: string,
): { readonly order: ShippingOrder; readonly parcel: Parcel } => {
  const ids = new Set(lineIds);
  const sent = order.lines.filter((line) => ids.has(line.lineId) && unpackedUnits(line) > 0);
  const lines = sent.map((line) => ({ lineId: line.lineId, quantity: unpackedUnits(line), returned: 0 }));
  return {
    order: {
      ...order,
      shippingPaidBy: order.shippingPaidBy ?? shipmentId,
      lines: changeLines(order.lines, lines, ({ packed }, quantity) => ({ packed: packed + quantity })),
    },
    parcel: {
      shipmentId,
      fulfilmentId: null,
      lines,
      amountMinor: sent.reduce((sum, line) => sum + valueOfNext(line, line.packed, unpackedUnits(line)), 0),
      capture: { status: "captured", captureId: shipmentId },
      packedAt: at,
    },
  };
};

const sent = (
  order: ShippingOrder,
  { shipmentId, fulfilmentId, lines, amountMinor, capture, packedAt }: Parcel,
  { carrier, trackingNumber }: OrderEventOf<"ShipmentDispatched">["data"],
  at: string,
): ShippingOrder => {
  const dispatched: SentShipment = {
    status: "Dispatched",
    shipmentId,
    fulfilmentId,
    lines,
    amountMinor,
    capture,
    packedAt,
    carrier,
    trackingNumber,
    dispatchedAt: at,
  };
  const others = order.shipments.filter((other) => other.shipmentId !== shipmentId);
  return {
    ...order,
    lines: changeLines(order.lines, lines, (line, quantity) => ({
      reserved: line.reserved - quantity,
      shipped: line.shipped + quantity,
      valueOrder: moved(line.valueOrder, unitsBefore(order, shipmentId, line.lineId), quantity, line.shipped),
    })),
    holds: takeOldest(order.holds, lines).left,
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
  const order = fulfilling(state, at);
  const known = findShipment(order, shipmentId);
  if (known?.status === "Packed") return sent(order, known, data, at);
  if (known !== undefined || !("whole" in lines)) return state;
  const whole = packedWhole(order, shipmentId, lines.whole, at);
  return sent(whole.order, whole.parcel, data, at);
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
