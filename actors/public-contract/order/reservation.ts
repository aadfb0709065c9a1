import { z } from "zod";
import { reservationEventHistories as stored } from "../../order/events/reservation.ts";
import { id, lineUnits, oneOfMany, quantity, text } from "../fields.ts";
import { published, shape } from "../public-event.ts";

const stockItem = z.object({ sku: id, location: id, requested: quantity, available: quantity });

/** What is public of the order's stock. Which stock item, or shard of it, holds the units is our own affair. */
export const publicReservationEvents = {
  ReservationRequested: published(stored.ReservationRequested, "Stock is to be reserved for the order.", {
    1: shape(
      {
        reservationId: id,
        backorder: z.boolean().describe("Whether units that are not there are waited for."),
        lines: z.array(z.object({ lineId: id, sku: id, location: id, quantity })),
      },
      (data) => data,
    ),
  }),
  LinesReserved: published(stored.LinesReserved, "Stock is reserved for the order.", {
    1: shape(
      {
        reservationId: id,
        lines: z.array(lineUnits).optional().describe("The units that became reserved; absent: all that were open."),
      },
      ({ reservationId, lines }) => ({ reservationId, ...(lines !== "all" && { lines }) }),
    ),
  }),
  ShortageRaised: published(
    stored.ShortageRaised,
    "Some of what the order needs is not in stock: the customer is to choose.",
    {
      1: shape(
        {
          lines: z.array(z.object({ lineId: id, missing: quantity })).describe("What is missing, by line."),
          stockItems: z
            .array(stockItem)
            .describe("What is missing, by stock item: in old events, which have no lines."),
        },
        ({ lines }) =>
          "stockItems" in lines ? { lines: [], stockItems: lines.stockItems } : { lines, stockItems: [] },
      ),
    },
  ),
  ShortageResolved: published(stored.ShortageResolved, "The customer chose what becomes of a shortage.", {
    1: shape({ choice: oneOfMany("accept", "refuse", "wait") }, (data) => data),
  }),
  ReservationRejected: published(stored.ReservationRejected, "The order's stock could not be reserved, or was lost.", {
    1: shape({ reservationId: id, reason: text }, (data) => data),
  }),
  ReservationReleased: published(stored.ReservationReleased, "Stock is no longer reserved for the order.", {
    1: shape({ reservationId: id, lines: z.array(lineUnits) }, (data) => data),
  }),
} as const;
