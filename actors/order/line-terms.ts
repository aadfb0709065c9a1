import { z } from "zod";
import { amountMinor } from "../kernel/fields.ts";
import { identifier } from "../kernel/stream-id.ts";
import { findPricingIssues } from "./pricing.ts";

/** More lines would let an order outgrow what one atomic batch can hold. */
export const maximumLines = 200;

/** A tax rate in parts per million: 190,000 are 19 %. */
const taxRatePpm = z.int().min(0).max(1_000_000);

const lineTerms = z.strictObject({
  lineId: identifier,
  sku: identifier,
  location: identifier,
  quantity: z.int().min(1).max(1_000_000),
  unitPriceMinor: amountMinor,
  discountMinor: amountMinor.default(0),
  taxRatePpm: taxRatePpm.default(0),
});

/** The places at which an id stands that stood before. */
export const repetitionsIn = (ids: readonly string[]): number[] => {
  const seen = new Set<string>();
  return ids.flatMap((id, index) => (seen.size === seen.add(id).size ? [index] : []));
};

/** What is sold: 1 to 200 lines, each with an id of its own. */
export const linesTerms = z
  .array(lineTerms)
  .min(1)
  .max(maximumLines)
  .check((context) => {
    for (const index of repetitionsIn(context.value.map((line) => line.lineId))) {
      context.issues.push({
        code: "custom",
        path: [index, "lineId"],
        message: "is the id of an earlier line",
        input: context.value,
      });
    }
  });

/** What shipping costs. */
export const shippingTerms = z.strictObject({ amountMinor, taxRatePpm: taxRatePpm.default(0) });

/** The terms of a command that are priced together. */
interface PricedTerms {
  readonly lines: z.output<typeof linesTerms>;
  readonly discountMinor: number;
  readonly pricesIncludeTax: boolean;
  readonly shipping?: z.output<typeof shippingTerms> | undefined;
}

/** A check of a command's fields: names everything that makes it impossible to price them, once each of them is right. */
export const checkPricing = (context: z.core.ParsePayload<PricedTerms>): void => {
  // zod goes on to this check with numbers that are out of bounds; those cannot be reckoned with.
  if (context.issues.length > 0) return;
  const { lines, shipping, ...terms } = context.value;
  for (const { path, message } of findPricingIssues(lines, terms, shipping)) {
    context.issues.push({ code: "custom", path: [...path], message, input: context.value });
  }
};
