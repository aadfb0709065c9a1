import assert from "node:assert/strict";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { largestAmountMinor, sumOf } from "../../../actors/kernel/money.ts";
import {
  findPricingIssues,
  includedTaxOf,
  lineTotalMinor,
  priceLines,
  priceShipping,
  taxOf,
  totalMinorOf,
  valueOfFirst,
  withPrices,
} from "../../../actors/order/pricing.ts";
import type { LineTerms, PricedLine } from "../../../actors/order/pricing.ts";

const cups: LineTerms = { quantity: 3, unitPriceMinor: 250, discountMinor: 0, taxRatePpm: 0 };
const onTop = { discountMinor: 0, pricesIncludeTax: false };
const within = { discountMinor: 0, pricesIncludeTax: true };
const half = 2 ** 52;

describe("tax", () => {
  test.each([
    [1_000, 190_000, 190],
    [0, 190_000, 0],
    [999, 0, 0],
    [2, 250_000, 1],
    [2, 249_999, 0],
    [6, 250_000, 2],
    [largestAmountMinor, 1_000_000, largestAmountMinor],
    [largestAmountMinor, 500_000, half],
  ])("on top of %i at %i ppm is %i", (amountMinor, ppm, tax) => expect(taxOf(amountMinor, ppm)).toBe(tax));

  test.each([
    [1_190, 190_000, 190],
    [1_000, 190_000, 160],
    [999, 0, 0],
    [5, 250_000, 1],
    [3, 1_000_000, 2],
    [largestAmountMinor, 1_000_000, half],
  ])("within %i at %i ppm is %i", (amountMinor, ppm, tax) => expect(includedTaxOf(amountMinor, ppm)).toBe(tax));

  test("of more money or at a higher rate is never less", () =>
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(1_000), fc.nat(1_000_000), fc.nat(1_000), (amount, more, ppm, higher) => {
        const larger = Math.min(amount + more, largestAmountMinor);
        const rate = Math.min(ppm + higher, 1_000_000);
        assert.ok(taxOf(amount, ppm) <= taxOf(larger, rate));
        assert.ok(includedTaxOf(amount, ppm) <= includedTaxOf(larger, rate));
      }),
    ));
});

describe("pricing lines", () => {
  test("puts tax on top of the price", () =>
    expect(priceLines([{ ...cups, taxRatePpm: 190_000 }], onTop)).toEqual([
      { discountMinor: 0, taxMinor: 143, includedTaxMinor: 0 },
    ]));
  test("finds the tax that is within the price", () =>
    expect(priceLines([{ ...cups, taxRatePpm: 190_000 }], within)).toEqual([
      { discountMinor: 0, taxMinor: 0, includedTaxMinor: 120 },
    ]));
  test("taxes what is left after both discounts", () =>
    expect(priceLines([{ ...cups, discountMinor: 50, taxRatePpm: 100_000 }], { ...onTop, discountMinor: 100 })).toEqual(
      [{ discountMinor: 150, taxMinor: 60, includedTaxMinor: 0 }],
    ));
  test("shares the order's discount by what the lines cost after their own", () =>
    expect(
      priceLines(
        [
          { ...cups, discountMinor: 450 },
          { ...cups, unitPriceMinor: 200 },
        ],
        { ...onTop, discountMinor: 90 },
      ).map((price) => price.discountMinor),
    ).toEqual([480, 60]));
  test("gives what cannot be shared evenly to the earlier line", () =>
    expect(
      priceLines([cups, cups, cups], { ...onTop, discountMinor: 100 }).map((price) => price.discountMinor),
    ).toEqual([34, 33, 33]));
  test("keeps whatever else a line has", () =>
    expect(withPrices([{ ...cups, discountMinor: 1, sku: "cup" }], { ...onTop, discountMinor: 2 })).toEqual([
      { ...cups, sku: "cup", discountMinor: 3, taxMinor: 0, includedTaxMinor: 0 },
    ]));
  test("can give everything away", () => {
    const [price] = priceLines([{ ...cups, discountMinor: 500, taxRatePpm: 190_000 }], {
      ...onTop,
      discountMinor: 250,
    });
    expect(price).toEqual({ discountMinor: 750, taxMinor: 0, includedTaxMinor: 0 });
  });
  test("is exact at the limits", () => {
    const dear = { quantity: 1, unitPriceMinor: largestAmountMinor - 1, discountMinor: 0, taxRatePpm: 0 };
    const cheap = { ...dear, unitPriceMinor: 1 };
    const prices = priceLines([dear, cheap], { ...onTop, discountMinor: largestAmountMinor });
    expect(prices.map((price) => price.discountMinor)).toEqual([largestAmountMinor - 1, 1]);
  });
});

