import { define, finite, type NamedFunction, ofNumber } from "./function-definition.ts";
import type { Value } from "./values.ts";

const ofTwo = (name: string, apply: (left: number, right: number) => number): NamedFunction =>
  define(name, 2, 2, ([left, right]) =>
    typeof left === "number" && typeof right === "number" ? finite(apply(left, right)) : undefined,
  );

/** Rounds halves away from zero. */
const round = ([value, digits = 0]: readonly Value[]): Value => {
  if (typeof value !== "number" || typeof digits !== "number") return undefined;
  const scale = 10 ** Math.trunc(digits);
  return finite((Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale);
};

const log = ([value, base]: readonly Value[]): Value => {
  if (typeof value !== "number") return undefined;
  if (base === undefined) return finite(Math.log(value));
  // The logarithm to base 10 has a function of its own, which is exact for powers of 10.
  if (base === 10) return finite(Math.log10(value));
  return typeof base === "number" ? finite(Math.log(value) / Math.log(base)) : undefined;
};

/** Rounds down to a multiple of the bin's size, which is 1 unless it is given. */
const numberBin = ([value, size = 1]: readonly Value[]): Value => {
  if (typeof value !== "number" || typeof size !== "number" || size === 0) return undefined;
  return finite(Math.floor(value / size) * size);
};

/** Functions of numbers. */
export const MATH_FUNCTIONS: readonly NamedFunction[] = [
  ofNumber("ABS", Math.abs),
  ofNumber("CEILING", Math.ceil),
  ofNumber("FLOOR", Math.floor),
  ofNumber("TRUNC", Math.trunc),
  ofNumber("SIGN", Math.sign),
  ofNumber("SQRT", Math.sqrt),
  ofNumber("SQUARE", (value) => value * value),
  ofNumber("EXP", Math.exp),
  ofNumber("LOG10", Math.log10),
  ofNumber("SIN", Math.sin),
  ofNumber("COS", Math.cos),
  ofNumber("TAN", Math.tan),
  ofNumber("COT", (value) => 1 / Math.tan(value)),
  ofNumber("ASIN", Math.asin),
  ofNumber("ACOS", Math.acos),
  ofNumber("ATAN", Math.atan),
  ofNumber("DEGREES", (value) => (value * 180) / Math.PI),
  ofNumber("RADIANS", (value) => (value * Math.PI) / 180),
  ofTwo("POWER", (base, exponent) => base ** exponent),
  ofTwo("ATN2", Math.atan2),
  define("ROUND", 1, 2, round),
  define("LOG", 1, 2, log),
  define("NUMBERBIN", 1, 2, numberBin),
  define("PI", 0, 0, () => Math.PI),
  define("RAND", 0, 0, () => Math.random()),
];
