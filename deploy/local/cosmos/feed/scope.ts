import { badRequest, Refusal, SUBSTATUS } from "../errors.ts";
import { header, type WireRequest } from "../http/request.ts";
import { MAXIMUM_KEY, MINIMUM_KEY, prefixRange } from "../keys/effective-partition-key.ts";
import { parsePartitionKeyHeader } from "../keys/partition-key.ts";
import { locateHeaderKey, namesWholeKey } from "../resources/key-location.ts";
import type { Container, LocatedKey, Range } from "../storage/catalogue.ts";

/** The part of a container that a query or a feed reads. */
export interface Scope {
  readonly container: Container;
  /** Set when it is one partition. */
  readonly key: LocatedKey | undefined;
  /** The ranges that have a part of it. */
  readonly ranges: readonly Range[];
  /** Set when it is a part of the ranges: the effective partition keys from `min` up to, not including, `max`. */
  readonly min: string;
  readonly max: string;
}

/** Tells whether a scope is less than its ranges: a slice of the key space. */
export const isSlice = ({ min, max }: Scope): boolean => min !== MINIMUM_KEY || max !== MAXIMUM_KEY;

const namedRange = (container: Container, name: string): Range => {
  // Some clients put the container's _rid before the range's id.
  const id = name.slice(name.indexOf(",") + 1);
  const range = container.ranges.find((candidate) => candidate.id === id);
  if (range === undefined) {
    throw new Refusal(410, `The partition key range '${name}' is gone.`, SUBSTATUS.rangeGone);
  }
  return range;
};

/** The slice of the key space that a request's headers name, all of it when they name none. */
const sliceOf = (
  container: Container,
  request: WireRequest,
  keyHeader: string | undefined,
): Pick<Scope, "min" | "max"> => {
  const prefix = keyHeader === undefined ? [] : parsePartitionKeyHeader(container.key, keyHeader);
  if (prefix.length > 0) return prefixRange(container.key, prefix);
  const min = header(request, "x-ms-start-epk") ?? MINIMUM_KEY;
  const max = header(request, "x-ms-end-epk") ?? MAXIMUM_KEY;
  if (min >= max) throw badRequest(`The key range from '${min}' to '${max}' is empty.`);
  return { min, max };
};

/**
 * Reads from the headers which part of a container a request is about: a partition key, the first components of a
 * hierarchical one, a range, a slice of the key space, or all of it.
 * @throws Refusal (410, substatus 1002) when it names a range that is not there
 */
export const scopeOf = (container: Container, request: WireRequest): Scope => {
  const keyHeader = header(request, "x-ms-documentdb-partitionkey");
  if (keyHeader !== undefined && namesWholeKey(container, keyHeader)) {
    const key = locateHeaderKey(container, keyHeader);
    return { container, key, ranges: [key.range], min: MINIMUM_KEY, max: MAXIMUM_KEY };
  }
  const { min, max } = sliceOf(container, request, keyHeader);
  const name = header(request, "x-ms-documentdb-partitionkeyrangeid");
  if (name !== undefined) return { container, key: undefined, ranges: [namedRange(container, name)], min, max };
  const ranges = container.ranges.filter((range) => range.min < max && range.max > min);
  return { container, key: undefined, ranges, min, max };
};
