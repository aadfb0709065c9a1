import { z } from "zod";
import { decodeStoredEvent, storedAs } from "../kernel/upcasting.ts";
import type { EventOf } from "../kernel/upcasting.ts";

const units = z.int().min(0);

/**
 * Every event of a stock item, by type, with every shape in which it was ever stored. What was stored once stays readable
 * for ever, so these schemas are not tightened when the rules for commands are; another shape is another version.
 */
export const stockItemEventHistories = {
  StockReceived: storedAs("StockReceived", z.strictObject({ receiptId: z.string(), quantity: units })),
  StockReserved: storedAs("StockReserved", z.strictObject({ reservationId: z.string(), quantity: units })),
  /** `quantity` is what became available again: 0 if the reservation had not arrived yet, which it then never may. */
  ReservationReleased: storedAs("ReservationReleased", z.strictObject({ reservationId: z.string(), quantity: units })),
  StockCommitted: storedAs(
    "StockCommitted",
    z.strictObject({ reservationId: z.string(), commitId: z.string(), quantity: units }),
  ),
} as const;

export type StockItemEventType = keyof typeof stockItemEventHistories;

/** The event of one type. */
export type StockItemEventOf<Type extends StockItemEventType> = EventOf<(typeof stockItemEventHistories)[Type]>;

export type StockItemEvent = { [Type in StockItemEventType]: StockItemEventOf<Type> }[StockItemEventType];

/** Parses a stored event and upcasts it to today's shape. Throws if it is none, or of a version that this code does not know. */
export const decodeStockItemEvent = (type: string, schemaVersion: number, data: unknown): StockItemEvent =>
  decodeStoredEvent<StockItemEvent>(stockItemEventHistories, type, schemaVersion, data);
