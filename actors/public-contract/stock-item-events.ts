import { z } from "zod";
import { stockItemEventHistories as stored } from "../stock-item/events.ts";
import type { StockItemEventType } from "../stock-item/events.ts";
import { id, quantity, text } from "./fields.ts";
import { published, shape } from "./public-event.ts";
import type { PublicEvent } from "./public-event.ts";

const reservationId = id;

const expiresAt = text
  .meta({ format: "date-time" })
  .nullable()
  .describe("When the reservation ends unless it is confirmed; null: never.");

/** What is public of every event of a stock item, or of one of its shards; `subject` tells which. */
export const publicStockItemEvents: { readonly [Type in StockItemEventType]: PublicEvent<Type> } = {
  StockReceived: published(stored.StockReceived, "Units came in.", {
    1: shape({ receiptId: id, quantity }, (data) => data),
  }),
  StockRestocked: published(stored.StockRestocked, "Units came back and can be sold again.", {
    1: shape({ restockId: id, quantity }, (data) => data),
  }),
  StockAdjusted: published(stored.StockAdjusted, "The count of units was put right.", {
    1: shape(
      {
        adjustmentId: id,
        delta: z.int().describe("Units more, or fewer if it is negative."),
        reason: text,
        oversold: quantity.describe("Units of it that are owed: they were not there, or are reserved."),
      },
      (data) => data,
    ),
  }),

  StockReserved: published(stored.StockReserved, "Units are reserved.", {
    1: shape({ reservationId, quantity, expiresAt }, (data) => data),
  }),
  StockPartlyReserved: published(stored.StockPartlyReserved, "Fewer units are reserved than were requested.", {
    1: shape({ reservationId, quantity, requested: quantity, expiresAt }, (data) => data),
  }),
  ReservationDenied: published(stored.ReservationDenied, "Nothing was reserved.", {
    1: shape({ reservationId, requested: quantity, available: quantity }, (data) => data),
  }),
  StockBackordered: published(stored.StockBackordered, "A reservation waits for units that are not there.", {
    1: shape({ reservationId, quantity, expiresAt }, (data) => data),
  }),
  BackorderFilled: published(stored.BackorderFilled, "Units that a reservation waited for are reserved.", {
    1: shape({ reservationId, quantity }, (data) => data),
  }),
  ReservationConfirmed: published(stored.ReservationConfirmed, "A reservation does not expire any more.", {
    1: shape({ reservationId }, (data) => data),
  }),
  ReservationReleased: published(
    stored.ReservationReleased,
    "Reserved units are available again; none if the reservation had not come yet, which it then never may.",
    {
      1: shape(
        {
          reservationId,
          quantity,
          releaseId: id.nullable().describe("Names the release of a part; null: the reservation has ended."),
        },
        (data) => data,
      ),
    },
  ),
  ReservationExpired: published(
    stored.ReservationExpired,
    "Units are available again: nobody confirmed their reservation.",
    {
      1: shape({ reservationId, quantity }, (data) => data),
    },
  ),
  StockCommitted: published(stored.StockCommitted, "Reserved units left the location.", {
    1: shape({ reservationId, commitId: id, quantity }, (data) => data),
  }),

  StockSharded: published(
    stored.StockSharded,
    "The stock is spread over shards from now on, each a stock item of its own.",
    {
      1: shape({ shards: z.int().min(1) }, (data) => data),
    },
  ),
  StockAllocated: published(stored.StockAllocated, "Units went from a stock item to its shards.", {
    1: shape({ allocations: z.array(z.object({ shard: z.int().min(0), quantity })) }, (data) => data),
  }),
  StockRecalled: published(stored.StockRecalled, "Units went from a shard back to its stock item.", {
    1: shape({ recallId: id, quantity }, (data) => data),
  }),
};
