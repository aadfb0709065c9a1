import type { OrderEventOf } from "../events.ts";
import { changeLines, isKnownPick, isShipping, quantitiesOf, takeHolds, unpackedUnits, valueOfNext } from "../lines.ts";
import { orderBounds } from "../state.ts";
import type { LineUnits, OrderIn, OrderLine, OrderState, ShippingOrder } from "../state.ts";
import type { PackedShipment, PlannedFulfilment, SentShipment } from "../state/shipment.ts";
import { cameBack } from "../state/shipment.ts";
import { moved } from "../value-order.ts";

type Sendable = OrderIn<"Authorised" | "Fulfilling">;

const nothingPacked = { pickIds: [], shipments: [], shippingPaidBy: null, unpacked: [] };

/** The order as one that is being fulfilled; the first step of fulfilment makes it one. */
const fulfilling = (state: Sendable, at: string): OrderIn<"Fulfilling"> =>
  state.status === "Fulfilling"
    ? { ...state, updatedAt: at }
    : { ...state, status: "Fulfilling", fulfilments: [], ...nothingPacked, returns: [], since: at, updatedAt: at };

export const fulfilmentPlanned = (
  state: OrderState,
  { data }: OrderEventOf<"FulfilmentPlanned">,
  at: string,
): OrderState => {
  if (state.status !== "Authorised" && state.status !== "Fulfilling") return state;
  const order = fulfilling(state, at);
  if (order.fulfilments.length > 0) return state;
  return {
    ...order,
    fulfilments: data.fulfilments.map(({ fulfilmentId, location, lines }) => ({
      fulfilmentId,
      location,
      lines: lines.map(({ lineId, quantity }) => ({ lineId, planned: quantity, picked: 0, packed: 0 })),
    })),
  };
};

type PlannedLine = PlannedFulfilment["lines"][number];

const changePlan = (
  fulfilments: readonly PlannedFulfilment[],
  fulfilmentId: string | null,
  units: readonly LineUnits[],
  change: (line: PlannedLine, quantity: number) => Partial<PlannedLine>,
): PlannedFulfilment[] => {
  const quantities = quantitiesOf(units);
  return fulfilments.map((fulfilment) =>
    fulfilment.fulfilmentId === fulfilmentId
      ? {
          ...fulfilment,
          lines: fulfilment.lines.map((line) => ({ ...line, ...change(line, quantities.get(line.lineId) ?? 0) })),
        }
      : fulfilment,
  );
};

export const linesPicked = (state: OrderState, { data }: OrderEventOf<"LinesPicked">, at: string): OrderState =>
  state.status === "Fulfilling" && !isKnownPick(state, data.pickId)
    ? {
        ...state,
        pickIds: data.pickId === null ? state.pickIds : [...state.pickIds, data.pickId].slice(-orderBounds.knownPicks),
        fulfilments: changePlan(state.fulfilments, data.fulfilmentId, data.lines, ({ planned, picked }, quantity) => ({
          picked: Math.min(planned, picked + quantity),
        })),
        updatedAt: at,
      }
    : state;

export const shipmentPacked = (state: OrderState, { data }: OrderEventOf<"ShipmentPacked">, at: string): OrderState => {
  if (state.status !== "Authorised" && state.status !== "Fulfilling") return state;
  const order = fulfilling(state, at);
  const { shipmentId, fulfilmentId, lines, amountMinor } = data;
  if (order.shipments.some((shipment) => shipment.shipmentId === shipmentId)) return state;
  return {
    ...order,
    shippingPaidBy: order.shippingPaidBy ?? shipmentId,
    lines: changeLines(order.lines, lines, (line, quantity) => ({
      packed: line.packed + Math.min(unpackedUnits(line), quantity),
    })),
    fulfilments: changePlan(order.fulfilments, fulfilmentId, lines, ({ planned, picked, packed }, quantity) => {
      const packedNow = Math.min(planned, packed + quantity);
      // What is packed was picked, whether the warehouse said so or not.
      return { packed: packedNow, picked: Math.max(picked, packedNow) };
    }),
    shipments: [
      ...order.shipments,
      {
        status: "Packed",
        shipmentId,
        fulfilmentId,
        lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity, returned: 0 })),
        amountMinor,
        // The request itself is the next event.
        capture: { status: "requested", attempt: null, requestedAt: at },
        packedAt: at,
        reported: null,
      },
    ],
  };
};

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

const findPacked = (state: ShippingOrder, shipmentId: string): PackedShipment | undefined =>
  state.shipments.find(
    (shipment): shipment is PackedShipment => shipment.shipmentId === shipmentId && shipment.status === "Packed",
  );

/** Where the units of a packed shipment are in the value order of a line: behind those that were packed before it. */
const placeOf = ({ shipments }: ShippingOrder, packedId: string, { lineId, shipped }: OrderLine): number => {
  const index = shipments.findIndex(({ shipmentId }) => shipmentId === packedId);
  const before = index === -1 ? shipments : shipments.slice(0, index);
  const packed = before.filter(({ status }) => status === "Packed").flatMap(({ lines }) => lines);
  return shipped + (quantitiesOf(packed).get(lineId) ?? 0);
};

/** Takes goods out of their parcel: what was packed is as it was before, but for the id, which is used up. */
export const shipmentUnpacked = (
  state: OrderState,
  { data }: OrderEventOf<"ShipmentUnpacked">,
  at: string,
): OrderState => {
  if (!isShipping(state)) return state;
  const packed = findPacked(state, data.shipmentId);
  if (packed === undefined) return state;
  const { shipmentId, fulfilmentId, lines } = packed;
  return {
    ...state,
    lines: changeLines(state.lines, lines, (line, quantity) => {
      const left = Math.max(line.shipped, line.packed - quantity);
      return {
        packed: left,
        valueOrder: moved(line.valueOrder, placeOf(state, shipmentId, line), line.packed - left, left),
      };
    }),
    fulfilments: changePlan(state.fulfilments, fulfilmentId, lines, ({ picked, packed }, quantity) => ({
      packed: Math.max(0, packed - quantity),
      picked: Math.max(0, picked - quantity),
    })),
    shipments: state.shipments.filter((shipment) => shipment !== packed),
    shippingPaidBy: state.shippingPaidBy === shipmentId ? null : state.shippingPaidBy,
    unpacked: [...state.unpacked, { shipmentId, lines: lines.length }],
    updatedAt: at,
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
  const isKnown = order.shipments.some(({ shipmentId }) => shipmentId === shipment.shipmentId);
  return {
    ...order,
    lines: changeLines(order.lines, shipment.lines, (line, quantity) => ({
      reserved: line.reserved - quantity,
      shipped: line.shipped + quantity,
      valueOrder: moved(line.valueOrder, placeOf(order, shipment.shipmentId, line), quantity, line.shipped),
    })),
    holds: takeHolds(order.holds, shipment.lines, "oldest").left,
    shipments: isKnown
      ? order.shipments.map((other) => (other.shipmentId === shipment.shipmentId ? dispatched : other))
      : [...order.shipments, dispatched],
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
