import { z } from "zod";
import { shortage } from "./events.ts";
import { fulfilment } from "./schemas.ts";

const units = z.int().min(0);
const minorUnits = z.int().min(0);

/**
 * A line and where its units are: `quantity = open + reserved + shipped + cancelled` at any time. Delivered units are
 * shipped units too.
 */
const line = z.strictObject({
  lineId: z.string(),
  sku: z.string(),
  location: z.string(),
  quantity: units,
  unitPriceMinor: minorUnits,
  open: units,
  reserved: units,
  shipped: units,
  delivered: units,
  cancelled: units,
});

const payment = z.strictObject({
  authorisationId: z.string(),
  authorisedMinor: minorUnits,
  capturedMinor: minorUnits,
});

const sentGoods = {
  shipmentId: z.string(),
  carrier: z.string(),
  trackingNumber: z.string(),
  lineIds: z.array(z.string()),
  amountMinor: minorUnits,
  dispatchedAt: z.string(),
};

const shipment = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("Dispatched"), ...sentGoods }),
  z.strictObject({ status: z.literal("Delivered"), ...sentGoods, deliveredAt: z.string() }),
]);

/** What is recorded as still to be given back while an order is being cancelled; a step on its way may add to it. */
const holding = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("nothing") }),
  z.strictObject({ kind: z.literal("reservation"), reservationId: z.string() }),
  z.strictObject({ kind: z.literal("authorisation"), reservationId: z.string(), payment }),
]);

/** What every placed order has, whatever its status. */
const terms = {
  customerId: z.string(),
  currency: z.string(),
  fulfilment,
  lines: z.array(line),
  totalMinor: minorUnits,
  placedAt: z.string(),
  updatedAt: z.string(),
};

const paid = { reservationId: z.string(), payment };
const shipped = { ...paid, shipments: z.array(shipment) };

const orderState = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("NotPlaced") }),
  z.strictObject({ status: z.literal("Placed"), ...terms }),
  z.strictObject({ status: z.literal("AwaitingCustomer"), ...terms, shortage }),
  z.strictObject({ status: z.literal("Reserved"), ...terms, reservationId: z.string() }),
  z.strictObject({ status: z.literal("Authorised"), ...terms, ...paid }),
  z.strictObject({ status: z.literal("Fulfilling"), ...terms, ...shipped }),
  z.strictObject({ status: z.literal("Completed"), ...terms, ...shipped }),
  z.strictObject({ status: z.literal("Cancelling"), ...terms, reason: z.string(), holding }),
  z.strictObject({ status: z.literal("Cancelled"), ...terms, reason: z.string() }),
]);

export type OrderState = Readonly<z.output<typeof orderState>>;
export type OrderStatus = OrderState["status"];
export type OrderIn<Status extends OrderStatus> = Extract<OrderState, { status: Status }>;
export type PlacedOrder = Exclude<OrderState, { status: "NotPlaced" }>;
export type OrderLine = Readonly<z.output<typeof line>>;
export type Shipment = Readonly<z.output<typeof shipment>>;
export type Holding = Readonly<z.output<typeof holding>>;

/** An order of which nothing is recorded yet. */
export const notPlaced: OrderState = { status: "NotPlaced" };

/** Parses the state of a stored snapshot. Throws if it is not a state of an order. */
export const decodeOrderState = (state: unknown): OrderState => orderState.parse(state);
