import { effectivePartitionKey1, hashPosition } from "./hash-version-1.ts";
import type { PartitionKeyComponent, PartitionKeyDefinition } from "./partition-key.ts";
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

/** How a container hashes its partition keys. */
type Hashing = Pick<PartitionKeyDefinition, "kind" | "version">;

const hash = (component: PartitionKeyComponent): string => {
  const [h1, h2] = murmurHash128(encode(component));
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeInt32BE(h2.high, 0);
  bytes.writeInt32BE(h2.low, 4);
  bytes.writeInt32BE(h1.high, 8);
  bytes.writeInt32BE(h1.low, 12);
  bytes[0] = bytes.readUInt8(0) & 0x3f;
  return bytes.toString("hex").toUpperCase();
};

/**
 * The effective partition key of a partition key: where it lies in the container's key space. The same algorithm as
 * Azure's, so that ranges hold here what they would hold there: of a hierarchical key, the hashes of its components one
 * after the other (`hashMultiHashPartitionKey` of @azure/cosmos).
 * @param key the components of the partition key, or the first of a hierarchical one
 * @returns 32 upper-case hexadecimal digits for each component, below "40"; or a text of version 1
 */
export const effectivePartitionKey = ({ kind, version }: Hashing, key: readonly PartitionKeyComponent[]): string => {
  const [first] = key;
  if (kind === "MultiHash") return key.map(hash).join("");
  return version === 1 ? effectivePartitionKey1(first) : hash(first);
};

/** The slice of the key space, `min` to below `max`, that holds every key which begins with some components. */
export const prefixRange = (
  hashing: Hashing,
  prefix: readonly PartitionKeyComponent[],
): { readonly min: string; readonly max: string } => {
  const min = effectivePartitionKey(hashing, prefix);
  return { min, max: `${min}${MAXIMUM_KEY}` };
};

const HASHES_OF_VERSION_1 = 2 ** 32;

/** Hashes of version 2 have 128 bits, the first two of which are zero. */
const DIGITS = 32;
const END_OF_VERSION_2 = 0x40n << 120n;

const textOf = (hashed: bigint): string => hashed.toString(16).toUpperCase().padStart(DIGITS, "0");

const boundaryOf = (version: 1 | 2, index: number, count: number): string =>
  version === 1
    ? hashPosition(Math.floor((HASHES_OF_VERSION_1 * index) / count) - 1)
    : textOf((END_OF_VERSION_2 * BigInt(index)) / BigInt(count) - 1n);

/**
 * Cuts the key space into equal ranges.
 * @param count how many ranges, at least one
 * @returns the boundaries, `count + 1` of them, from the minimum to the maximum key
 */
export const evenBoundaries = (count: number, version: 1 | 2 = 2): string[] => [
  MINIMUM_KEY,
  ...Array.from({ length: count - 1 }, (_, index) => boundaryOf(version, index + 1, count)),
  MAXIMUM_KEY,
];

/** From `min` up to, not including, `max`. */
interface Slice {
  readonly min: string;
  readonly max: string;
}

const numberOf = (key: string): bigint => BigInt(`0x${key.slice(0, DIGITS).padEnd(DIGITS, "0")}`);

/** The first hash of version 1 that does not lie before a key. */
const firstHashFrom = (key: string): number => {
  let [low, high] = [0, HASHES_OF_VERSION_1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (hashPosition(middle) < key) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The numbers of the first hash of a slice of the key space, and of the first after it. */
const hashesIn = ({ version }: Hashing, { min, max }: Slice): readonly [first: bigint, end: bigint] => {
  if (version === 1) return [BigInt(firstHashFrom(min)), BigInt(firstHashFrom(max))];
  const end = numberOf(max);
  return [numberOf(min), end < END_OF_VERSION_2 ? end : END_OF_VERSION_2];
};

/** The middle of a slice of the key space, by hashes. */
export const middleOf = (hashing: Hashing, slice: Slice): string => {
  const [first, end] = hashesIn(hashing, slice);
  const middle = (first + end) / 2n;
  return hashing.version === 1 ? hashPosition(Number(middle)) : textOf(middle);
};

/** How many hashes lie in a slice of the key space: what is twice as wide holds about twice as many keys. */
export const widthOf = (hashing: Hashing, slice: Slice): bigint => {
  const [first, end] = hashesIn(hashing, slice);
  return end - first;
};
