import { z } from "zod";

/**
 * The active codes of ISO 4217, without precious metals and test codes, by the decimal digits of their minor unit. They are
 * listed here, since the answer of `Intl` depends on the build of Node, holds withdrawn currencies too and differs from ISO
 * 4217 in digits. A code that is withdrawn must no longer be taken from commands, but its digits stay known, since orders in
 * it stay stored.
 */
const codesByExponent: readonly (readonly [exponent: number, codes: string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [
    2,
    `
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV
    MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
    SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

const exponents = new Map(
  codesByExponent.flatMap(([exponent, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code) => [code, exponent] as const),
  ),
);

/** An active ISO 4217 code in capital letters. */
export const currency = z.enum([...exponents.keys()].toSorted(), "must be an active ISO 4217 code in capital letters");

/**
 * How many decimal digits the minor unit of a currency has: with 2, 1,050 minor units are 10.50.
 *
 * @param code a code that `currency` takes. Throws an Error for any other.
 */
export const currencyExponentOf = (code: string): number => {
  const exponent = exponents.get(code);
  if (exponent === undefined) throw new Error(`${code} is no currency whose minor unit is known`);
  return exponent;
};
