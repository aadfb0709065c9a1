import type { OrderEventOf } from "../events.ts";
import { isShippingUnpaid, unitsBefore } from "../due.ts";
import { changeLines, isKnownPick, isShipping, quantitiesOf, unpackedUnits } from "../lines.ts";
import { orderBounds } from "../state.ts";
import type { LineUnits, OrderIn, OrderState, ShippingOrder } from "../state.ts";
import type { PackedShipment, PlannedFulfilment } from "../state/shipment.ts";
import { moved } from "../value-order.ts";

type Sendable = OrderIn<"Authorised" | "Fulfilling">;

const nothingPacked = { pickIds: [], shipments: [], shippingPaidBy: null, shippingPaidBack: false, unpacked: [] };

/** The order as one that is being fulfilled; the first step of fulfilment makes it one. */
export const fulfilling = (state: Sendable, at: string): OrderIn<"Fulfilling"> =>
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
    shippingPaidBy: isShippingUnpaid(order) ? shipmentId : order.shippingPaidBy,
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
        capture: { status: "requested", attempt: null, requestedAt: at, owed: [] },
        packedAt: at,
        reported: null,
      },
    ],
  };
};

/** A shipment that is packed and not sent. */
export const findPacked = (state: ShippingOrder, shipmentId: string): PackedShipment | undefined =>
  state.shipments.find(
    (shipment): shipment is PackedShipment => shipment.shipmentId === shipmentId && shipment.status === "Packed",
  );

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
        valueOrder: moved(line.valueOrder, unitsBefore(state, shipmentId, line.lineId), line.packed - left, left),
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
