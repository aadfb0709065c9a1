import { z } from "zod";
import { currencyExponentOf } from "../order/currency.ts";

/**
 * The fields that public events are made of. They say what a receiver can count on and no more: a limit that is stated here
 * can never be raised in the same version.
 */
export const id = z.string();

export const quantity = z.int().min(0);

export const amountMinor = z
  .int()
  .min(0)
  .describe("An amount in minor units of the order's currency, which its first event with money names.");

/** The currency of the whole order or sale, where its first event names it. */
export const currencyFields = {
  currency: z.string().describe("ISO 4217 code, for this order's amounts in all of its events."),
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
