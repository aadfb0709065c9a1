import { z } from "zod";
import { cancellationCause, condition, fulfilment, units } from "../events/shapes.ts";
import type { PlacedOrder } from "../state.ts";

/** Every status of an order proper that callers can see. */
export const orderStatuses = [
  "Placed",
  "AwaitingCustomer",
  "Reserved",
  "Authorised",
  "Fulfilling",
  "Completed",
  "Returning",
  "Cancelling",
  "Cancelled",
  "Rejected",
  "Expired",
] as const satisfies readonly PlacedOrder["status"][];

const minorUnits = z.int().min(0).describe("In minor units of the order's currency.");
const time = z.iso.datetime({ precision: 3 });

const row = {
  orderId: z.string(),
  status: z.enum(orderStatuses),
  version: z.int().min(1),
  customerId: z.string(),
  channel: z.string().nullable(),
  currency: z.string().describe("ISO 4217 code."),
  currencyExponent: z.int().min(0).describe("Decimal digits of the currency's minor unit."),
  totalMinor: minorUnits.describe("Of everything ordered, cancelled units too."),
  fulfilment,
  placedAt: time,
  updatedAt: time,
};

/** One order in a list of orders. */
export const orderListRowSchema = z.object(row);
export type OrderListRow = z.output<typeof orderListRowSchema>;

const line = z.object({
  lineId: z.string(),
  sku: z.string(),
  location: z.string(),
  quantity: units.describe("Always open + reserved + shipped + cancelled."),
  unitPriceMinor: minorUnits,
  discountMinor: minorUnits.describe("The line's own discount and its share of the order's."),
  taxMinor: minorUnits.describe("Tax on top of the price."),
  includedTaxMinor: minorUnits.describe("Tax within the price."),
  open: units,
  reserved: units,
  packed: units.describe("All that are packed, shipped ones too."),
  shipped: units,
  delivered: units.describe("The part of `shipped` that arrived."),
  returned: units.describe("The part of `shipped` that came back."),
  cancelled: units,
});

const lineUnits = z.object({ lineId: z.string(), quantity: units });

const payment = z.object({
  status: z.enum(["none", "requested", "declined", "authorised"]),
  attempt: units.describe("How often it was asked for."),
  declineCode: z.string().nullable(),
  authorisationId: z.string().nullable(),
  authorisedMinor: minorUnits,
  capturedMinor: minorUnits,
  voidedMinor: minorUnits,
  refundedMinor: minorUnits,
});

const plannedFulfilment = z.object({
  fulfilmentId: z.string(),
  location: z.string(),
  lines: z.array(z.object({ lineId: z.string(), planned: units, picked: units, packed: units })),
});

const shipment = z.object({
  shipmentId: z.string(),
  fulfilmentId: z.string().nullable(),
  status: z.enum(["Packed", "Dispatched", "Failed", "Delivered"]),
  lines: z.array(lineUnits.extend({ returned: units })),
  amountMinor: minorUnits.describe(
    "What it costs, but for what came back of it when its capture was declined; nothing if that was waived.",
  ),
  capture: z.object({
    status: z.enum(["requested", "declined", "captured", "waived"]),
    captureId: z.string().nullable(),
    declineCode: z.string().nullable(),
  }),
  carrier: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  failures: units.describe("How often it could not be delivered."),
  packedAt: time,
  dispatchedAt: time.nullable(),
  deliveredAt: time.nullable(),
});

const orderReturn = z.object({
  returnId: z.string(),
  status: z.enum(["Requested", "Approved", "Declined", "Received"]),
  reason: z.string(),
  announced: z.boolean().describe("False for a parcel that just came back."),
  requestedAt: time,
  lines: z.array(lineUnits.extend({ condition: condition.nullable() })),
  refundShipping: z.boolean().nullable(),
  declineReason: z.string().nullable(),
  deductionMinor: minorUnits.nullable(),
  refund: z
    .object({ refundId: z.string(), status: z.enum(["requested", "issued"]), amountMinor: minorUnits })
    .nullable()
    .describe("Null too as long as it is not decided whether what came back is paid at all."),
});

/** One order as callers see it. A part that the order does not have in its status is null or empty. */
export const orderViewSchema = z.object({
  ...row,
  pricesIncludeTax: z.boolean(),
  discountMinor: minorUnits.describe("The discount on the whole order, which those of the lines include."),
  shipping: z.object({ amountMinor: minorUnits, taxMinor: minorUnits, includedTaxMinor: minorUnits }).nullable(),
  dueMinor: minorUnits.describe(
    "What is to be paid: everything but what is cancelled, came back unpaid, or was waived.",
  ),
  lines: z.array(line),
  reservationId: z.string().nullable(),
  backorder: z.boolean().describe("Whether the order waits for stock that is not there."),
  shortage: z.object({ lines: z.array(z.object({ lineId: z.string(), missing: units })) }).nullable(),
  payment: payment.nullable(),
  fulfilments: z.array(plannedFulfilment),
  shipments: z.array(shipment),
  returns: z.array(orderReturn),
  cancelCause: cancellationCause.nullable(),
  cancelReason: z.string().nullable(),
});
export type OrderView = z.output<typeof orderViewSchema>;
