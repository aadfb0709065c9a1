const MASK = 0xffff_ffff_ffff_ffffn;
const C1 = 0x87c3_7b91_1142_53d5n;
const C2 = 0x4cf5_ad43_2745_937fn;

const rotateLeft = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;
const multiply = (left: bigint, right: bigint): bigint => BigInt.asUintN(64, left * right);
const scrambleFirst = (block: bigint): bigint => multiply(rotateLeft(multiply(block, C1), 31n), C2);
const scrambleSecond = (block: bigint): bigint => multiply(rotateLeft(multiply(block, C2), 33n), C1);

const finish = (hash: bigint): bigint => {
  const once = multiply(hash ^ (hash >> 33n), 0xff51_afd7_ed55_8ccdn);
  const twice = multiply(once ^ (once >> 33n), 0xc4ce_b9fe_1a85_ec53n);
  return twice ^ (twice >> 33n);
};

/**
 * MurmurHash3, the 128-bit variant for 64-bit machines, seed 0.
 * @param bytes what to hash
 * @returns the two halves of the hash, each an unsigned 64-bit integer
 */
export const murmurHash128 = (bytes: Buffer): [bigint, bigint] => {
  let h1 = 0n;
  let h2 = 0n;
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < whole; at += 16) {
    h1 ^= scrambleFirst(bytes.readBigUInt64LE(at));
    h1 = BigInt.asUintN(64, rotateLeft(h1, 27n) + h2);
    h1 = BigInt.asUintN(64, h1 * 5n + 0x52dc_e729n);
    h2 ^= scrambleSecond(bytes.readBigUInt64LE(at + 8));
    h2 = BigInt.asUintN(64, rotateLeft(h2, 31n) + h1);
    h2 = BigInt.asUintN(64, h2 * 5n + 0x3849_5ab5n);
  }
  if (whole < bytes.length) {
    const tail = Buffer.alloc(16);
    bytes.copy(tail, 0, whole);
    h1 ^= scrambleFirst(tail.readBigUInt64LE(0));
    h2 ^= scrambleSecond(tail.readBigUInt64LE(8));
  }
  const length = BigInt(bytes.length);
  h1 ^= length;
  h2 ^= length;
  h1 = BigInt.asUintN(64, h1 + h2);
  h2 = BigInt.asUintN(64, h2 + h1);
  h1 = finish(h1);
  h2 = finish(h2);
  h1 = BigInt.asUintN(64, h1 + h2);
  h2 = BigInt.asUintN(64, h2 + h1);
  return [h1, h2];
};
