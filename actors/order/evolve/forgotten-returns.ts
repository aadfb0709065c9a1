import { orderBounds } from "../state.ts";
import type { ShippingOrder } from "../state.ts";
import { isOver } from "../state/return.ts";
import type { OrderReturn } from "../state/return.ts";
import type { Shipment } from "../state/shipment.ts";

/** The oldest returns of which nothing is left to do, as many as there is no room for. */
const inTheWay = (returns: readonly OrderReturn[]): ReadonlySet<OrderReturn> => {
  const forgotten = new Set<OrderReturn>();
  let lines = returns.reduce((sum, known) => sum + known.lines.length, 0);
  for (const known of returns.filter(isOver)) {
    if (returns.length - forgotten.size <= orderBounds.returns && lines <= orderBounds.returnedLines) break;
    forgotten.add(known);
    lines -= known.lines.length;
  }
  return forgotten;
};

/** Shipments name what is owed for them by the place of the return, and every return that something is owed with stays. */
const withPlaces = (shipment: Shipment, before: readonly OrderReturn[], after: readonly OrderReturn[]): Shipment => {
  const { capture } = shipment;
  if (capture.status !== "requested") return shipment;
  const owed = capture.owed.flatMap(({ return: place, amountMinor }) => {
    const index = after.findIndex((known) => known === before[place]);
    return index === -1 ? [] : [{ return: index, amountMinor }];
  });
  return { ...shipment, capture: { ...capture, owed } };
};

/** Forgets returns of which nothing is left to do, if others need their room; the history keeps them. */
export const withRoom = (order: ShippingOrder): ShippingOrder => {
  const forgotten = inTheWay(order.returns);
  if (forgotten.size === 0) return order;
  const returns = order.returns.filter((known) => !forgotten.has(known));
  const shipments = order.shipments.map((shipment) => withPlaces(shipment, order.returns, returns));
  return { ...order, returns, shipments };
};
