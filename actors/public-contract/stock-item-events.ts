import { stockItemEventHistories as stored } from "../stock-item/events.ts";
import type { StockItemEventType } from "../stock-item/events.ts";
import { id, quantity } from "./fields.ts";
import { published, shape } from "./public-event.ts";
import type { PublicEvent } from "./public-event.ts";

/** What is public of every event of a stock item. */
export const publicStockItemEvents: { readonly [Type in StockItemEventType]: PublicEvent<Type> } = {
  StockReceived: published(stored.StockReceived, "Units came in.", {
    1: shape({ receiptId: id, quantity }, (data) => data),
  }),

  StockReserved: published(stored.StockReserved, "Units are reserved.", {
    1: shape({ reservationId: id, quantity }, (data) => data),
  }),

  ReservationReleased: published(
    stored.ReservationReleased,
    "Reserved units are available again; none if the reservation had not come yet, which it then never may.",
    { 1: shape({ reservationId: id, quantity }, (data) => data) },
  ),

  StockCommitted: published(stored.StockCommitted, "Reserved units left the location.", {
    1: shape({ reservationId: id, commitId: id, quantity }, (data) => data),
  }),
};
