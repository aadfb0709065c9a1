import { z } from "zod";
import { storedAs } from "../../kernel/upcasting.ts";
import { cancellationCause, fulfilment, heldUnits, lineUnits, minorUnits, units } from "./shapes.ts";

const placedLine = z.strictObject({
  lineId: z.string(),
  sku: z.string(),
  location: z.string(),
  quantity: z.int().min(1),
  unitPriceMinor: minorUnits,
});

const pricedLine = placedLine.extend({
  /** The line's own discount and its share of the order's. */
  discountMinor: minorUnits,
  taxRatePpm: units,
  taxMinor: minorUnits,
  includedTaxMinor: minorUnits,
});

const pricedShipping = z.strictObject({
  amountMinor: minorUnits,
  taxRatePpm: units,
  taxMinor: minorUnits,
  includedTaxMinor: minorUnits,
});

/** What the customer is to get and to pay; an amendment replaces all of it. */
const pricedTerms = {
  lines: z.array(pricedLine).min(1),
  /** The discount on the whole order, which the lines' discounts include. */
  discountMinor: minorUnits,
  shipping: pricedShipping.nullable(),
  pricesIncludeTax: z.boolean(),
  totalMinor: minorUnits,
};

const placedBy = { customerId: z.string(), currency: z.string(), fulfilment };

const placed1 = z.strictObject({ ...placedBy, lines: z.array(placedLine).min(1), totalMinor: minorUnits });
const placed2 = z.strictObject({ ...placedBy, channel: z.string().nullable(), ...pricedTerms });

const amended = z.strictObject({
  ...pricedTerms,
  /** What the process manager releases: reservations made, or being made, for the lines that were replaced. */
  superseded: z.array(z.strictObject({ reservationId: z.string(), sku: z.string(), location: z.string() })),
});

const linesCancelled = z.strictObject({
  lines: z.array(lineUnits).min(1),
  cause: z.enum(["customer", "shortage"]),
  reason: z.string(),
  /** What the process manager releases at the stock items. */
  releases: z.array(heldUnits),
});

/** Placement, amendment, and all the ways in which an order ends before it is fulfilled. */
export const intakeEventHistories = {
  OrderPlaced: storedAs("OrderPlaced", placed1).thenStoredAs(placed2, ({ lines, totalMinor, ...order }) => ({
    ...order,
    channel: null,
    lines: lines.map((line) => ({ ...line, discountMinor: 0, taxRatePpm: 0, taxMinor: 0, includedTaxMinor: 0 })),
    discountMinor: 0,
    shipping: null,
    pricesIncludeTax: false,
    totalMinor,
  })),
  OrderAmended: storedAs("OrderAmended", amended),
  LinesCancelled: storedAs("LinesCancelled", linesCancelled),
  CancellationRequested: storedAs("CancellationRequested", z.strictObject({ reason: z.string() })).thenStoredAs(
    z.strictObject({ cause: cancellationCause, reason: z.string() }),
    // There was no other way to cancel an order then.
    ({ reason }) => ({ cause: "customer" as const, reason }),
  ),
  OrderCancelled: storedAs("OrderCancelled", z.strictObject({ reason: z.string() })),
  OrderExpired: storedAs("OrderExpired", z.strictObject({ reason: z.string() })),
  OrderRejected: storedAs(
    "OrderRejected",
    z.strictObject({ cause: z.enum(["paymentDeclined", "reservationRejected"]), reason: z.string() }),
  ),
  /** A cancel came before its order: whatever is placed under this id later is refused. */
  OrderWithdrawn: storedAs("OrderWithdrawn", z.strictObject({ reason: z.string() })),
  OrderCompleted: storedAs("OrderCompleted", z.strictObject({})),
  /** A message that came too late to matter, or told again what was known; `reference` is the id that it was about. */
  MessageIgnored: storedAs(
    "MessageIgnored",
    z.strictObject({ command: z.string(), reference: z.string(), reason: z.string() }),
  ),
} as const;
