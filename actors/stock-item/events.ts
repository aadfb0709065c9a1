import { z } from "zod";

const units = z.int().min(0);

/**
 * The data of every event of a stock item, by event type, as stored in schema version 1. What was stored once stays
 * readable for ever, so these schemas are not tightened when the rules for commands are.
 */
export const stockItemEventSchemas = {
  StockReceived: z.strictObject({ receiptId: z.string(), quantity: units }),
  StockReserved: z.strictObject({ reservationId: z.string(), quantity: units }),
  /** `quantity` is what became available again: 0 if the reservation had not arrived yet, which it then never may. */
  ReservationReleased: z.strictObject({ reservationId: z.string(), quantity: units }),
  StockCommitted: z.strictObject({ reservationId: z.string(), commitId: z.string(), quantity: units }),
} as const;

export type StockItemEventType = keyof typeof stockItemEventSchemas;

/** The event of one type. */
export type StockItemEventOf<Type extends StockItemEventType> = {
  readonly type: Type;
  readonly data: Readonly<z.output<(typeof stockItemEventSchemas)[Type]>>;
};

export type StockItemEvent = { [Type in StockItemEventType]: StockItemEventOf<Type> }[StockItemEventType];

const storedStockItemEvent: z.ZodType<StockItemEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("StockReceived"), data: stockItemEventSchemas.StockReceived }),
  z.object({ type: z.literal("StockReserved"), data: stockItemEventSchemas.StockReserved }),
  z.object({ type: z.literal("ReservationReleased"), data: stockItemEventSchemas.ReservationReleased }),
  z.object({ type: z.literal("StockCommitted"), data: stockItemEventSchemas.StockCommitted }),
]);

/** Every event of a stock item is written in this version today; a change of shape raises it and adds an upcaster. */
export const stockItemEventSchemaVersion = 1;

/** Parses a stored event. Throws if it is none, or of a version that this code does not know. */
export const decodeStockItemEvent = (type: string, schemaVersion: number, data: unknown): StockItemEvent => {
  if (schemaVersion !== stockItemEventSchemaVersion) {
    throw new Error(`Schema version ${schemaVersion} of the stock item event ${type} is unknown.`);
  }
  return storedStockItemEvent.parse({ type, data });
};
