import { z } from "zod";
import { currencyExponentOf } from "../order/currency.ts";

/**
 * The fields that public events are made of. They say what a receiver can count on and no more: a limit that is stated here
 * can never be widened in the same version.
 */
export const id = z.string();

export const text = z.string();

export const quantity = z.int().min(0);

/** A value of which there will be others one day, so that receivers must not rely on knowing them all. */
export const oneOfMany = (...known: readonly string[]) => z.string().meta({ "x-extensible-enum": known });

export const amountMinor = z
  .int()
  .min(0)
  .describe("An amount in minor units of the order's currency, which its first event with money names.");

/** The currency of the whole order or sale, where an event names it. */
export const currencyFields = {
  currency: z.string().describe("ISO 4217 code, for all amounts of this order or sale."),
  currencyExponent: z
    .int()
    .min(0)
    .describe("Decimal digits of the currency's minor unit: with 2, 1,050 minor units are 10.50."),
};

/** The values of those fields for a currency. */
export const currencyOf = (currency: string): { currency: string; currencyExponent: number } => ({
  currency,
  currencyExponent: currencyExponentOf(currency),
});

export const fulfilment = z
  .enum(["external", "managed"])
  .describe("Who moves the order on: other systems, or the process manager.");

/** So many units of a line. */
export const lineUnits = z.object({ lineId: id, quantity });

/** A line with everything that its price is made of. */
export const pricedLine = z.object({
  lineId: id,
  sku: id,
  location: id,
  quantity,
  unitPriceMinor: amountMinor,
  discountMinor: amountMinor.describe("The line's own discount and its share of the whole discount, in minor units."),
  taxRatePpm: z.int().min(0).describe("Millionths: 190,000 are 19 %."),
  taxMinor: amountMinor.describe("Tax added on top, in minor units; 0 if prices include it."),
  includedTaxMinor: amountMinor.describe("Tax that the price includes, in minor units, for information."),
});
