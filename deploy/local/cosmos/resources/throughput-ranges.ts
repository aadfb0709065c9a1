import type { Endpoint } from "../endpoint.ts";
import { widthOf } from "../keys/effective-partition-key.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { splitRange } from "./split.ts";

/** One partition of Azure serves this much in a second (Azure's "best practices for scaling provisioned throughput"). */
const MOST_PER_RANGE = 10_000;

/** A container that needs several partitions from its creation on has one for each of these request units (same source). */
const PER_NEW_RANGE = 6_000;

/**
 * How many ranges a new container has for its throughput.
 * @param throughput request units in a second; undefined when none was asked for
 * @param least how many it has in any case
 */
export const rangesAtFirst = (throughput: number | undefined, least: number): number =>
  throughput === undefined || throughput <= MOST_PER_RANGE
    ? least
    : Math.max(least, Math.ceil(throughput / PER_NEW_RANGE));

const widest = ({ key, ranges: [first, ...others] }: Container): Range => {
  if (first === undefined) throw new Error("A container has no ranges.");
  return others.reduce((found, range) => (widthOf(key, range) > widthOf(key, found) ? range : found), first);
};

/**
 * Splits ranges of a container until it has as many as its throughput needs, as Azure does when the throughput is raised;
 * it never merges any. To be called in a write of the group commit.
 */
export const growRanges = (endpoint: Endpoint, container: Container, throughput: number): Container => {
  let grown = container;
  while (grown.ranges.length < Math.ceil(throughput / MOST_PER_RANGE)) {
    grown = splitRange(endpoint, grown, widest(grown).id).container;
  }
  return grown;
};
