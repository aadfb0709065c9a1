import { describe, expect, test } from "@jest/globals";
import { currency, currencyExponentOf } from "../../../actors/order/currency.ts";

const withoutDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ");
const withThree = "BHD IQD JOD KWD LYD OMR TND".split(" ");
const withFour = ["CLF", "UYW"];
const others = currency.options.filter((code) => ![...withoutDigits, ...withThree, ...withFour].includes(code));

describe("the minor unit of a currency", () => {
  test.each(withoutDigits)("of %s is the currency itself", (code) => expect(currencyExponentOf(code)).toBe(0));
  test.each(withThree)("of %s is a thousandth", (code) => expect(currencyExponentOf(code)).toBe(3));
  test.each(withFour)("of %s is a ten-thousandth", (code) => expect(currencyExponentOf(code)).toBe(4));
  test("of every other one is a hundredth", () => {
    expect(others).toHaveLength(139);
    expect(others).toEqual(expect.arrayContaining(["EUR", "USD", "MGA", "MRU", "AFN", "ZWG"]));
    expect(new Set(others.map(currencyExponentOf))).toEqual(new Set([2]));
  });
  test.each(["XAU", "XTS", "eur", "", "DEM", "toString"])("of %p is unknown", (code) => {
    expect(currency.safeParse(code).success).toBe(false);
    expect(() => currencyExponentOf(code)).toThrow(`${code} is no currency`);
  });
});
