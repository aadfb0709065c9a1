import { z } from "zod";
import { decodeStoredEvent, storedAs } from "../kernel/upcasting.ts";
import type { EventOf } from "../kernel/upcasting.ts";
import { fulfilment } from "./schemas.ts";

const minorUnits = z.int().min(0);

const placedLine = z.strictObject({
  lineId: z.string(),
  sku: z.string(),
  location: z.string(),
  quantity: z.int().min(1),
  unitPriceMinor: minorUnits,
});

/** What was reserved when stock fell short, and what was missing. */
export const shortage = z.strictObject({
  reserved: z.array(z.strictObject({ sku: z.string(), location: z.string(), quantity: z.int().min(0) })),
  short: z.array(
    z.strictObject({ sku: z.string(), location: z.string(), requested: z.int().min(0), available: z.int().min(0) }),
  ),
});

/**
 * Every event of an order, by type, with every shape in which it was ever stored. What was stored once stays readable for
 * ever, so these schemas are not tightened when the rules for commands are; another shape is another version.
 */
export const orderEventHistories = {
  OrderPlaced: storedAs(
    "OrderPlaced",
    z.strictObject({
      customerId: z.string(),
      currency: z.string(),
      fulfilment,
      lines: z.array(placedLine).min(1),
      totalMinor: minorUnits,
    }),
  ),
  LinesReserved: storedAs("LinesReserved", z.strictObject({ reservationId: z.string() })),
  ShortageRaised: storedAs("ShortageRaised", shortage),
  PaymentAuthorised: storedAs(
    "PaymentAuthorised",
    z.strictObject({ authorisationId: z.string(), amountMinor: minorUnits }),
  ),
  PaymentCaptured: storedAs("PaymentCaptured", z.strictObject({ shipmentId: z.string(), amountMinor: minorUnits })),
  ShipmentDispatched: storedAs(
    "ShipmentDispatched",
    z.strictObject({
      shipmentId: z.string(),
      carrier: z.string(),
      trackingNumber: z.string(),
      lineIds: z.array(z.string()).min(1),
    }),
  ),
  ShipmentDelivered: storedAs("ShipmentDelivered", z.strictObject({ shipmentId: z.string() })),
  OrderCompleted: storedAs("OrderCompleted", z.strictObject({})),
  CancellationRequested: storedAs("CancellationRequested", z.strictObject({ reason: z.string() })),
  OrderCancelled: storedAs("OrderCancelled", z.strictObject({ reason: z.string() })),
} as const;

export type OrderEventType = keyof typeof orderEventHistories;

/** The event of one type. */
export type OrderEventOf<Type extends OrderEventType> = EventOf<(typeof orderEventHistories)[Type]>;

export type OrderEvent = { [Type in OrderEventType]: OrderEventOf<Type> }[OrderEventType];

/** Parses a stored event and upcasts it to today's shape. Throws if it is none, or of a version that this code does not know. */
export const decodeOrderEvent = (type: string, schemaVersion: number, data: unknown): OrderEvent =>
  decodeStoredEvent<OrderEvent>(orderEventHistories, type, schemaVersion, data);
