import { cancellableUnits, isShipping, quantitiesOf } from "./lines.ts";
import { totalMinorOf, valueOfFirst } from "./pricing.ts";
import type { OrderLine, PlacedOrder, ShippingOrder } from "./state.ts";
import { placesBetween } from "./value-order.ts";

/** What units of a line are worth that come after `before` other units of it in its value order, in minor units. */
export const valueOfNext = (line: OrderLine, before: number, quantity: number): number =>
  placesBetween(line.valueOrder, before, before + quantity).reduce(
    (sum, [first, count]) => sum + valueOfFirst(line, first + count) - valueOfFirst(line, first),
    0,
  );

/**
 * How many units of a line come before those of a shipment in its value order. Of a shipment that is not known yet: those of all
 * others.
 */
export const unitsBefore = ({ shipments }: ShippingOrder, shipmentId: string, lineId: string): number => {
  const index = shipments.findIndex((shipment) => shipment.shipmentId === shipmentId);
  const before = index === -1 ? shipments : shipments.slice(0, index);
  return quantitiesOf(before.flatMap(({ lines }) => lines)).get(lineId) ?? 0;
};

/** Whether the next shipment that is packed pays for shipping: not if that was promised back before anybody paid it. */
export const isShippingUnpaid = (order: PlacedOrder): boolean =>
  !isShipping(order) || (order.shippingPaidBy === null && !order.shippingPaidBack);

/** What is to be paid for an order, in minor units: what its shipments cost, and what is neither packed nor cancelled. */
export const dueMinorOf = (order: PlacedOrder): number => {
  const isAnythingLeft = !isShipping(order) || order.lines.some((line) => cancellableUnits(line) > 0);
  const leftMinor = order.lines.reduce(
    (sum, line) => sum + valueOfNext(line, line.packed, line.quantity - line.cancelled - line.packed),
    isAnythingLeft && isShippingUnpaid(order) ? shippingMinorOf(order) : 0,
  );
  return isShipping(order) ? order.shipments.reduce((sum, { amountMinor }) => sum + amountMinor, leftMinor) : leftMinor;
};

/** What shipping costs, with its tax. */
export const shippingMinorOf = ({ shipping }: Pick<PlacedOrder, "shipping">): number =>
  shipping === null ? 0 : totalMinorOf([], shipping);
