import { z } from "zod";
import { recordedEvent, type RecordedEvent } from "../../../actors/kernel/recorded-event.ts";

/** An event item whose content is not a recorded event: nothing but its stream is known. */
export interface UnreadableEntry {
  readonly kind: "unreadable";
  readonly streamId: string;
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
  const parsed = recordedEvent.safeParse(value);
  if (!parsed.success) {
    return { kind: "unreadable", streamId: partitionKey, itemId: id, reason: z.prettifyError(parsed.error) };
  }
  if (parsed.data.streamId !== partitionKey) {
    const reason = `it says that its stream is ${parsed.data.streamId}`;
    return { kind: "unreadable", streamId: partitionKey, itemId: id, reason };
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

/**
 * The entries by stream: streams in the order of their first entry, each stream's events in the order of their versions
 * (several events of one commit may share a place in the feed).
 */
export const byStream = (entries: readonly FeedEntry[]): ReadonlyMap<string, readonly FeedEntry[]> => {
  const streams = new Map<string, FeedEntry[]>();
  for (const entry of entries) {
    const streamId = streamOf(entry);
    const known = streams.get(streamId);
    if (known === undefined) streams.set(streamId, [entry]);
    else known.push(entry);
  }
  const version = (entry: FeedEntry): number => (entry.kind === "event" ? entry.event.version : Infinity);
  for (const entriesOfStream of streams.values()) entriesOfStream.sort((a, b) => version(a) - version(b) || 0);
  return streams;
};
