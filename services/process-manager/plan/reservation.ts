import type { OrderEventOf } from "../../../actors/order/events.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import type { OrderIn, OrderState } from "../../../actors/order/state.ts";
import { planFulfilment } from "./fulfilment.ts";
import { sumByHold, sumByStockItem } from "./stock-quantities.ts";
import type { Task } from "./task.ts";

/** Whether this is the reservation that the order waits for. */
export const isAwaited = (order: OrderState, reservationId: string): order is OrderIn<"Placed"> =>
  order.status === "Placed" && order.reservation?.reservationId === reservationId;

/**
 * In how many places more than one for each item an order of so many lines can record its stock, of which it records a hold by line
 * and place: each line has one, each further place makes for one more, and each line that is short may wait for another one.
 */
const sparePlaces = (lines: number): number => orderBounds.holds - 2 * lines;

/**
 * An order of the first kind was placed without requesting its reservation. It is made for it under the order's own id, as
 * it was then.
 */
export const planUnrequestedReservation = (orderId: string, order: OrderState): readonly Task[] =>
  order.status === "Placed" && order.reservation === null
    ? [
        {
          kind: "reserve",
          orderId,
          reservationId: orderId,
          backorder: false,
          channel: order.channel,
          items: sumByStockItem(order.lines.map(({ sku, location, open }) => ({ sku, location, quantity: open }))),
          sparePlaces: sparePlaces(order.lines.length),
        },
      ]
    : [];

/**
 * A reservation that was requested is made. If the order has it, asks for another one by now, or is over, a run of this event
 * that died may have left units that the order knows nothing of.
 */
export const planReservation = (
  { data: { reservationId, backorder, lines } }: OrderEventOf<"ReservationRequested">,
  orderId: string,
  order: OrderState,
): readonly Task[] =>
  isAwaited(order, reservationId)
    ? [
        {
          kind: "reserve",
          orderId,
          reservationId,
          backorder,
          channel: order.channel,
          items: sumByStockItem(lines),
          sparePlaces: sparePlaces(lines.length),
        },
      ]
    : [{ kind: "settle", orderId, reservationId, items: sumByStockItem(lines) }];

/** Reservations for lines that are no more are given back, whatever became of the order since. */
export const planAmendment = ({ data: { superseded } }: OrderEventOf<"OrderAmended">): readonly Task[] =>
  superseded.length === 0 ? [] : [{ kind: "release", reservations: superseded }];

/** An order that waits for more keeps what it has: it would expire meanwhile. */
export const planWait = (
  { data: { choice } }: OrderEventOf<"ShortageResolved">,
  orderId: string,
  order: OrderState,
): readonly Task[] => {
  if (choice !== "wait" || order.status !== "Placed") return [];
  const holds = sumByHold(order.holds);
  return holds.length === 0 ? [] : [{ kind: "confirm", orderId, holds }];
};

/**
 * Units that were cancelled go back. An order that was authorised, but not planned yet, is planned without them: a plan for
 * what it was before may just have been refused.
 */
export const planCancelledLines = (
  { data: { releases } }: OrderEventOf<"LinesCancelled">,
  orderId: string,
  order: OrderState,
): readonly Task[] => [
  ...(releases.length === 0 ? [] : [{ kind: "releaseParts" as const, parts: sumByHold(releases) }]),
  ...planFulfilment(orderId, order),
];
