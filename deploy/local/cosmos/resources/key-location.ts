import { badRequest, SUBSTATUS } from "../errors.ts";
import { effectivePartitionKey } from "../keys/effective-partition-key.ts";
import {
  canonicalPartitionKey,
  extractPartitionKey,
  keyMismatch,
  type PartitionKeyComponent,
  parsePartitionKeyHeader,
} from "../keys/partition-key.ts";
import type { JsonObject } from "../json.ts";
import type { Container, LocatedKey, Range } from "../storage/catalogue.ts";

/** What is remembered takes up some 20 MB for each container at most; a header may have 64 KB. */
const REMEMBERED_KEYS = 10_000;
const LONGEST_REMEMBERED_HEADER = 1_024;

/** The range that holds an effective partition key. */
export const rangeOf = (container: Container, epk: string): Range => {
  const range = container.ranges.find(({ min, max }) => epk >= min && epk < max);
  if (range === undefined) throw new Error(`No range of container ${container.id} holds ${epk}.`);
  return range;
};

/** Finds where a partition key lies. */
export const locateKey = (container: Container, key: readonly PartitionKeyComponent[]): LocatedKey => {
  const epk = effectivePartitionKey(container.key, key);
  return { text: canonicalPartitionKey(key), epk, range: rangeOf(container, epk) };
};

/**
 * Finds where the partition key in a request's header lies; hashing is saved for keys seen lately, unless they are long.
 * @throws Refusal (400) when the header is missing, malformed, or names less than a whole key
 */
export const locateHeaderKey = (container: Container, header: string | undefined): LocatedKey => {
  if (header === undefined) {
    throw badRequest("PartitionKey value must be supplied for this operation.", SUBSTATUS.partitionKeyMismatch);
  }
  const known = container.keys.get(header);
  if (known !== undefined) return known;
  const components = parsePartitionKeyHeader(container.key, header);
  const { length } = container.key.paths;
  if (components.length < length) throw keyMismatch(components.length, length);
  const located = locateKey(container, components);
  if (header.length > LONGEST_REMEMBERED_HEADER) return located;
  if (container.keys.size >= REMEMBERED_KEYS) container.keys.clear();
  container.keys.set(header, located);
  return located;
};

/** Tells whether a header names a whole partition key, and not only the first components of a hierarchical one. */
export const namesWholeKey = ({ key, keys }: Container, header: string): boolean =>
  key.kind === "Hash" || keys.has(header) || parsePartitionKeyHeader(key, header).length === key.paths.length;

/** Checks that an item has the partition key that the request named. @throws Refusal (400, substatus 1001) when it has not */
export const checkDocumentKey = (container: Container, key: LocatedKey, document: JsonObject): void => {
  if (canonicalPartitionKey(extractPartitionKey(container.key, document)) !== key.text) {
    throw badRequest(
      "PartitionKey extracted from document doesn't match the one specified in the header.",
      SUBSTATUS.partitionKeyMismatch,
    );
  }
};
