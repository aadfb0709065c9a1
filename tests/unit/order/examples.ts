import type { OrderEvent } from "../../../actors/order/events.ts";
import type {
  CompleteCancel,
  DispatchShipment,
  PlaceOrder,
  RecordAuthorisation,
  RecordDelivery,
  RecordReservation,
  RecordShortage,
  RequestCancel,
} from "../../../actors/order/schemas.ts";

/** Two lines, worth 3 x 250 and 1 x 1,000 minor units. */
export const lines = [
  { lineId: "line-1", sku: "cup", location: "berlin", quantity: 3, unitPriceMinor: 250 },
  { lineId: "line-2", sku: "pot", location: "berlin", quantity: 1, unitPriceMinor: 1_000 },
];

const placeFields = { customerId: "customer-1", currency: "EUR", lines };
export const placeExternal: PlaceOrder = { type: "PlaceOrder", ...placeFields, fulfilment: "external" };
export const placeManaged: PlaceOrder = { type: "PlaceOrder", ...placeFields, fulfilment: "managed" };
export const recordReservation: RecordReservation = { type: "RecordReservation", reservationId: "reservation-1" };
export const recordAuthorisation: RecordAuthorisation = {
  type: "RecordAuthorisation",
  authorisationId: "authorisation-1",
  amountMinor: 1_750,
};
export const dispatchFirst: DispatchShipment = {
  type: "DispatchShipment",
  shipmentId: "shipment-1",
  carrier: "Parcel Co",
  trackingNumber: "P 1",
  lineIds: ["line-1"],
};
export const dispatchRest: DispatchShipment = {
  type: "DispatchShipment",
  shipmentId: "shipment-2",
  carrier: "Parcel Co",
  trackingNumber: "P 2",
};
export const deliverFirst: RecordDelivery = { type: "RecordDelivery", shipmentId: "shipment-1" };
export const deliverSecond: RecordDelivery = { type: "RecordDelivery", shipmentId: "shipment-2" };
export const requestCancel: RequestCancel = { type: "RequestCancel", reason: "changed my mind" };
export const shortage = {
  reserved: [{ sku: "cup", location: "berlin", quantity: 3 }],
  short: [{ sku: "pot", location: "berlin", requested: 1, available: 0 }],
};
export const recordShortage: RecordShortage = { type: "RecordShortage", ...shortage };
export const completeCancel: CompleteCancel = { type: "CompleteCancel" };

export const placedExternal: OrderEvent = {
  type: "OrderPlaced",
  data: { ...placeFields, fulfilment: "external", totalMinor: 1_750 },
};
export const placedManaged: OrderEvent = {
  type: "OrderPlaced",
  data: { ...placeFields, fulfilment: "managed", totalMinor: 1_750 },
};
export const reserved: OrderEvent = { type: "LinesReserved", data: { reservationId: "reservation-1" } };
export const short: OrderEvent = { type: "ShortageRaised", data: shortage };
export const authorised: OrderEvent = {
  type: "PaymentAuthorised",
  data: { authorisationId: "authorisation-1", amountMinor: 1_750 },
};
export const capturedFirst: OrderEvent = {
  type: "PaymentCaptured",
  data: { shipmentId: "shipment-1", amountMinor: 750 },
};
export const dispatchedFirst: OrderEvent = {
  type: "ShipmentDispatched",
  data: { shipmentId: "shipment-1", carrier: "Parcel Co", trackingNumber: "P 1", lineIds: ["line-1"] },
};
export const capturedRest: OrderEvent = {
  type: "PaymentCaptured",
  data: { shipmentId: "shipment-2", amountMinor: 1_000 },
};
export const dispatchedRest: OrderEvent = {
  type: "ShipmentDispatched",
  data: { shipmentId: "shipment-2", carrier: "Parcel Co", trackingNumber: "P 2", lineIds: ["line-2"] },
};
export const deliveredFirst: OrderEvent = { type: "ShipmentDelivered", data: { shipmentId: "shipment-1" } };
export const deliveredSecond: OrderEvent = { type: "ShipmentDelivered", data: { shipmentId: "shipment-2" } };
export const completed: OrderEvent = { type: "OrderCompleted", data: {} };
export const cancellationRequested: OrderEvent = {
  type: "CancellationRequested",
  data: { reason: "changed my mind" },
};
export const cancelled: OrderEvent = { type: "OrderCancelled", data: { reason: "changed my mind" } };

const afterPlacement = (placed: OrderEvent) => {
  const placedOnly = [placed];
  const withStock = [...placedOnly, reserved];
  const withPayment = [...withStock, authorised];
  const partlySent = [...withPayment, capturedFirst, dispatchedFirst];
  const whollySent = [...partlySent, capturedRest, dispatchedRest];
  const arrived = [...whollySent, deliveredFirst, deliveredSecond, completed];
  return { placedOnly, withStock, withPayment, partlySent, whollySent, arrived };
};

const external = afterPlacement(placedExternal);
const managed = afterPlacement(placedManaged);

/** A history that leads to each status, by kind of order. */
export const histories = {
  "never placed": [],
  "external Placed": external.placedOnly,
  "external Reserved": external.withStock,
  "external Authorised": external.withPayment,
  "external Fulfilling": external.partlySent,
  "external Fulfilling, all sent": external.whollySent,
  "external Completed": external.arrived,
  "external Cancelled": [...external.withPayment, cancelled],
  "managed Placed": managed.placedOnly,
  "managed AwaitingCustomer": [...managed.placedOnly, short],
  "managed Reserved": managed.withStock,
  "managed Authorised": managed.withPayment,
  "managed Fulfilling": managed.partlySent,
  "managed Completed": managed.arrived,
  "managed Cancelling": [...managed.withPayment, cancellationRequested],
  "managed Cancelled": [...managed.withPayment, cancellationRequested, cancelled],
} satisfies Record<string, readonly OrderEvent[]>;

export type HistoryName = keyof typeof histories;
