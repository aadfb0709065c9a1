import type { OrderEventOf } from "../events.ts";
import { changeLines, isKnownPick, isShipping, quantitiesOf, takeHolds, unpackedUnits, valueOfNext } from "../lines.ts";
import { orderBounds } from "../state.ts";
import type { LineUnits, OrderIn, OrderState, ShippingOrder } from "../state.ts";
import type { PlannedFulfilment, SentShipment, Shipment } from "../state/shipment.ts";
import { cameBack } from "../state/shipment.ts";

type Sendable = OrderIn<"Authorised" | "Fulfilling">;

/** The order as one that is being fulfilled; the first step of fulfilment makes it one. */
const fulfilling = (state: Sendable, at: string): OrderIn<"Fulfilling"> =>
  state.status === "Fulfilling"
    ? { ...state, updatedAt: at }
    : {
        ...state,
        status: "Fulfilling",
        fulfilments: [],
        pickIds: [],
        shipments: [],
        returns: [],
        since: at,
        updatedAt: at,
      };

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
        capture: { status: "requested", requestedAt: at },
        packedAt: at,
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
): { readonly order: OrderIn<"Fulfilling">; readonly shipment: Shipment } => {
  const order = fulfilling(state, at);
  const ids = new Set(lineIds);
  const sent = order.lines.filter((line) => ids.has(line.lineId) && unpackedUnits(line) > 0);
  const lines = sent.map((line) => ({ lineId: line.lineId, quantity: unpackedUnits(line), returned: 0 }));
  return {
    order: {
      ...order,
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
    },
  };
};

const sent = (
  order: ShippingOrder,
  shipment: Shipment,
  { carrier, trackingNumber }: OrderEventOf<"ShipmentDispatched">["data"],
  at: string,
): ShippingOrder => {
  const dispatched: SentShipment = { ...shipment, status: "Dispatched", carrier, trackingNumber, dispatchedAt: at };
  const isKnown = order.shipments.some(({ shipmentId }) => shipmentId === shipment.shipmentId);
  return {
    ...order,
    lines: changeLines(order.lines, shipment.lines, ({ reserved, shipped }, quantity) => ({
      reserved: reserved - quantity,
      shipped: shipped + quantity,
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
