import type { PartitionKeyComponent } from "./partition-key.ts";
import { murmurHash128 } from "./murmur-hash.ts";

/** The effective partition keys of a container start here ... */
export const MINIMUM_KEY = "";
/** ... and end before this. */
export const MAXIMUM_KEY = "FF";

const encode = (component: PartitionKeyComponent): Buffer => {
  if (typeof component === "string") {
    const bytes = Buffer.allocUnsafe(Buffer.byteLength(component) + 2);
    bytes[0] = 8;
    bytes[bytes.write(component, 1) + 1] = 0xff;
    return bytes;
  }
  if (typeof component === "number") {
    const bytes = Buffer.allocUnsafe(9);
    bytes[0] = 5;
    bytes.writeDoubleLE(component, 1);
    return bytes;
  }
  if (typeof component === "boolean") return Buffer.of(component ? 3 : 2);
  return Buffer.of(component === null ? 1 : 0);
};

const encodeAll = (key: readonly PartitionKeyComponent[]): Buffer =>
  key.length === 1 ? encode(key[0]) : Buffer.concat(key.map(encode));

/**
 * The effective partition key (version 2) of a partition key: where it lies in the container's key space.
 * The same algorithm as Azure's, so that ranges hold here what they would hold there.
 * @param key the components of the partition key
 * @returns 32 upper-case hexadecimal digits, below "40"
 */
export const effectivePartitionKey = (key: readonly PartitionKeyComponent[]): string => {
  const [h1, h2] = murmurHash128(encodeAll(key));
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeInt32BE(h2.high, 0);
  bytes.writeInt32BE(h2.low, 4);
  bytes.writeInt32BE(h1.high, 8);
  bytes.writeInt32BE(h1.low, 12);
  bytes[0] = bytes.readUInt8(0) & 0x3f;
  return bytes.toString("hex").toUpperCase();
};

/**
 * Cuts the key space into equal ranges.
 * @param count how many ranges, at least one
 * @returns the boundaries, `count + 1` of them, from the minimum to the maximum key
 */
export const evenBoundaries = (count: number): string[] => {
  const end = 0x40n << 120n;
  const inner = Array.from({ length: count - 1 }, (_, index) => {
    const boundary = (end * BigInt(index + 1)) / BigInt(count) - 1n;
    return boundary.toString(16).toUpperCase().padStart(32, "0");
  });
  return [MINIMUM_KEY, ...inner, MAXIMUM_KEY];
};
