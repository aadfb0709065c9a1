import { z } from "zod";

/** A range of effective partition keys: hexadecimal text, compared as text. `""` is the lowest bound, `"FF"` the highest. */
export const feedRange = z.object({ minInclusive: z.string(), maxExclusive: z.string() });
export type FeedRange = z.infer<typeof feedRange>;

/** How a range is named in lease ids, logs and metrics. */
export const rangeName = (range: FeedRange): string => `${range.minInclusive}-${range.maxExclusive}`;

/** How far a consumer group has come in a range: where to read on, and what the lag is measured against. */
export const feedPosition = z.object({
  /** What the change feed continues from. */
  continuation: z.string(),
  /** The log sequence number of the last handled item; null before the first, or if the store does not tell. */
  lsn: z.int().min(0).nullable(),
  /** When the last handled item was stored: ISO 8601, UTC, whole seconds, by the store's clock. */
  storedAt: z.string().nullable(),
});
export type FeedPosition = z.infer<typeof feedPosition>;

/**
 * Who reads a feed range for a consumer group, and how far the group has come in it.
 *
 * There is no time of expiry in it: an instance takes a lease over when it has itself watched the lease not change for
 * the whole time to live. Clocks of other machines, and clocks that are set, play no part.
 */
export const lease = z.object({
  kind: z.literal("lease"),
  group: z.string().min(1),
  range: feedRange,
  /** The instance that reads the range; null if it was released or never taken. */
  owner: z.string().nullable(),
  /** Raised with every change of hands, so that an instance does not take a later tenure of its own for this one. */
  tenure: z.int().min(0),
  /** ISO 8601, UTC: for people. */
  renewedAt: z.string(),
  position: feedPosition,
  /** The range was split: leases of its parts have taken over, this one is history. */
  retired: z.boolean(),
});
export type Lease = z.infer<typeof lease>;

export const leaseId = ({ group, range }: Pick<Lease, "group" | "range">): string => `${group}~${rangeName(range)}`;

/** A lease with the ETag that it was read or written under. */
export interface StoredLease {
  readonly lease: Lease;
  readonly etag: string;
}

/**
 * The parts of `ranges` that no lease covers, retired ones apart: what has to be leased before the group reads everything.
 */
export const uncovered = (ranges: readonly FeedRange[], leases: readonly FeedRange[]): FeedRange[] => {
  const taken = leases.toSorted((a, b) => (a.minInclusive < b.minInclusive ? -1 : 1));
  return ranges.flatMap((range) => {
    const gaps: FeedRange[] = [];
    let from = range.minInclusive;
    for (const { minInclusive, maxExclusive } of taken) {
      if (maxExclusive <= from || minInclusive >= range.maxExclusive) continue;
      if (minInclusive > from) gaps.push({ minInclusive: from, maxExclusive: minInclusive });
      from = maxExclusive;
    }
    if (from < range.maxExclusive) gaps.push({ minInclusive: from, maxExclusive: range.maxExclusive });
    return gaps;
  });
};
