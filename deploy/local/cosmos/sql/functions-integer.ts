import { define, type NamedFunction } from "./function-definition.ts";
import type { Value } from "./values.ts";

const SMALLEST = -(2n ** 63n);
const LARGEST = 2n ** 63n - 1n;

/** A number as a 64-bit integer, or undefined when it is none. The largest one is a power of two as JSON reads it. */
const integer = (value: Value): bigint | undefined => {
  if (typeof value !== "number" || !Number.isInteger(value)) return undefined;
  const whole = BigInt(value);
  if (whole < SMALLEST || whole > LARGEST + 1n) return undefined;
  return whole > LARGEST ? LARGEST : whole;
};

/** Defines a function of two 64-bit integers; a result that is too large wraps around. */
const ofTwo = (name: string, apply: (left: bigint, right: bigint) => bigint | undefined): NamedFunction =>
  define(name, 2, 2, ([first, second]) => {
    const [left, right] = [integer(first), integer(second)];
    if (left === undefined || right === undefined) return undefined;
    const result = apply(left, right);
    return result === undefined ? undefined : Number(BigInt.asIntN(64, result));
  });

const isShift = (bits: bigint): boolean => bits >= 0n && bits < 64n;

/** Functions of 64-bit integers; anything else makes them undefined. */
export const INTEGER_FUNCTIONS: readonly NamedFunction[] = [
  ofTwo("INTADD", (left, right) => left + right),
  ofTwo("INTSUB", (left, right) => left - right),
  ofTwo("INTMUL", (left, right) => left * right),
  ofTwo("INTDIV", (left, right) => (right === 0n ? undefined : left / right)),
  ofTwo("INTMOD", (left, right) => (right === 0n ? undefined : left % right)),
  ofTwo("INTBITAND", (left, right) => left & right),
  ofTwo("INTBITOR", (left, right) => left | right),
  ofTwo("INTBITXOR", (left, right) => left ^ right),
  ofTwo("INTBITLEFTSHIFT", (value, bits) => (isShift(bits) ? value << bits : undefined)),
  ofTwo("INTBITRIGHTSHIFT", (value, bits) => (isShift(bits) ? value >> bits : undefined)),
  define("INTBITNOT", 1, 1, ([value]) => {
    const whole = integer(value);
    return whole === undefined ? undefined : Number(~whole);
  }),
];
