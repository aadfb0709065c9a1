import { add, exclusiveOr, foldUpperBits, multiply, rotateLeft, type Word64, word } from "./word64.ts";

const C1 = word(0x87c3_7b91, 0x1142_53d5);
const C2 = word(0x4cf5_ad43, 0x2745_937f);
const FIVE = word(0, 5);
const FIRST_SUMMAND = word(0, 0x52dc_e729);
const SECOND_SUMMAND = word(0, 0x3849_5ab5);
const FINISH_1 = word(0xff51_afd7, 0xed55_8ccd);
const FINISH_2 = word(0xc4ce_b9fe, 0x1a85_ec53);

const readWord = (bytes: Buffer, at: number): Word64 => word(bytes.readInt32LE(at + 4), bytes.readInt32LE(at));

const mixFirst = (h1: Word64, block: Word64): void => {
  multiply(block, C1);
  rotateLeft(block, 31);
  multiply(block, C2);
  exclusiveOr(h1, block);
};

const mixSecond = (h2: Word64, block: Word64): void => {
  multiply(block, C2);
  rotateLeft(block, 33);
  multiply(block, C1);
  exclusiveOr(h2, block);
};

const finish = (hash: Word64): void => {
  foldUpperBits(hash);
  multiply(hash, FINISH_1);
  foldUpperBits(hash);
  multiply(hash, FINISH_2);
  foldUpperBits(hash);
};

/**
 * MurmurHash3, the 128-bit variant for 64-bit machines, seed 0.
 * @param bytes what to hash
 * @returns the two halves of the hash
 */
export const murmurHash128 = (bytes: Buffer): [Word64, Word64] => {
  const h1 = word(0, 0);
  const h2 = word(0, 0);
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < whole; at += 16) {
    mixFirst(h1, readWord(bytes, at));
    rotateLeft(h1, 27);
    add(h1, h2);
    multiply(h1, FIVE);
    add(h1, FIRST_SUMMAND);
    mixSecond(h2, readWord(bytes, at + 8));
    rotateLeft(h2, 31);
    add(h2, h1);
    multiply(h2, FIVE);
    add(h2, SECOND_SUMMAND);
  }
  if (whole < bytes.length) {
    // Zeros beyond the end mix in nothing.
    const tail = Buffer.alloc(16);
    bytes.copy(tail, 0, whole);
    mixFirst(h1, readWord(tail, 0));
    mixSecond(h2, readWord(tail, 8));
  }
  const length = word(0, bytes.length);
  exclusiveOr(h1, length);
  exclusiveOr(h2, length);
  add(h1, h2);
  add(h2, h1);
  finish(h1);
  finish(h2);
  add(h1, h2);
  add(h2, h1);
  return [h1, h2];
};
