/**
 * One event of every type and schema version that was ever stored, as it stands in the store. Nothing here may be changed
 * or removed: what was stored once has to stay readable.
 */
export const storedStockItemEvents: readonly { type: string; schemaVersion: number; data: unknown }[] = [
  { type: "StockReceived", schemaVersion: 1, data: { receiptId: "receipt-1", quantity: 10 } },
  { type: "StockReserved", schemaVersion: 1, data: { reservationId: "order-1", quantity: 8 } },
  { type: "ReservationReleased", schemaVersion: 1, data: { reservationId: "order-1", quantity: 5 } },
  { type: "StockCommitted", schemaVersion: 1, data: { reservationId: "order-1", commitId: "shipment-1", quantity: 3 } },
];
