import type { OrderEventOf } from "../events.ts";
import { dueMinorOf } from "../due.ts";
import type { OrderLine, PlacedOrder } from "../state.ts";
import type { Shipment } from "../state/shipment.ts";

// What the order asks the process manager for. Each request has an id that tells it from all others of this order.

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

/** Whether an id is that of a request that the order made before the attempt given. */
export const isEarlierRequest = (requestId: string, attempt: number, orderId: string): boolean =>
  Array.from({ length: attempt - 1 }, (_, index) => authorisationRequestIdOf(orderId, index + 1)).includes(requestId);

/** The id of the request that is made by an attempt to capture a shipment: a late answer tells by it which one it is of. */
export const captureRequestIdOf = (orderId: string, shipmentId: string, attempt: number): string =>
  `${orderId}~${shipmentId}~c${attempt}`;

/** Asks for what a shipment is worth. */
export const requestCaptureOf = (
  { shipmentId, amountMinor }: Pick<Shipment, "shipmentId" | "amountMinor">,
  attempt: number,
): OrderEventOf<"CaptureRequested"> => ({ type: "CaptureRequested", data: { shipmentId, attempt, amountMinor } });

/** What is worth nothing is captured at once: nobody is asked for nothing. */
export const captureOfNothing = (shipmentId: string): OrderEventOf<"PaymentCaptured"> => ({
  type: "PaymentCaptured",
  data: { shipmentId, captureId: shipmentId, amountMinor: 0 },
});

/** Asks for what is due. */
export const requestPayment = (
  orderId: string,
  attempt: number,
  order: PlacedOrder,
): OrderEventOf<"AuthorisationRequested"> => ({
  type: "AuthorisationRequested",
  data: { requestId: authorisationRequestIdOf(orderId, attempt), attempt, amountMinor: dueMinorOf(order) },
});
