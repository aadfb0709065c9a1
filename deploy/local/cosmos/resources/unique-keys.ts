import type { JsonObject } from "../json.ts";
import { uniqueValues } from "../keys/unique-keys.ts";
import { integer, optionalInteger } from "../storage/rows.ts";
import type { UniqueKeys } from "../storage/unique-table.ts";

/**
 * Gives an item the values that it has of a container's unique keys, in place of those it had.
 * @param partition the text of the partition key: values are unique within a partition
 * @param seq the item's number
 * @returns false, and nothing is changed, when another item of the partition that has not expired holds one of them
 */
export const holdUniqueValues = (
  { keys, table }: UniqueKeys,
  partition: string,
  seq: number,
  document: JsonObject,
  nowMs: number,
): boolean => {
  const values = uniqueValues(keys, document);
  const expired: number[] = [];
  for (const [nr, value] of values.entries()) {
    const row = table.holder.get(partition, nr, value);
    if (row === undefined) continue;
    const holder = integer(row, "seq");
    const expires = optionalInteger(row, "expires");
    const isExpired = expires !== undefined && expires <= nowMs;
    if (holder !== seq && !isExpired) return false;
    if (holder !== seq) expired.push(holder);
  }
  for (const holder of [...expired, seq]) table.release.run(holder);
  for (const [nr, value] of values.entries()) table.hold.run(partition, nr, value, seq);
  return true;
};
