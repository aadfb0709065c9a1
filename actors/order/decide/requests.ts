import type { OrderEventOf } from "../events.ts";
import { dueMinorOf } from "../lines.ts";
import type { OrderLine, PlacedOrder } from "../state.ts";

/** What the order asks the process manager for. Each request has an id that tells it from all others of this order. */

/** Asks for all open units of the lines. */
export const requestReservation = (
  orderId: string,
  round: number,
  lines: readonly Pick<OrderLine, "lineId" | "sku" | "location" | "open">[],
  backorder: boolean,
): OrderEventOf<"ReservationRequested"> => ({
  type: "ReservationRequested",
  data: {
    reservationId: `${orderId}~r${round}`,
    backorder,
    lines: lines.flatMap(({ lineId, sku, location, open }) =>
      open === 0 ? [] : [{ lineId, sku, location, quantity: open }],
    ),
  },
});

/** The id of the request that is made by an attempt to authorise the payment. */
export const authorisationRequestIdOf = (orderId: string, attempt: number): string => `${orderId}~a${attempt}`;

/** Asks for what is due. */
export const requestPayment = (
  orderId: string,
  attempt: number,
  order: PlacedOrder,
): OrderEventOf<"AuthorisationRequested"> => ({
  type: "AuthorisationRequested",
  data: { requestId: authorisationRequestIdOf(orderId, attempt), attempt, amountMinor: dueMinorOf(order) },
});
