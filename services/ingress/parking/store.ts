import type { AuditEntry, ParkedMessage, ParkedStream } from "./items.ts";

/** The store of parked messages is away, or its state does not let this go on now: the record must come again. */
export class ParkingUnavailable extends Error {
  override readonly name = "ParkingUnavailable";
}

/** A stream as it was read or written, with the ETag of that moment. */
export interface StoredStream {
  readonly stream: ParkedStream;
  readonly etag: string;
}

/** What an instance needs to know of a partition before it handles its records. */
export interface LoadedPartition {
  readonly streams: readonly StoredStream[];
  /** The messages from that offset on that an operator has discarded. */
  readonly discarded: readonly Pick<AuditEntry, "offset" | "contentHash">[];
}

export type ParkResult =
  | { readonly outcome: "parked"; readonly claimTag: string; readonly stored: StoredStream }
  /** Another instance has taken the partition. */
  | { readonly outcome: "claimLost" }
  /** The stream is not as it was when it was read. */
  | { readonly outcome: "streamMoved" }
  /** A message of this place is there already; this is its content. */
  | { readonly outcome: "alreadyParked"; readonly value: string };

/** Which stream or message of a list the page begins behind. */
export interface PageRequest {
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * The parked messages, as one instance sees them. Every write is all or nothing and fenced by the ETags of what it was decided on. Every method throws
 * `ParkingUnavailable` if the store does not answer; a write may then have happened.
 */
export interface ParkedStore {
  /** Takes the partition for this instance from whoever had it. Gives the tag that proves it. */
  claim(partition: string): Promise<string>;
  /** Whether nobody has taken the partition since. */
  holdsClaim(partition: string, claimTag: string): Promise<boolean>;
  load(partition: string, fromOffset: number): Promise<LoadedPartition>;
  readStream(partition: string, streamId: string): Promise<StoredStream | undefined>;
  /** Stores the message and its stream as it is with it, if the claim holds and the stream is still as `before`. */
  park(
    claimTag: string,
    before: StoredStream | undefined,
    next: ParkedStream,
    message: ParkedMessage,
  ): Promise<ParkResult>;
  /** The first messages of a stream in one partition, from an offset on. */
  firstMessages(partition: string, streamId: string, fromOffset: number, limit: number): Promise<ParkedMessage[]>;
  readMessage(partition: string, offset: number): Promise<ParkedMessage | undefined>;
  /** Removes a message with the stream as it is without it (undefined: it is not parked any more) and the audit entry. */
  settle(
    before: StoredStream,
    next: ParkedStream | undefined,
    message: ParkedMessage,
    audit: AuditEntry,
  ): Promise<
    { readonly outcome: "settled"; readonly stored: StoredStream | undefined } | { readonly outcome: "streamMoved" }
  >;
  /** Writes the stream over `before`, with an audit entry if there is one; undefined if it is not as it was read. */
  update(before: StoredStream, next: ParkedStream, audit?: AuditEntry): Promise<StoredStream | undefined>;
  /** Every partition's part of one stream. */
  streamsOf(streamId: string): Promise<StoredStream[]>;
  /** Parked streams by stream id; `after` is a sort key. */
  listStreams(page: PageRequest): Promise<StoredStream[]>;
  /** A stream's messages in order; `after` is a sort key. */
  listMessages(streamId: string, page: PageRequest): Promise<ParkedMessage[]>;
  /** Audit entries, newest first, of one stream or of all; `after` is a sort key. */
  listAudit(streamId: string | undefined, page: PageRequest): Promise<AuditEntry[]>;
}