describe("shipping", () => {
  test("has its tax on top", () =>
    expect(priceShipping({ amountMinor: 490, taxRatePpm: 190_000 }, false)).toEqual({
      amountMinor: 490,
      taxMinor: 93,
      includedTaxMinor: 0,
    }));
  test("has its tax within", () =>
    expect(priceShipping({ amountMinor: 490, taxRatePpm: 190_000 }, true)).toEqual({
      amountMinor: 490,
      taxMinor: 0,
      includedTaxMinor: 78,
    }));
  test("is part of the total, with its tax", () =>
    expect(totalMinorOf([{ ...cups, taxMinor: 7, discountMinor: 1 }], { amountMinor: 490, taxMinor: 93 })).toBe(1_339));
  test("is nothing if none is named", () => expect(totalMinorOf([{ ...cups, taxMinor: 0 }])).toBe(750));
});

describe("the value of a line's units", () => {
  const three: PricedLine = { quantity: 3, unitPriceMinor: 333, discountMinor: 0, taxMinor: 1 };
  test("is the line's total for all of them", () => {
    expect(lineTotalMinor({ ...three, discountMinor: 9 })).toBe(991);
    expect(valueOfFirst({ ...three, discountMinor: 9 }, 3)).toBe(991);
  });
  test("is nothing for none", () => expect(valueOfFirst(three, 0)).toBe(0));
  test("is rounded half up", () => {
    expect([1, 2].map((units) => valueOfFirst(three, units))).toEqual([333, 667]);
    expect(valueOfFirst({ quantity: 2, unitPriceMinor: 0, discountMinor: 0, taxMinor: 1 }, 1)).toBe(1);
  });
});

const rate = fc.constantFrom(0, 1, 70_000, 190_000, 333_333, 999_999, 1_000_000);

/** So many sevenths of an amount, rounded down. */
const seventh = (amount: bigint, sevenths: number): number => Number((amount * BigInt(sevenths)) / 7n);

/** Lines and discounts that can be priced, some of them worth as much as an order can be. */
const terms = fc
  .record({
    lines: fc.array(
      fc.record({
        quantity: fc.constantFrom(1, 2, 3, 7, 1_000_000),
        price: fc.oneof(fc.nat(2_000), fc.constant(0), fc.maxSafeNat()),
        discounted: fc.constantFrom(0, 0, 1, 3, 7),
        taxRatePpm: rate,
      }),
      { minLength: 1, maxLength: 6 },
    ),
    discounted: fc.constantFrom(0, 1, 3, 7),
    pricesIncludeTax: fc.boolean(),
    shipping: fc.record({ amountMinor: fc.nat(100_000), taxRatePpm: rate }),
  })
  .map(({ lines, discounted, pricesIncludeTax, shipping }) => {
    // Tax may double what lines and shipping cost.
    const room = Math.floor((largestAmountMinor - 200_000) / (2 * lines.length));
    const termsOfLines = lines.map((line): LineTerms => {
      const unitPriceMinor = Math.min(line.price, Math.floor(room / line.quantity));
      const discountMinor = seventh(BigInt(unitPriceMinor * line.quantity), line.discounted);
      return { quantity: line.quantity, unitPriceMinor, discountMinor, taxRatePpm: line.taxRatePpm };
    });
    const left = termsOfLines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor - line.discountMinor, 0);
    return {
      lines: termsOfLines,
      pricing: { discountMinor: seventh(BigInt(left), discounted), pricesIncludeTax },
      shipping,
    };
  });

describe("whatever can be priced", () => {
  test("has nothing wrong with it", () =>
    fc.assert(
      fc.property(terms, ({ lines, pricing, shipping }) => {
        assert.deepEqual(findPricingIssues(lines, pricing, shipping), []);
      }),
    ));

  test("gives away exactly what was promised, and never more than a line costs", () =>
    fc.assert(
      fc.property(terms, ({ lines, pricing }) => {
        const prices = priceLines(lines, pricing);
        const own = sumOf(lines.map((line) => line.discountMinor));
        assert.equal(sumOf(prices.map((price) => price.discountMinor)), own + BigInt(pricing.discountMinor));
        for (const [index, line] of lines.entries()) {
          const discountMinor = prices[index]?.discountMinor ?? -1;
          assert.ok(discountMinor >= line.discountMinor);
          assert.ok(discountMinor <= line.quantity * line.unitPriceMinor);
        }
      }),
    ));

  test("costs lines and tax and shipping less discounts", () =>
    fc.assert(
      fc.property(terms, ({ lines, pricing, shipping }) => {
        const priced = withPrices(lines, pricing);
        const shippingPrice = priceShipping(shipping, pricing.pricesIncludeTax);
        const gross = sumOf(lines.map((line) => line.quantity * line.unitPriceMinor));
        const taxes = sumOf([...priced.map((line) => line.taxMinor), shippingPrice.taxMinor]);
        const discounts = sumOf(priced.map((line) => line.discountMinor));
        const total = totalMinorOf(priced, shippingPrice);
        assert.equal(BigInt(total), gross + taxes + BigInt(shipping.amountMinor) - discounts);
        assert.ok(total <= largestAmountMinor);
        assert.ok(!pricing.pricesIncludeTax || taxes === 0n);
        assert.ok(pricing.pricesIncludeTax || priced.every((line) => line.includedTaxMinor === 0));
      }),
    ));

  test("loses no minor unit however a line is split, and no unit is worth less than nothing", () =>
    fc.assert(
      fc.property(terms, fc.array(fc.nat(4), { maxLength: 12 }), ({ lines, pricing }, parts) => {
        for (const line of withPrices(lines, pricing)) {
          let taken = 0;
          let worth = 0n;
          for (const part of [...parts, line.quantity]) {
            const units = Math.min(part, line.quantity - taken);
            const value = valueOfFirst(line, taken + units) - valueOfFirst(line, taken);
            assert.ok(value >= 0);
            worth += BigInt(value);
            taken += units;
          }
          assert.equal(worth, BigInt(lineTotalMinor(line)));
        }
      }),
    ));
});

