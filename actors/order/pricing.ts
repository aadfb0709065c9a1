import { amountOf, largestAmountMinor, roundHalfUp, splitByLargestRemainder, sumOf } from "../kernel/money.ts";

/** A tax rate of this many parts per million is the whole amount once more: the highest that is taken. */
const wholePpm = 1_000_000;

/** What a line is sold for, before the order's discount and tax. Amounts are in minor units. */
export interface LineTerms {
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** The line's own discount. */
  readonly discountMinor: number;
  /** Parts per million, 0 to 1,000,000: 190,000 are 19 %. */
  readonly taxRatePpm: number;
}

/** What holds for all lines: the discount on the whole, and whether unit prices (and shipping) include tax already. */
export interface PricingTerms {
  readonly discountMinor: number;
  readonly pricesIncludeTax: boolean;
}

export interface LinePrice {
  /** The line's own discount and its share of the order's. */
  readonly discountMinor: number;
  /** Tax on top of the price; 0 if prices include tax. */
  readonly taxMinor: number;
  /** The tax within the price, for information only; 0 if tax comes on top. */
  readonly includedTaxMinor: number;
}

/** A line whose price is settled. */
export interface PricedLine {
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
}

/** What is asked for shipping; without a rate there is no tax. */
export interface ShippingTerms {
  readonly amountMinor: number;
  readonly taxRatePpm: number;
}

export interface ShippingPrice {
  readonly amountMinor: number;
  readonly taxMinor: number;
  readonly includedTaxMinor: number;
}

const grossOf = ({ quantity, unitPriceMinor }: Pick<LineTerms, "quantity" | "unitPriceMinor">): bigint =>
  BigInt(quantity) * BigInt(unitPriceMinor);

/** The tax that comes on top of an amount, in minor units. */
export const taxOf = (amountMinor: number, taxRatePpm: number): number =>
  amountOf(roundHalfUp(BigInt(amountMinor) * BigInt(taxRatePpm), BigInt(wholePpm)));

/** The tax that is within an amount, in minor units. */
export const includedTaxOf = (amountMinor: number, taxRatePpm: number): number =>
  amountOf(roundHalfUp(BigInt(amountMinor) * BigInt(taxRatePpm), BigInt(wholePpm + taxRatePpm)));

const taxes = (amountMinor: number, taxRatePpm: number, pricesIncludeTax: boolean) =>
  pricesIncludeTax
    ? { taxMinor: 0, includedTaxMinor: includedTaxOf(amountMinor, taxRatePpm) }
    : { taxMinor: taxOf(amountMinor, taxRatePpm), includedTaxMinor: 0 };

/**
 * Settles the discount and the tax of every line. The order's discount is shared out by the largest remainder in proportion
 * to what the lines cost after their own discounts; tax is rounded line by line.
 *
 * @param lines lines in which `findPricingIssues` found nothing wrong; throws a RangeError for others.
 * @returns the lines, each with its price, in the same order.
 */
export const withPrices = <Line extends LineTerms>(
  lines: readonly Line[],
  { discountMinor, pricesIncludeTax }: PricingTerms,
): (Line & LinePrice)[] =>
  splitByLargestRemainder(discountMinor, lines, ownNetOf).map(({ item: line, shareMinor }) => ({
    ...line,
    discountMinor: line.discountMinor + shareMinor,
    ...taxes(ownNetOf(line) - shareMinor, line.taxRatePpm, pricesIncludeTax),
  }));

/** What a line costs after its own discount. */
const ownNetOf = (line: LineTerms): number => amountOf(grossOf(line) - BigInt(line.discountMinor));

/** Settles discounts and taxes as `withPrices` does. Gives the prices alone, in the order of the lines. */
export const priceLines = (lines: readonly LineTerms[], terms: PricingTerms): LinePrice[] =>
  withPrices(lines, terms).map(({ discountMinor, taxMinor, includedTaxMinor }) => ({
    discountMinor,
    taxMinor,
    includedTaxMinor,
  }));

/** Settles the tax of shipping. */
export const priceShipping = (
  { amountMinor, taxRatePpm }: ShippingTerms,
  pricesIncludeTax: boolean,
): ShippingPrice => ({
  amountMinor,
  ...taxes(amountMinor, taxRatePpm, pricesIncludeTax),
});

/** What a line costs: units times price, less discount, plus tax on top; in minor units. */
export const lineTotalMinor = ({ discountMinor, taxMinor, ...line }: PricedLine): number =>
  amountOf(grossOf(line) - BigInt(discountMinor) + BigInt(taxMinor));

/**
 * What the first so many units of a line are worth, in minor units. The value of any other units of it is the difference of
 * two such values, so that however the units are split, the parts add up to the line's total.
 *
 * @param units 0 to the line's quantity.
 */
export const valueOfFirst = (line: PricedLine, units: number): number =>
  amountOf(roundHalfUp(BigInt(lineTotalMinor(line)) * BigInt(units), BigInt(line.quantity)));

/** What lines and shipping cost together, in minor units. Throws a RangeError if that is above 2^53 - 1. */
export const totalMinorOf = (
  lines: readonly PricedLine[],
  shipping: Pick<ShippingPrice, "amountMinor" | "taxMinor"> = { amountMinor: 0, taxMinor: 0 },
): number => amountOf(sumOf([...lines.map(lineTotalMinor), shipping.amountMinor, shipping.taxMinor]));

/** Something in the terms that cannot be priced: where it stands, and what is wrong with it. */
export interface PricingIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const tooMuch = `must not be worth more than ${largestAmountMinor} minor units`;

/**
 * Finds what makes it impossible to price terms whose fields are right one by one: discounts above what they are taken
 * from, or amounts above 2^53 - 1, before discounts too, so that every sum on the way is exact.
 *
 * @returns every issue, none if the terms can be priced. Never throws.
 */
export const findPricingIssues = (
  lines: readonly LineTerms[],
  terms: PricingTerms,
  shipping: ShippingTerms = { amountMinor: 0, taxRatePpm: 0 },
): PricingIssue[] => {
  const largest = BigInt(largestAmountMinor);
  const gross = lines.reduce((sum, line) => sum + grossOf(line), 0n);
  if (gross > largest) return [{ path: ["lines"], message: tooMuch }];
  const issues = lines.flatMap((line, index): PricingIssue[] =>
    BigInt(line.discountMinor) > grossOf(line)
      ? [{ path: ["lines", index, "discountMinor"], message: "must not exceed what the line costs" }]
      : [],
  );
  if (issues.length > 0) return issues;
  const left = gross - sumOf(lines.map((line) => line.discountMinor));
  if (BigInt(terms.discountMinor) > left) {
    return [{ path: ["discountMinor"], message: "must not exceed what the lines cost after their own discounts" }];
  }
  const { amountMinor, taxMinor } = priceShipping(shipping, terms.pricesIncludeTax);
  const tax = sumOf(priceLines(lines, terms).map((price) => price.taxMinor));
  const total = left - BigInt(terms.discountMinor) + tax + BigInt(amountMinor) + BigInt(taxMinor);
  return total > largest ? [{ path: ["lines"], message: `${tooMuch} with tax and shipping` }] : [];
};
