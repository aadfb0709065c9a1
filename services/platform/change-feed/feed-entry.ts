import { z } from "zod";
import { recordedEvent, type RecordedEvent } from "../../../actors/kernel/recorded-event.ts";

/** An event item whose content is not a recorded event: nothing but its place is known. */
export interface UnreadableEntry {
  readonly kind: "unreadable";
  readonly streamId: string;
  /** Undefined if not even the item id is that of an event. */
  readonly version: number | undefined;
  readonly itemId: string;
  readonly reason: string;
}

export type FeedEntry = { readonly kind: "event"; readonly event: RecordedEvent } | UnreadableEntry;

/** An item of the container `events`; the store adds `_lsn` and `_ts` (seconds since 1970). */
const storedItem = z.object({
  id: z.string(),
  partitionKey: z.string(),
  value: z.looseObject({ kind: z.string() }),
  _lsn: z.int().min(0).optional(),
  _ts: z.number().min(0).optional(),
});

export interface FeedItem {
  /** Undefined for items that are no events: snapshots and remembered outcomes. */
  readonly entry: FeedEntry | undefined;
  /** Its log sequence number, if the store tells. */
  readonly lsn: number | null;
  /** ISO 8601, UTC, whole seconds, by the store's clock. */
  readonly storedAt: string | null;
}

const toEntry = ({ id, partitionKey, value }: z.infer<typeof storedItem>): FeedEntry | undefined => {
  if (value.kind !== "event") return undefined;
  const digits = id.startsWith(`${partitionKey}~`) ? /^\d{10}$/.exec(id.slice(partitionKey.length + 1)) : null;
  const version = digits === null ? undefined : Number(digits[0]);
  const unreadable = (reason: string): FeedEntry => ({
    kind: "unreadable",
    streamId: partitionKey,
    version,
    itemId: id,
    reason,
  });
  const parsed = recordedEvent.safeParse(value);
  if (!parsed.success) return unreadable(z.prettifyError(parsed.error));
  if (parsed.data.streamId !== partitionKey || parsed.data.version !== version) {
    return unreadable(`it says that it is version ${parsed.data.version} of ${parsed.data.streamId}`);
  }
  return { kind: "event", event: parsed.data };
};

/** Reads one item of the change feed. Items that are not of the item format are nobody's events and are passed over. */
export const toFeedItem = (item: unknown): FeedItem => {
  const parsed = storedItem.safeParse(item);
  if (!parsed.success) return { entry: undefined, lsn: null, storedAt: null };
  const { _lsn: lsn, _ts: seconds } = parsed.data;
  return {
    entry: toEntry(parsed.data),
    lsn: lsn ?? null,
    storedAt: seconds === undefined ? null : new Date(seconds * 1_000).toISOString(),
  };
};

export const streamOf = (entry: FeedEntry): string => (entry.kind === "event" ? entry.event.streamId : entry.streamId);

/** The version of an entry; infinite if it cannot say. */
export const versionOf = (entry: FeedEntry): number =>
  (entry.kind === "event" ? entry.event.version : entry.version) ?? Infinity;

/**
 * The entries by stream, or by whatever part of one `partOf` tells: parts in the order of their first entry, each one's events
 * in the order of their versions (several events of one commit may share a place in the feed).
 */
export const byStream = (
  entries: readonly FeedEntry[],
  partOf: (entry: FeedEntry) => string = streamOf,
): ReadonlyMap<string, readonly FeedEntry[]> => {
  const parts = Map.groupBy(entries, partOf);
  for (const entriesOfPart of parts.values()) entriesOfPart.sort((a, b) => versionOf(a) - versionOf(b) || 0);
  return parts;
};
