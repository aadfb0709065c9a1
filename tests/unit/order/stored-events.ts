/**
 * One event of every type and schema version that was ever stored, as it stands in the store. Nothing here may be changed
 * or removed: what was stored once has to stay readable.
 */
export const storedOrderEvents: readonly { type: string; schemaVersion: number; data: unknown }[] = [
  {
    type: "OrderPlaced",
    schemaVersion: 1,
    data: {
      customerId: "customer-1",
      currency: "EUR",
      fulfilment: "managed",
      lines: [{ lineId: "line-1", sku: "cup", location: "berlin", quantity: 3, unitPriceMinor: 250 }],
      totalMinor: 750,
    },
  },
  { type: "LinesReserved", schemaVersion: 1, data: { reservationId: "reservation-1" } },
  {
    type: "ShortageRaised",
    schemaVersion: 1,
    data: {
      reserved: [{ sku: "cup", location: "berlin", quantity: 3 }],
      short: [{ sku: "pot", location: "berlin", requested: 1, available: 0 }],
    },
  },
  { type: "PaymentAuthorised", schemaVersion: 1, data: { authorisationId: "authorisation-1", amountMinor: 750 } },
  { type: "PaymentCaptured", schemaVersion: 1, data: { shipmentId: "shipment-1", amountMinor: 750 } },
  {
    type: "ShipmentDispatched",
    schemaVersion: 1,
    data: { shipmentId: "shipment-1", carrier: "Parcel Co", trackingNumber: "P 1", lineIds: ["line-1"] },
  },
  { type: "ShipmentDelivered", schemaVersion: 1, data: { shipmentId: "shipment-1" } },
  { type: "OrderCompleted", schemaVersion: 1, data: {} },
  { type: "CancellationRequested", schemaVersion: 1, data: { reason: "changed my mind" } },
  { type: "OrderCancelled", schemaVersion: 1, data: { reason: "changed my mind" } },
];
