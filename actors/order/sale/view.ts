import { z } from "zod";
import { unreachable } from "../../kernel/decision.ts";
import { amountOf, sumOf } from "../../kernel/money.ts";
import { currencyExponentOf } from "../currency.ts";
import { fulfilment, minorUnits, units } from "../events/shapes.ts";
import type { RecordedSale, SaleStatus, SaleTerms, Tender } from "./state.ts";

/** Every status of a sale that callers can see. */
export const saleStatuses = [
  "SaleTendered",
  "SaleOpen",
  "SaleCompleted",
  "SaleVoided",
] as const satisfies readonly SaleStatus[];

const time = z.iso.datetime({ precision: 3 });

const row = {
  orderId: z.string().describe("`pos.<storeId>.<terminalId>.<receiptNumber>`"),
  status: z.enum(saleStatuses),
  version: z.int().min(1),
  storeId: z.string().nullable().describe("Null, like all that comes with the sale itself, until it is recorded."),
  currency: z.string().nullable().describe("ISO 4217 code."),
  currencyExponent: z.int().min(0).nullable().describe("Decimal digits of the currency's minor unit."),
  totalMinor: minorUnits.nullable(),
  fulfilment: fulfilment.nullable(),
  placedAt: time.describe("When the first that was heard of the sale was recorded."),
  updatedAt: time,
};

/** One sale in a list of orders. */
export const saleListRowSchema = z.object(row);
export type SaleListRow = z.output<typeof saleListRowSchema>;

/** One sale as callers see it. */
export const saleViewSchema = z.object({
  ...row,
  terminalId: z.string().nullable(),
  receiptNumber: z.string().nullable(),
  soldAt: z.string().nullable().describe("ISO 8601 as the register sent it, with its own offset."),
  offline: z.boolean().nullable(),
  cashier: z.string().nullable(),
  pricesIncludeTax: z.boolean().nullable(),
  discountMinor: minorUnits.nullable().describe("The discount on the whole sale, which those of the lines include."),
  lines: z.array(
    z.object({
      lineId: z.string(),
      sku: z.string(),
      location: z.string(),
      quantity: units,
      unitPriceMinor: minorUnits,
      ownDiscountMinor: minorUnits.describe("The line's own discount, which `discountMinor` includes."),
      discountMinor: minorUnits,
      taxRatePpm: units.describe("Parts per million."),
      taxMinor: minorUnits.describe("Tax on top of the price."),
      includedTaxMinor: minorUnits.describe("Tax within the price."),
    }),
  ),
  tenders: z.array(z.object({ tenderId: z.string(), method: z.string(), amountMinor: minorUnits })),
  tenderedMinor: minorUnits,
  voidReason: z.string().nullable(),
});
export type SaleView = z.output<typeof saleViewSchema>;

/** Which parts a sale has depends on its status. */
interface Parts {
  readonly currency: string | null;
  readonly terms: SaleTerms | null;
  readonly tenders: readonly Tender[];
  readonly voidReason: string | null;
}

const partsOf = (state: RecordedSale): Parts => {
  switch (state.status) {
    case "SaleTendered":
      return { currency: state.currency, terms: null, tenders: state.tenders, voidReason: null };
    case "SaleOpen":
    case "SaleCompleted":
      return { currency: state.terms.currency, terms: state.terms, tenders: state.tenders, voidReason: null };
    case "SaleVoided":
      return { currency: state.terms?.currency ?? null, terms: state.terms, tenders: [], voidReason: state.reason };
    default:
      return unreachable(state);
  }
};

const rowOf = (saleId: string, version: number, state: RecordedSale, { currency, terms }: Parts): SaleListRow => ({
  orderId: saleId,
  status: state.status,
  version,
  storeId: terms?.storeId ?? null,
  currency,
  currencyExponent: currency === null ? null : currencyExponentOf(currency),
  totalMinor: terms?.totalMinor ?? null,
  fulfilment: terms?.fulfilment ?? null,
  placedAt: state.recordedAt,
  updatedAt: state.updatedAt,
});

/** What a list shows of a sale whose state is folded through `version`. */
export const saleListRow = (saleId: string, version: number, state: RecordedSale): SaleListRow =>
  rowOf(saleId, version, state, partsOf(state));

/** What callers see of a sale whose state is folded through `version`. */
export const saleView = (saleId: string, version: number, state: RecordedSale): SaleView => {
  const parts = partsOf(state);
  const { terms, tenders, voidReason } = parts;
  return {
    ...rowOf(saleId, version, state, parts),
    terminalId: terms?.terminalId ?? null,
    receiptNumber: terms?.receiptNumber ?? null,
    soldAt: terms?.soldAt ?? null,
    offline: terms?.offline ?? null,
    cashier: terms?.cashier ?? null,
    pricesIncludeTax: terms?.pricesIncludeTax ?? null,
    discountMinor: terms?.discountMinor ?? null,
    lines: [...(terms?.lines ?? [])],
    tenders: [...tenders],
    tenderedMinor: amountOf(sumOf(tenders.map((tender) => tender.amountMinor))),
    voidReason,
  };
};