const issuesOf = (lines: readonly LineTerms[], ...rest: [typeof onTop, { amountMinor: number; taxRatePpm: number }?]) =>
  findPricingIssues(lines, ...rest).map(({ path }) => path.join("."));

describe("terms that cannot be priced", () => {
  const dearest: LineTerms = { quantity: 1, unitPriceMinor: largestAmountMinor, discountMinor: 0, taxRatePpm: 0 };

  test("are none of these", () => {
    expect(issuesOf([cups], onTop)).toEqual([]);
    expect(issuesOf([dearest], onTop)).toEqual([]);
    expect(issuesOf([{ ...dearest, taxRatePpm: 1_000_000 }], within)).toEqual([]);
    expect(issuesOf([{ ...cups, discountMinor: 750 }], onTop)).toEqual([]);
    expect(issuesOf([{ ...cups, discountMinor: 700 }], { ...onTop, discountMinor: 50 })).toEqual([]);
    expect(
      issuesOf([{ ...dearest, unitPriceMinor: 7 }], onTop, { amountMinor: largestAmountMinor - 7, taxRatePpm: 0 }),
    ).toEqual([]);
  });
  test("have lines worth too much, even if a discount would bring them down", () => {
    const dear = { ...dearest, quantity: 2, discountMinor: largestAmountMinor };
    expect(findPricingIssues([dear], onTop)).toEqual([
      { path: ["lines"], message: "must not be worth more than 9007199254740991 minor units" },
    ]);
    expect(issuesOf([dearest, { ...cups, quantity: 1, unitPriceMinor: 1 }], onTop)).toEqual(["lines"]);
  });
  test("have a discount above its line", () =>
    expect(findPricingIssues([cups, { ...cups, discountMinor: 751 }, { ...cups, discountMinor: 800 }], onTop)).toEqual([
      { path: ["lines", 1, "discountMinor"], message: "must not exceed what the line costs" },
      { path: ["lines", 2, "discountMinor"], message: "must not exceed what the line costs" },
    ]));
  test("have a discount above what all lines cost after their own", () =>
    expect(findPricingIssues([{ ...cups, discountMinor: 700 }], { ...onTop, discountMinor: 51 })).toEqual([
      { path: ["discountMinor"], message: "must not exceed what the lines cost after their own discounts" },
    ]));
  test("have tax or shipping that make them too much", () => {
    const tooMuch = {
      path: ["lines"],
      message: "must not be worth more than 9007199254740991 minor units with tax and shipping",
    };
    expect(findPricingIssues([{ ...dearest, taxRatePpm: 1 }], onTop)).toEqual([tooMuch]);
    expect(issuesOf([dearest], onTop, { amountMinor: 1, taxRatePpm: 0 })).toEqual(["lines"]);
    expect(issuesOf([dearest], within, { amountMinor: 1, taxRatePpm: 0 })).toEqual(["lines"]);
    const shipping = { amountMinor: largestAmountMinor - 7, taxRatePpm: 100 };
    expect(issuesOf([{ ...dearest, unitPriceMinor: 7 }], onTop, shipping)).toEqual(["lines"]);
    expect(issuesOf([{ ...dearest, unitPriceMinor: 7 }], within, shipping)).toEqual([]);
    expect(issuesOf([{ ...dearest, taxRatePpm: 1 }], { ...onTop, discountMinor: largestAmountMinor - 7 })).toEqual([]);
    expect(issuesOf([{ ...dearest, discountMinor: 1 }], onTop, { amountMinor: 1, taxRatePpm: 0 })).toEqual([]);
    expect(issuesOf([{ ...dearest, discountMinor: 1 }], onTop, { amountMinor: 2, taxRatePpm: 0 })).toEqual(["lines"]);
  });
});
