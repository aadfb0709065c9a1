import { z } from "zod";
import { storedAs } from "../../kernel/upcasting.ts";
import type { EventOf } from "../../kernel/upcasting.ts";
import type { intakeEventHistories } from "../events/intake.ts";
import { fulfilment, minorUnits, units } from "../events/shapes.ts";

const soldLine = z.strictObject({
  lineId: z.string(),
  sku: z.string(),
  location: z.string(),
  quantity: z.int().min(1),
  unitPriceMinor: minorUnits,
  /** The line's own discount, which `discountMinor` includes. */
  ownDiscountMinor: minorUnits,
  /** The line's own discount and its share of the sale's. */
  discountMinor: minorUnits,
  taxRatePpm: units,
  taxMinor: minorUnits,
  includedTaxMinor: minorUnits,
});

const recorded = z.strictObject({
  storeId: z.string(),
  terminalId: z.string(),
  receiptNumber: z.string(),
  currency: z.string(),
  fulfilment,
  /** Whether the register was offline when it sold, so that nobody knew what was in stock. */
  offline: z.boolean(),
  cashier: z.string().nullable(),
  lines: z.array(soldLine).min(1),
  /** The discount on the whole sale, which the lines' discounts include. */
  discountMinor: minorUnits,
  pricesIncludeTax: z.boolean(),
  totalMinor: minorUnits,
  /** ISO 8601 as the register sent it, with its own offset. */
  soldAt: z.string(),
});

const tendered = z.strictObject({
  tenderId: z.string(),
  method: z.string(),
  amountMinor: minorUnits,
  currency: z.string(),
});

const voided = z.strictObject({
  reason: z.string(),
  /** Whether the sale was complete, so that its goods were taken out of stock and have to go back. */
  wasCompleted: z.boolean(),
});

/** What happens to a sale at a register. */
export const saleEventHistories = {
  SaleRecorded: storedAs("SaleRecorded", recorded),
  TenderRecorded: storedAs("TenderRecorded", tendered),
  /** The tenders equal the total: the goods are the customer's. */
  SaleCompleted: storedAs("SaleCompleted", z.strictObject({})),
  SaleVoided: storedAs("SaleVoided", voided),
} as const;

type SaleEventType = keyof typeof saleEventHistories;
export type SaleEventOf<Type extends SaleEventType> = EventOf<(typeof saleEventHistories)[Type]>;

/** An event that only a sale has. */
export type SaleEvent = { [Type in SaleEventType]: SaleEventOf<Type> }[SaleEventType];

/** A message that came too late to matter. */
export type MessageIgnored = EventOf<(typeof intakeEventHistories)["MessageIgnored"]>;
