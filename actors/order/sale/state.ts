import { z } from "zod";
import { fulfilment, minorUnits, units } from "../events/shapes.ts";

const soldLine = z.strictObject({
  lineId: z.string(),
  sku: z.string(),
  location: z.string(),
  quantity: units,
  unitPriceMinor: minorUnits,
  ownDiscountMinor: minorUnits,
  discountMinor: minorUnits,
  taxRatePpm: units,
  taxMinor: minorUnits,
  includedTaxMinor: minorUnits,
});

const terms = z.strictObject({
  storeId: z.string(),
  terminalId: z.string(),
  receiptNumber: z.string(),
  currency: z.string(),
  fulfilment,
  offline: z.boolean(),
  cashier: z.string().nullable(),
  lines: z.array(soldLine),
  discountMinor: minorUnits,
  pricesIncludeTax: z.boolean(),
  totalMinor: minorUnits,
  soldAt: z.string(),
});

const tender = z.strictObject({ tenderId: z.string(), method: z.string(), amountMinor: minorUnits });

/** When the first and the last event of the sale were recorded, which may be long after it was made. */
const times = { recordedAt: z.string(), updatedAt: z.string() };

/** Tenders are kept in the order of their ids, so that the order in which they came does not matter. */
const tenders = z.array(tender);

/**
 * The states of a sale. A register that was offline uploads its sales, tenders and voids in any order, so each of them may
 * be the first that is heard of a sale.
 */
export const saleStates = [
  z.strictObject({ status: z.literal("SaleTendered"), ...times, currency: z.string(), tenders }),
  z.strictObject({ status: z.literal("SaleOpen"), ...times, terms, tenders }),
  z.strictObject({ status: z.literal("SaleCompleted"), ...times, terms, tenders }),
  // The register gave the tenders of a voided sale back, so it has none. Its terms are null until they come.
  z.strictObject({ status: z.literal("SaleVoided"), ...times, terms: terms.nullable(), reason: z.string() }),
] as const;

const recordedSale = z.discriminatedUnion("status", saleStates);

/** A sale of which something is recorded. */
export type RecordedSale = Readonly<z.output<typeof recordedSale>>;
export type SaleStatus = RecordedSale["status"];
export type SaleTerms = Readonly<z.output<typeof terms>>;
export type Tender = Readonly<z.output<typeof tender>>;

/** A sale, or a stream of which nothing is recorded yet. */
export type SaleState = RecordedSale | { readonly status: "NotPlaced" };

const isSaleStatus: Readonly<Record<string, true>> = {
  SaleTendered: true,
  SaleOpen: true,
  SaleCompleted: true,
  SaleVoided: true,
} satisfies Record<SaleStatus, true>;

/** Whether a state is that of a sale of which something is recorded. */
export const isSale = (state: { readonly status: string }): state is RecordedSale =>
  Object.hasOwn(isSaleStatus, state.status);
