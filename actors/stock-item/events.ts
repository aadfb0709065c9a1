import { z } from "zod";
import { decodeStoredEvent, storedAs } from "../kernel/upcasting.ts";
import type { EventOf } from "../kernel/upcasting.ts";

const units = z.int().min(0);
const reservationId = z.string();
/** ISO 8601, UTC, milliseconds; null if the reservation does not expire. */
const expiresAt = z.string().nullable();

/**
 * Every shape in which events of a stock item were ever stored, by event type. What was stored once stays readable for ever,
 * so these schemas are not tightened when the rules for commands are.
 */
export const stockItemEventHistories = {
  StockReceived: storedAs("StockReceived", z.strictObject({ receiptId: z.string(), quantity: units })),
  StockRestocked: storedAs("StockRestocked", z.strictObject({ restockId: z.string(), quantity: units })),
  /** `oversold` is what could not be taken without touching reserved units: it is owed, and later goods repay it. */
  StockAdjusted: storedAs(
    "StockAdjusted",
    z.strictObject({ adjustmentId: z.string(), delta: z.int(), reason: z.string(), oversold: units }),
  ),

  StockReserved: storedAs("StockReserved", z.strictObject({ reservationId, quantity: units })).thenStoredAs(
    z.strictObject({ reservationId, quantity: units, expiresAt }),
    (older) => ({ ...older, expiresAt: null }),
  ),
  /** `quantity` of what was requested is reserved; the rest may follow as a `StockBackordered`. */
  StockPartlyReserved: storedAs(
    "StockPartlyReserved",
    z.strictObject({ reservationId, quantity: units, requested: units, expiresAt }),
  ),
  /** Nothing was reserved, and the reservation id is used up. */
  ReservationDenied: storedAs(
    "ReservationDenied",
    z.strictObject({ reservationId, requested: units, available: units }),
  ),
  /** The reservation waits for `quantity` more units. */
  StockBackordered: storedAs("StockBackordered", z.strictObject({ reservationId, quantity: units, expiresAt })),
  BackorderFilled: storedAs("BackorderFilled", z.strictObject({ reservationId, quantity: units })),

  /** The reservation does not expire any more. */
  ReservationConfirmed: storedAs("ReservationConfirmed", z.strictObject({ reservationId })),
  /**
   * `quantity` is what became available again: 0 if the reservation had not arrived yet, which it then never may. With a
   * `releaseId` it is a part, and the rest of the reservation stays.
   */
  ReservationReleased: storedAs("ReservationReleased", z.strictObject({ reservationId, quantity: units })).thenStoredAs(
    z.strictObject({ reservationId, quantity: units, releaseId: z.string().nullable() }),
    (older) => ({
      ...older,
      releaseId: null,
    }),
  ),
  ReservationExpired: storedAs("ReservationExpired", z.strictObject({ reservationId, quantity: units })),
  StockCommitted: storedAs("StockCommitted", z.strictObject({ reservationId, commitId: z.string(), quantity: units })),

  StockSharded: storedAs("StockSharded", z.strictObject({ shards: z.int().min(1) })),
  /** Units that leave the item for its shards, which receive them one by one. */
  StockAllocated: storedAs(
    "StockAllocated",
    z.strictObject({ allocations: z.array(z.strictObject({ shard: units, quantity: units })) }),
  ),
  /** Units that leave a shard for its item, which receives them. */
  StockRecalled: storedAs("StockRecalled", z.strictObject({ recallId: z.string(), quantity: units })),
} as const;

export type StockItemEventType = keyof typeof stockItemEventHistories;

/** The event of one type. */
export type StockItemEventOf<Type extends StockItemEventType> = EventOf<(typeof stockItemEventHistories)[Type]>;

export type StockItemEvent = { [Type in StockItemEventType]: StockItemEventOf<Type> }[StockItemEventType];

/** Parses a stored event into its shape of today. Throws if it is none, or of a version that this code does not know. */
export const decodeStockItemEvent = (type: string, schemaVersion: number, data: unknown): StockItemEvent =>
  decodeStoredEvent<StockItemEvent>(stockItemEventHistories, type, schemaVersion, data);
