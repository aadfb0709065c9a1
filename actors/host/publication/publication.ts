import type { StreamType } from "../../kernel/aggregate.ts";
import type { RecordedEvent } from "../../kernel/recorded-event.ts";

/** The seqs of one commit. Every ticket ends in exactly one of `committed`, `abandoned` and `unknown`. */
export interface AppendTicket {
  readonly streamId: string;
  /** One per event, ascending, in the order of the events. */
  readonly hostSeqs: readonly number[];
}

/** What the metrics and the logs show. Counts are of this moment. */
export interface PublicationStats {
  /** Events in memory that are waiting for Kafka or are on their way. */
  readonly queued: number;
  /** Events on their way to Kafka, not acknowledged yet. */
  readonly inFlight: number;
  /** Streams with events that are stored, not published, and not in memory: overflowed, or just loaded. */
  readonly behind: number;
  /** Age in milliseconds of the oldest stored event that this host knows not to be published; 0 without one. */
  readonly oldestUnpublishedMs: number;
  /** How often a commit found the queue full since the start. */
  readonly overflowed: number;
  /** Events acknowledged by Kafka since the start. */
  readonly published: number;
  /** Publishes that failed or were not answered since the start; each is repeated. */
  readonly failed: number;
  /** Seqs handed out and not settled: commits under way, of unknown outcome, or not published. */
  readonly unsettled: number;
  /** The last seq handed out, and the watermark as it would be written now. */
  readonly lastSeq: number;
  readonly through: number;
  readonly excepted: number;
}

/**
 * The publication of every event that this host's actors commit, in the order of each stream and at least once.
 *
 * All methods but `stop` return at once and never throw for an outage: reading and publishing go on in the background, and
 * are repeated until they succeed.
 */
export interface Publication {
  /** This start of the host: time-ordered (UUID version 7) and never used again. */
  readonly hostEpoch: string;
  /**
   * Hands out the seqs of a commit's events. Call it after the decision, before the commit, and let each ticket end in
   * one of the three calls below, whatever is thrown in between: an open ticket holds up the watermark of the whole host.
   */
  readonly beginAppend: (streamId: string, eventCount: number) => AppendTicket;
  /** The commit is durable: these events, in version order, will be published. */
  readonly committed: (ticket: AppendTicket, events: readonly RecordedEvent[]) => void;
  /** The commit did not and never will happen: it was not sent, or the store refused the whole batch for its content. */
  readonly abandoned: (ticket: AppendTicket) => void;
  /**
   * The commit may be stored, now or later: a timeout, a broken connection, a 5xx, and every 412 that came through daprd.
   * `firstVersion` is the version its first event would have.
   */
  readonly unknown: (ticket: AppendTicket, firstVersion: number) => void;
  /**
   * The stream was read from the store at `version` (0: it has no event). Call it on activation, on every reload, and in
   * `flush`, before any further append of the stream. Whatever is stored through `version` and not known to be published
   * is published before the stream's later events. Calling it again with a known version does nothing.
   */
  readonly loaded: (streamId: string, streamType: StreamType, version: number) => void;
  /** Every event of the stream through this version is in Kafka. Undefined: not known yet; `loaded` finds out. */
  readonly publishedThrough: (streamId: string) => number | undefined;
  /** Starts to publish and to write the watermark. */
  readonly start: () => void;
  /**
   * Publishes what it can within the deadline, writes the last watermark and ends. What is left is found by the relay. The
   * caller first stops the commands.
   */
  readonly stop: (deadlineMs: number) => Promise<void>;
  readonly stats: () => PublicationStats;
}
