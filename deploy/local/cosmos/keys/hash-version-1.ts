import type { PartitionKeyComponent } from "./partition-key.ts";

/** Only so many characters of a text are hashed, and so many of its bytes are written after the hash. */
const LONGEST_TEXT = 100;

const NUMBER = 5;
const TEXT = 8;

const mix = (block: number): number => {
  const multiplied = Math.imul(block, 0xcc9e_2d51);
  return Math.imul((multiplied << 15) | (multiplied >>> 17), 0x1b87_3593);
};

/** MurmurHash3, the 32-bit variant, seed 0: an unsigned integer. */
export const murmurHash32 = (bytes: Buffer): number => {
  let hash = 0;
  const whole = bytes.length - (bytes.length % 4);
  for (let at = 0; at < whole; at += 4) {
    hash ^= mix(bytes.readInt32LE(at));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe654_6b64) | 0;
  }
  if (whole < bytes.length) hash ^= mix(bytes.readUIntLE(whole, bytes.length - whole));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/**
 * Writes a number so that texts of such bytes are ordered as the numbers are: the sign-corrected bits of the double, the
 * first eight whole, then seven in a byte, whose last bit says whether another byte follows.
 */
const encodeNumber = (value: number): number[] => {
  const view = Buffer.allocUnsafe(8);
  view.writeDoubleBE(value);
  const bits = view.readBigUInt64BE();
  const sign = 1n << 63n;
  let payload = bits < sign ? bits ^ sign : BigInt.asUintN(64, -bits);
  const bytes = [NUMBER, Number(payload >> 56n)];
  payload = BigInt.asUintN(64, payload << 8n);
  let byte = 0;
  for (let isFirst = true; payload !== 0n; isFirst = false) {
    if (!isFirst) bytes.push(byte);
    byte = Number(payload >> 56n) | 1;
    payload = BigInt.asUintN(64, payload << 7n);
  }
  return [...bytes, byte & 0xfe];
};

const encodeText = (text: string): number[] => {
  const bytes = [...Buffer.from(text)].map((byte) => byte + 1);
  return bytes.length <= LONGEST_TEXT ? [TEXT, ...bytes, 0] : [TEXT, ...bytes.slice(0, LONGEST_TEXT + 1)];
};

const kindOf = (component: PartitionKeyComponent): number => {
  if (typeof component === "boolean") return component ? 3 : 2;
  return component === null ? 1 : 0;
};

const bytesToHash = (component: PartitionKeyComponent): Buffer => {
  if (typeof component === "string") return Buffer.concat([Buffer.of(TEXT), Buffer.from(component), Buffer.of(0)]);
  if (typeof component !== "number") return Buffer.of(kindOf(component));
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = NUMBER;
  bytes.writeDoubleLE(component, 1);
  return bytes;
};

const encode = (component: PartitionKeyComponent): number[] => {
  if (typeof component === "string") return encodeText(component);
  return typeof component === "number" ? encodeNumber(component) : [kindOf(component)];
};

const hexadecimal = (bytes: readonly number[]): string => Buffer.from(bytes).toString("hex").toUpperCase();

/** Where a hash lies in the key space of version 1: a range can begin there. */
export const hashPosition = (hash: number): string => hexadecimal(encodeNumber(hash));

/**
 * The effective partition key of hashing version 1: a 32-bit hash of the key's first hundred characters, and then the key
 * itself. As the SDKs compute it (`_get_effective_partition_key_for_hash_partitioning` of azure-cosmos for Python,
 * `hashV1PartitionKey` of @azure/cosmos).
 */
export const effectivePartitionKey1 = (component: PartitionKeyComponent): string => {
  const short = typeof component === "string" ? component.slice(0, LONGEST_TEXT) : component;
  return hexadecimal([...encodeNumber(murmurHash32(bytesToHash(short))), ...encode(short)]);
};
