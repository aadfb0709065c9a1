import type { StreamType } from "../../kernel/aggregate.ts";
import type { RecordedEvent } from "../../kernel/recorded-event.ts";
import type { AppendTicket, PublicationStats } from "./publication.ts";
import type { PublishEntry } from "./publication-ports.ts";
import type { Watermark } from "./watermark.ts";

/** Events to publish together: one per stream. */
export interface Bulk {
  readonly topic: string;
  readonly entries: readonly PublishEntry[];
}

/**
 * Something to read: `search` looks for the newest published event in `(floor, from]`, newest first; `refill` reads the events after
 * the queue.
 */
export type Read =
  | { readonly kind: "search"; readonly streamId: string; readonly from: number; readonly floor: number }
  | { readonly kind: "refill"; readonly streamId: string; readonly after: number; readonly limit: number };

/**
 * The rules of publication: what is published next, what is read next, and what the watermark says. Pure: it has no clock,
 * timer or I/O; `now` is in milliseconds of any clock that does not go back. Whoever drives it takes bulks and reads, does
 * them, and reports the answers.
 */
export interface PublicationCore {
  readonly hostEpoch: string;
  readonly beginAppend: (streamId: string, eventCount: number) => AppendTicket;
  readonly committed: (ticket: AppendTicket, events: readonly RecordedEvent[], now: number) => void;
  readonly abandoned: (ticket: AppendTicket) => void;
  readonly unknown: (ticket: AppendTicket, firstVersion: number) => void;
  readonly loaded: (streamId: string, streamType: StreamType, version: number, now: number) => void;
  readonly publishedThrough: (streamId: string) => number | undefined;
  /** The next bulk that is due. Its streams publish nothing else until `bulkAnswered`. */
  readonly takeBulk: (now: number) => Bulk | undefined;
  /** The answer to a bulk: all but these streams' events were acknowledged. */
  readonly bulkAnswered: (bulk: Bulk, failed: ReadonlySet<string>, now: number) => void;
  /** The next read that is due and has room. */
  readonly takeRead: (now: number) => Read | undefined;
  /** Every event of the stream through this version is in Kafka; after it, none through `read.from` is known to be. */
  readonly searched: (read: Read, publishedThrough: number, now: number) => void;
  /** Throws, and changes nothing, if this host cannot read the first of the events; `readFailed` is then the answer. */
  readonly refilled: (read: Read, events: readonly RecordedEvent[], now: number) => void;
  readonly readFailed: (read: Read, now: number) => void;
  /** When a bulk, or a read that has room, will be due. */
  readonly nextDueAt: () => { readonly bulk: number | undefined; readonly read: number | undefined };
  readonly watermark: () => Pick<Watermark, "through" | "except">;
  /** Whether an event of this epoch with this seq, found in the store, is certainly in Kafka. */
  readonly isCovered: (hostSeq: number) => boolean;
  /** Nothing waits and nothing is under way. */
  readonly isDrained: () => boolean;
  readonly stats: (now: number) => PublicationStats;
}
