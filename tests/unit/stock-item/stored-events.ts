import { eventFixtures } from "../../support/event-fixtures.ts";

/** One event of a stock item of every type and version that was ever stored, as it stands in the store. */
export const storedStockItemEvents = eventFixtures("StockItem");

/** What the events of schema versions that are no longer written mean today. */
export const upcastStockItemEvents: readonly { type: string; schemaVersion: number; data: unknown }[] = [
  {
    type: "StockReserved",
    schemaVersion: 1,
    data: { reservationId: "order-1", quantity: 8, expiresAt: null },
  },
  {
    type: "ReservationReleased",
    schemaVersion: 1,
    data: { reservationId: "order-1", quantity: 5, releaseId: null },
  },
];
