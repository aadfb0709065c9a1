import { z } from "zod";
import { feedRange, type FeedRange } from "./lease.ts";

/**
 * The continuation of `@azure/cosmos` for a range: the container's `_rid`, and for each part of the range where it
 * continues (empty: at the beginning of the feed). It has one part until the store splits the range.
 */
const compositeContinuation = z.object({
  rid: z.string(),
  Continuation: z.array(feedRange.extend({ continuationToken: z.string().optional() })).min(1),
});

/** The continuation that reads a range of the container with this `_rid` from the beginning of the feed. */
export const continuationFromBeginning = (rid: string, range: FeedRange): string =>
  JSON.stringify({
    rid,
    Continuation: [{ minInclusive: range.minInclusive, maxExclusive: range.maxExclusive, continuationToken: "" }],
  });

/**
 * The parts a continuation consists of, each with a continuation of its own. More than one means that the store has split
 * the range. Throws if the text is not a continuation of a range.
 */
export const partsOfContinuation = (continuation: string): { range: FeedRange; continuation: string }[] => {
  const { rid, Continuation } = compositeContinuation.parse(JSON.parse(continuation));
  return Continuation.map((part) => ({
    range: { minInclusive: part.minInclusive, maxExclusive: part.maxExclusive },
    continuation: JSON.stringify({ rid, Continuation: [part] }),
  }));
};
