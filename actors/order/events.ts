import { z } from "zod";
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
 * The data of every event of an order, by event type, as stored in schema version 1. What was stored once stays readable
 * for ever, so these schemas are not tightened when the rules for commands are.
 */
export const orderEventSchemas = {
  OrderPlaced: z.strictObject({
    customerId: z.string(),
    currency: z.string(),
    fulfilment,
    lines: z.array(placedLine).min(1),
    totalMinor: minorUnits,
  }),
  LinesReserved: z.strictObject({ reservationId: z.string() }),
  ShortageRaised: shortage,
  PaymentAuthorised: z.strictObject({ authorisationId: z.string(), amountMinor: minorUnits }),
  PaymentCaptured: z.strictObject({ shipmentId: z.string(), amountMinor: minorUnits }),
  ShipmentDispatched: z.strictObject({
    shipmentId: z.string(),
    carrier: z.string(),
    trackingNumber: z.string(),
    lineIds: z.array(z.string()).min(1),
  }),
  ShipmentDelivered: z.strictObject({ shipmentId: z.string() }),
  OrderCompleted: z.strictObject({}),
  CancellationRequested: z.strictObject({ reason: z.string() }),
  OrderCancelled: z.strictObject({ reason: z.string() }),
} as const;

export type OrderEventType = keyof typeof orderEventSchemas;

/** The event of one type. */
export type OrderEventOf<Type extends OrderEventType> = {
  readonly type: Type;
  readonly data: Readonly<z.output<(typeof orderEventSchemas)[Type]>>;
};

export type OrderEvent = { [Type in OrderEventType]: OrderEventOf<Type> }[OrderEventType];

const storedOrderEvent: z.ZodType<OrderEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("OrderPlaced"), data: orderEventSchemas.OrderPlaced }),
  z.object({ type: z.literal("LinesReserved"), data: orderEventSchemas.LinesReserved }),
  z.object({ type: z.literal("ShortageRaised"), data: orderEventSchemas.ShortageRaised }),
  z.object({ type: z.literal("PaymentAuthorised"), data: orderEventSchemas.PaymentAuthorised }),
  z.object({ type: z.literal("PaymentCaptured"), data: orderEventSchemas.PaymentCaptured }),
  z.object({ type: z.literal("ShipmentDispatched"), data: orderEventSchemas.ShipmentDispatched }),
  z.object({ type: z.literal("ShipmentDelivered"), data: orderEventSchemas.ShipmentDelivered }),
  z.object({ type: z.literal("OrderCompleted"), data: orderEventSchemas.OrderCompleted }),
  z.object({ type: z.literal("CancellationRequested"), data: orderEventSchemas.CancellationRequested }),
  z.object({ type: z.literal("OrderCancelled"), data: orderEventSchemas.OrderCancelled }),
]);

/** Every event of an order is written in this version today; a change of shape raises it and adds an upcaster. */
export const orderEventSchemaVersion = 1;

/** Parses a stored event. Throws if it is none, or of a version that this code does not know. */
export const decodeOrderEvent = (type: string, schemaVersion: number, data: unknown): OrderEvent => {
  if (schemaVersion !== orderEventSchemaVersion) {
    throw new Error(`Schema version ${schemaVersion} of the order event ${type} is unknown.`);
  }
  return storedOrderEvent.parse({ type, data });
};
