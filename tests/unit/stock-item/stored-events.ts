/**
 * One event of every type and schema version that was ever stored, as it stands in the store. Nothing here may be changed
 * or removed: what was stored once has to stay readable.
 */
export const storedStockItemEvents: readonly { type: string; schemaVersion: number; data: unknown }[] = [
  { type: "StockReceived", schemaVersion: 1, data: { receiptId: "receipt-1", quantity: 10 } },
  { type: "StockReserved", schemaVersion: 1, data: { reservationId: "order-1", quantity: 8 } },
  { type: "ReservationReleased", schemaVersion: 1, data: { reservationId: "order-1", quantity: 5 } },
  { type: "StockCommitted", schemaVersion: 1, data: { reservationId: "order-1", commitId: "shipment-1", quantity: 3 } },
  {
    type: "StockReserved",
    schemaVersion: 2,
    data: { reservationId: "order-1~r1", quantity: 8, expiresAt: "2026-01-02T03:34:05.678Z" },
  },
  {
    type: "ReservationReleased",
    schemaVersion: 2,
    data: { reservationId: "order-1~r1", quantity: 5, releaseId: "release-1" },
  },
  { type: "StockRestocked", schemaVersion: 1, data: { restockId: "order-1~return-1", quantity: 2 } },
  {
    type: "StockAdjusted",
    schemaVersion: 1,
    data: { adjustmentId: "adjustment-1", delta: -4, reason: "sale", oversold: 1 },
  },
  {
    type: "StockPartlyReserved",
    schemaVersion: 1,
    data: { reservationId: "order-1~r1", quantity: 3, requested: 8, expiresAt: null },
  },
  { type: "ReservationDenied", schemaVersion: 1, data: { reservationId: "order-1~r1", requested: 8, available: 0 } },
  { type: "StockBackordered", schemaVersion: 1, data: { reservationId: "order-1~r2", quantity: 5, expiresAt: null } },
  { type: "BackorderFilled", schemaVersion: 1, data: { reservationId: "order-1~r2", quantity: 5 } },
  { type: "ReservationConfirmed", schemaVersion: 1, data: { reservationId: "order-1~r1" } },
  { type: "ReservationExpired", schemaVersion: 1, data: { reservationId: "order-1~r1", quantity: 8 } },
  { type: "StockSharded", schemaVersion: 1, data: { shards: 2 } },
  {
    type: "StockAllocated",
    schemaVersion: 1,
    data: {
      allocations: [
        { shard: 0, quantity: 3 },
        { shard: 1, quantity: 2 },
      ],
    },
  },
];

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
