import type { StoredStream } from "./store.ts";

/**
 * What an instance knows of a partition whose records it handles: which offset comes next, which streams are parked, and
 * what was discarded.
 *
 * Why this may be kept in memory, although other instances exist: that a message has its outcome never becomes untrue, and
 * only the claim's holder adds to what is parked. So a stream that is parked here and no longer in the store is found when
 * the next message is put behind it (that write is fenced by the stream's ETag), and a stream that is not parked here is
 * not parked as long as this instance has handled every record up to the next. Records that somebody else handled show as a
 * gap in the offsets, or as time that has passed, and whoever handled them has taken the claim before.
 */
export interface PartitionView {
  readonly claimTag: string;
  /** The offset of the next record, if nobody else handles any. */
  readonly next: number;
  /** By stream id. */
  readonly streams: ReadonlyMap<string, StoredStream>;
  /** The content hash of discarded messages by their offset. */
  readonly discarded: ReadonlyMap<number, string>;
}

/** Another instance needs longer to park a message: it tries the command for as long as ten seconds before. */
const longestIdleMs = 5_000;

/**
 * How a record follows on what is known: it is the next; or another instance may have handled records meanwhile, since some
 * are missing (they may also never have been) or no record came for a while; or it, or a later one, was handled before.
 */
export type Continuity = "next" | "unsure" | "again";

export const continuityOf = (view: PartitionView, offset: number, idleMs: number): Continuity => {
  if (offset < view.next) return "again";
  return offset === view.next && idleMs <= longestIdleMs ? "next" : "unsure";
};

/**
 * What is to be done with a command's record: an operator has discarded it; it goes behind what its stream has parked; or it
 * is carried out. A record from before the first parked message has its outcome already, and is only repeated.
 */
export type Route = "discarded" | "behind" | "direct";

export const routeOf = (view: PartitionView, streamId: string, offset: number, contentHash: () => string): Route => {
  const discarded = view.discarded.get(offset);
  if (discarded !== undefined && discarded === contentHash()) return "discarded";
  const parked = view.streams.get(streamId);
  return parked !== undefined && offset >= parked.stream.head ? "behind" : "direct";
};

/** The view after the record at this offset has its outcome or is parked. */
export const afterRecord = (view: PartitionView, offset: number): PartitionView =>
  offset === view.next ? { ...view, next: offset + 1 } : view;

/** The view with what is now known of a stream: undefined if it is not parked. */
export const withStream = (
  view: PartitionView,
  streamId: string,
  stored: StoredStream | undefined,
  claimTag = view.claimTag,
): PartitionView => {
  const streams = new Map(view.streams);
  if (stored === undefined) streams.delete(streamId);
  else streams.set(streamId, stored);
  return { ...view, claimTag, streams };
};

/** How much may be parked from one partition: above it, a fault blocks the partition as an outage does. */
export interface ParkingLimits {
  readonly mostStreams: number;
  readonly mostMessages: number;
}

/** Whether another message of this stream may be parked. */
export const hasRoomFor = (
  view: PartitionView,
  streamId: string,
  { mostStreams, mostMessages }: ParkingLimits,
): boolean => {
  if (!view.streams.has(streamId) && view.streams.size >= mostStreams) return false;
  const messages = view.streams.values().reduce((sum, { stream }) => sum + stream.messages, 0);
  return messages < mostMessages;
};
