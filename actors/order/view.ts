import { z } from "zod";
import { unreachable } from "../kernel/decision.ts";
import { fulfilment } from "./schemas.ts";
import type { Holding, OrderState, PlacedOrder } from "./state.ts";

/** Every status that callers can see. */
export const orderStatus = z.enum([
  "Placed",
  "AwaitingCustomer",
  "Reserved",
  "Authorised",
  "Fulfilling",
  "Completed",
  "Cancelling",
  "Cancelled",
] satisfies PlacedOrder["status"][]);

const units = z.int().min(0);
const minorUnits = z.int().min(0).describe("In minor units of the order's currency.");
const time = z.iso.datetime({ precision: 3 });

const row = {
  orderId: z.string(),
  status: orderStatus,
  version: z.int().min(1),
  customerId: z.string(),
  currency: z.string().describe("ISO 4217 code."),
  totalMinor: minorUnits,
  fulfilment,
  placedAt: time,
  updatedAt: time,
};

/** One order in a list of orders. */
export const orderListRowSchema = z.object(row);
export type OrderListRow = z.output<typeof orderListRowSchema>;

/** One order as callers see it. A part that the order does not have in its status is null. */
export const orderViewSchema = z.object({
  ...row,
  lines: z.array(
    z.object({
      lineId: z.string(),
      sku: z.string(),
      location: z.string(),
      quantity: units.describe("Always open + reserved + shipped + cancelled."),
      unitPriceMinor: minorUnits,
      open: units,
      reserved: units,
      shipped: units,
      delivered: units.describe("The part of `shipped` that arrived."),
      cancelled: units,
    }),
  ),
  shortage: z
    .object({
      reserved: z.array(z.object({ sku: z.string(), location: z.string(), quantity: units })),
      short: z.array(z.object({ sku: z.string(), location: z.string(), requested: units, available: units })),
    })
    .nullable(),
  reservationId: z.string().nullable(),
  payment: z.object({ authorisationId: z.string(), authorisedMinor: minorUnits, capturedMinor: minorUnits }).nullable(),
  shipments: z.array(
    z.object({
      shipmentId: z.string(),
      status: z.enum(["Dispatched", "Delivered"]),
      carrier: z.string(),
      trackingNumber: z.string(),
      lineIds: z.array(z.string()),
      amountMinor: minorUnits,
      dispatchedAt: time,
      deliveredAt: time.nullable(),
    }),
  ),
  cancelReason: z.string().nullable(),
});
export type OrderView = z.output<typeof orderViewSchema>;

/** Which parts an order has depends on its status. */
type Parts = Pick<OrderView, "shortage" | "reservationId" | "payment" | "shipments" | "cancelReason">;

const noParts: Parts = { shortage: null, reservationId: null, payment: null, shipments: [], cancelReason: null };

const heldParts = (holding: Holding): Pick<Parts, "reservationId" | "payment"> => {
  switch (holding.kind) {
    case "nothing":
      return { reservationId: null, payment: null };
    case "reservation":
      return { reservationId: holding.reservationId, payment: null };
    case "authorisation":
      return { reservationId: holding.reservationId, payment: holding.payment };
    default:
      return unreachable(holding);
  }
};

const partsOf = (state: PlacedOrder): Parts => {
  switch (state.status) {
    case "Placed":
      return noParts;
    case "AwaitingCustomer":
      return { ...noParts, shortage: state.shortage };
    case "Reserved":
      return { ...noParts, reservationId: state.reservationId };
    case "Authorised":
      return { ...noParts, reservationId: state.reservationId, payment: state.payment };
    case "Fulfilling":
    case "Completed":
      return {
        ...noParts,
        reservationId: state.reservationId,
        payment: state.payment,
        shipments: state.shipments.map((shipment) => ({
          ...shipment,
          deliveredAt: shipment.status === "Delivered" ? shipment.deliveredAt : null,
        })),
      };
    case "Cancelling":
      return { ...noParts, ...heldParts(state.holding), cancelReason: state.reason };
    case "Cancelled":
      return { ...noParts, cancelReason: state.reason };
    default:
      return unreachable(state);
  }
};

const rowOf = (orderId: string, version: number, state: PlacedOrder): OrderListRow => ({
  orderId,
  status: state.status,
  version,
  customerId: state.customerId,
  currency: state.currency,
  totalMinor: state.totalMinor,
  fulfilment: state.fulfilment,
  placedAt: state.placedAt,
  updatedAt: state.updatedAt,
});

/**
 * What an order list shows of an order whose state is folded through `version`.
 *
 * @returns undefined for an order that was never placed.
 */
export const orderListRow = (orderId: string, version: number, state: OrderState): OrderListRow | undefined =>
  state.status === "NotPlaced" ? undefined : rowOf(orderId, version, state);

/**
 * What callers see of an order whose state is folded through `version`.
 *
 * @returns undefined for an order that was never placed.
 */
export const orderView = (orderId: string, version: number, state: OrderState): OrderView | undefined =>
  state.status === "NotPlaced"
    ? undefined
    : { ...rowOf(orderId, version, state), lines: state.lines, ...partsOf(state) };
