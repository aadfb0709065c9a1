import { z } from "zod";
import { storedAs } from "../../kernel/upcasting.ts";
import { lineUnits, shortageChoice, units } from "./shapes.ts";

const requested = z.strictObject({
  reservationId: z.string(),
  /** Whether units that are not there are waited for. */
  backorder: z.boolean(),
  lines: z
    .array(z.strictObject({ lineId: z.string(), sku: z.string(), location: z.string(), quantity: z.int().min(1) }))
    .min(1),
});

const reservedLine = z.strictObject({
  lineId: z.string(),
  /** The units that this event adds. */
  quantity: z.int().min(1),
  holds: z.array(z.strictObject({ stockItemId: z.string(), quantity: z.int().min(1) })),
});

const reserved1 = z.strictObject({ reservationId: z.string() });
const reserved2 = z.strictObject({
  reservationId: z.string(),
  /** `all`: every open unit, at the stock item of its line. That is what version 1 meant; it is written no more. */
  lines: z.union([z.literal("all"), z.array(reservedLine).min(1)]),
});

const stockItemShortage = z.strictObject({
  sku: z.string(),
  location: z.string(),
  requested: units,
  available: units,
});

const short1 = z.strictObject({
  reserved: z.array(z.strictObject({ sku: z.string(), location: z.string(), quantity: units })),
  short: z.array(stockItemShortage),
});
const short2 = z.strictObject({
  /** What is missing by line; version 1 told it by stock item, and all that was reserved was released then. */
  lines: z.union([
    z.array(z.strictObject({ lineId: z.string(), missing: z.int().min(1) })).min(1),
    z.strictObject({ stockItems: z.array(stockItemShortage) }),
  ]),
});

/** What the stock of the order goes through. */
export const reservationEventHistories = {
  ReservationRequested: storedAs("ReservationRequested", requested),
  LinesReserved: storedAs("LinesReserved", reserved1).thenStoredAs(reserved2, ({ reservationId }) => ({
    reservationId,
    lines: "all" as const,
  })),
  ShortageRaised: storedAs("ShortageRaised", short1).thenStoredAs(short2, ({ short }) => ({
    lines: { stockItems: short },
  })),
  ShortageResolved: storedAs("ShortageResolved", z.strictObject({ choice: shortageChoice })),
  ReservationRejected: storedAs(
    "ReservationRejected",
    z.strictObject({ reservationId: z.string(), reason: z.string() }),
  ),
  ReservationReleased: storedAs(
    "ReservationReleased",
    z.strictObject({ reservationId: z.string(), lines: z.array(lineUnits).min(1) }),
  ),
} as const;
