import { unreachable } from "../../../actors/kernel/decision.ts";
import { parseStockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { orderOfReservation } from "./reservation-id.ts";
import type { HeldReservation, Task } from "./task.ts";

/** The order that an event of a stock item is about, or undefined if there is nothing to be said to an order. */
export const orderOfStockEvent = (event: StockItemEvent): string | undefined => {
  switch (event.type) {
    case "BackorderFilled":
    case "ReservationExpired":
      return orderOfReservation(event.data.reservationId);
    case "StockReceived":
    case "StockRestocked":
    case "StockAdjusted":
    case "StockReserved":
    case "StockPartlyReserved":
    case "ReservationDenied":
    case "StockBackordered":
    case "ReservationConfirmed":
    case "ReservationReleased":
    case "StockCommitted":
    case "StockSharded":
    case "StockAllocated":
    case "StockRecalled":
      return undefined;
    default:
      return unreachable(event);
  }
};

/** Whether an event leaves more available than was before it. */
export const bringsUnits = (event: StockItemEvent): boolean => {
  switch (event.type) {
    case "StockReceived":
    case "StockRestocked":
      return true;
    case "StockAdjusted":
      return event.data.delta > 0;
    case "ReservationReleased":
    case "ReservationExpired":
      return event.data.quantity > 0;
    default:
      return false;
  }
};

/** Whether an event may leave more needed than was before it. */
const needsUnits = (event: StockItemEvent): boolean =>
  event.type === "StockBackordered" || (event.type === "StockAdjusted" && event.data.oversold > 0);

/**
 * How units move between an item and its shards. What one of them gave up is on its way until the other one has received it. And those
 * who wait at the item, or to whom it owes, come first: whichever comes later, that the item needs units or that a shard has some, makes
 * for a recall.
 */
export const planMovement = (event: StockItemEvent, stockItemId: string, version: number): readonly Task[] => {
  const stream = parseStockStreamId(stockItemId);
  if (stream === undefined) return [];
  const { sku, location, shard } = stream;
  if (event.type === "StockAllocated") {
    const { allocations } = event.data;
    return allocations.length === 0 ? [] : [{ kind: "allocate", sku, location, allocations }];
  }
  if (event.type === "StockRecalled") return [{ kind: "bringBack", sku, location, quantity: event.data.quantity }];
  if (shard === undefined) {
    return needsUnits(event) ? [{ kind: "recall", sku, location, from: "everywhere", version }] : [];
  }
  return bringsUnits(event) ? [{ kind: "recall", sku, location, from: "shard", shard }] : [];
};

/** Whether the order may still be without the stock that has expired: what is authorised keeps, or is rejected. */
const losesStock = (order: OrderState, { reservationId, stockItemId }: HeldReservation): boolean => {
  switch (order.status) {
    case "Placed":
      // It may be about to record what has just expired.
      return order.reservation?.reservationId === reservationId || isHeld(order.holds, { reservationId, stockItemId });
    case "AwaitingCustomer":
    case "Reserved":
      return isHeld(order.holds, { reservationId, stockItemId });
    default:
      return false;
  }
};

const isHeld = (holds: readonly HeldReservation[], held: HeldReservation): boolean =>
  holds.some((hold) => hold.reservationId === held.reservationId && hold.stockItemId === held.stockItemId);

/** What an event of a stock item means for the order that it is about, as that order is now. */
export const planForStockEvent = (
  event: StockItemEvent,
  stockItemId: string,
  orderId: string,
  order: OrderState,
): readonly Task[] => {
  switch (event.type) {
    case "BackorderFilled":
      // Also if the order does not wait for it any more: then what it does not count on is given back.
      return [{ kind: "recordFilled", orderId, held: { reservationId: event.data.reservationId, stockItemId } }];
    case "ReservationExpired":
      return losesStock(order, { reservationId: event.data.reservationId, stockItemId })
        ? [{ kind: "expire", orderId, reason: "The stock was held for as long as it could be." }]
        : [];
    default:
      return [];
  }
};
