import type {
  CancellableOrder,
  Hold,
  LineUnits,
  OrderLine,
  OrderState,
  PlacedOrder,
  ShippingOrder,
  StockedOrder,
} from "./state.ts";
import type { Shipment } from "./state/shipment.ts";

/** Units of a line that are reserved and not packed yet. */
export const unpackedUnits = ({ reserved, packed, shipped }: OrderLine): number => reserved - (packed - shipped);

/** Units of a line that can still be cancelled: packed ones can only be returned, unless they are unpacked. */
export const cancellableUnits = (line: OrderLine): number => line.open + unpackedUnits(line);

/** Whether anything of the order is packed, or has left. */
export const isAnythingPacked = ({ lines }: Pick<PlacedOrder, "lines">): boolean =>
  lines.some(({ packed }) => packed > 0);

/** Quantities by line id. */
export const quantitiesOf = (units: readonly LineUnits[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const { lineId, quantity } of units) sums.set(lineId, quantity + (sums.get(lineId) ?? 0));
  return sums;
};

/** Whether two lists name the same quantities of the same lines, in whatever order. */
export const areSameUnits = (some: readonly LineUnits[], others: readonly LineUnits[]): boolean => {
  const quantities = quantitiesOf(others);
  return some.length === others.length && some.every(({ lineId, quantity }) => quantities.get(lineId) === quantity);
};

/** Changes the lines that `units` names, each by the quantity named; a quantity of 0 changes nothing. */
export const changeLines = (
  lines: readonly OrderLine[],
  units: readonly LineUnits[],
  change: (line: OrderLine, quantity: number) => Partial<OrderLine>,
): OrderLine[] => {
  const quantities = quantitiesOf(units);
  return lines.map((line) => {
    const quantity = quantities.get(line.lineId) ?? 0;
    return quantity === 0 ? line : { ...line, ...change(line, quantity) };
  });
};

/** A quantity at one stock item, under one reservation. */
export type HeldUnits = Omit<Hold, "lineId">;

/** Holds added up by reservation and stock item, in the order in which each comes first. */
export const sumHolds = (holds: readonly HeldUnits[]): HeldUnits[] => {
  const sums = new Map<string, HeldUnits>();
  for (const { reservationId, stockItemId, quantity } of holds) {
    const key = JSON.stringify([reservationId, stockItemId]);
    sums.set(key, { reservationId, stockItemId, quantity: quantity + (sums.get(key)?.quantity ?? 0) });
  }
  return [...sums.values()];
};

interface TakenHolds {
  /** What was taken, by reservation and stock item. */
  readonly taken: HeldUnits[];
  readonly left: Hold[];
}

/**
 * Takes units of lines out of what stock items hold for them, in the order in which it was reserved, as what is sent is. Where
 * less is held than is to be taken, all of it is taken.
 */
export const takeOldest = (holds: readonly Hold[], units: readonly LineUnits[]): TakenHolds => {
  const wanted = new Map(quantitiesOf(units));
  const taken: HeldUnits[] = [];
  const left = holds.flatMap((hold) => {
    const quantity = Math.min(hold.quantity, wanted.get(hold.lineId) ?? 0);
    if (quantity === 0) return [hold];
    wanted.set(hold.lineId, (wanted.get(hold.lineId) ?? 0) - quantity);
    taken.push({ reservationId: hold.reservationId, stockItemId: hold.stockItemId, quantity });
    return quantity === hold.quantity ? [] : [{ ...hold, quantity: hold.quantity - quantity }];
  });
  return { taken: sumHolds(taken), left };
};

/** The same in the opposite order, as what is cancelled is taken. */
export const takeNewest = (holds: readonly Hold[], units: readonly LineUnits[]): TakenHolds => {
  const { taken, left } = takeOldest(holds.toReversed(), units);
  return { taken, left: left.toReversed() };
};

/** The part of units to be cancelled that is reserved: open ones go first. */
export const reservedPartOf = (order: Pick<PlacedOrder, "lines">, units: readonly LineUnits[]): LineUnits[] => {
  const quantities = quantitiesOf(units);
  return order.lines.flatMap((line) => {
    const fromReserved = Math.min((quantities.get(line.lineId) ?? 0) - line.open, unpackedUnits(line));
    return fromReserved > 0 ? [{ lineId: line.lineId, quantity: fromReserved }] : [];
  });
};

/** A reservation at one SKU and location. */
export interface ReservedPlace {
  readonly reservationId: string;
  readonly sku: string;
  readonly location: string;
}

/**
 * Every reservation that a stock item may hold, or may yet be asked for, for a managed order: what is recorded, and what is
 * requested and may be under way. It is what has to be released when the order, or its lines, are given up.
 */
export const reservationsOf = (order: StockedOrder): ReservedPlace[] => {
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  const places = new Map<string, ReservedPlace>();
  const add = (reservationId: string, lineId: string): void => {
    const line = lines.get(lineId);
    if (line === undefined) return;
    const { sku, location } = line;
    places.set(JSON.stringify([reservationId, sku, location]), { reservationId, sku, location });
  };
  for (const { reservationId, lineId } of order.holds) add(reservationId, lineId);
  for (const { lineId } of order.reservation?.lines ?? []) add(order.reservation?.reservationId ?? "", lineId);
  return [...places.values()];
};

/** Whether an order was packed, or may be. */
export const isShipping = (order: OrderState): order is ShippingOrder =>
  order.status === "Fulfilling" || order.status === "Completed" || order.status === "Returning";

export const findShipment = ({ shipments }: ShippingOrder, shipmentId: string): Shipment | undefined =>
  shipments.find((shipment) => shipment.shipmentId === shipmentId);

/** Whether a shipment was taken apart again. */
export const isUnpacked = ({ unpacked }: ShippingOrder, shipmentId: string): boolean =>
  unpacked.some((known) => known.shipmentId === shipmentId);

/** Whether a pick was told before; of one without an id nobody knows. */
export const isKnownPick = ({ pickIds }: ShippingOrder, pickId: string | null | undefined): boolean =>
  typeof pickId === "string" && pickIds.includes(pickId);

/** Whether an order can still be cancelled as a whole: nothing of it is packed. */
export const isCancellable = (order: OrderState): order is CancellableOrder => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
      return true;
    case "Fulfilling":
      return !isAnythingPacked(order);
    default:
      return false;
  }
};

/** The units of lines that a reservation holds. */
export const heldUnder = (holds: readonly Hold[], reservationId: string): LineUnits[] =>
  [...quantitiesOf(holds.filter((hold) => hold.reservationId === reservationId))].map(([lineId, quantity]) => ({
    lineId,
    quantity,
  }));
