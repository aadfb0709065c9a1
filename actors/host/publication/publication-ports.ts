import type { RecordedEvent } from "../../kernel/recorded-event.ts";
import type { ToBodies } from "./cloud-event.ts";
import type { Watermark } from "./watermark.ts";

/** One event on its way to Kafka. */
export interface PublishEntry {
  readonly streamId: string;
  readonly version: number;
  /** Its CloudEvents as JSON text: one per version of its public form, each a record of its own. */
  readonly bodies: readonly string[];
}

/** Runs `callback` once after `delayMs`; the answer cancels it. */
export type StartTimer = (delayMs: number, callback: () => void) => () => void;

export interface PublicationLog {
  warn(message: string, fields: object): unknown;
}

export interface PublicationLimits {
  /** Events in memory, over all streams. */
  readonly maxQueuedEvents: number;
  /** Characters of CloudEvents in memory, over all streams. */
  readonly maxQueuedCharacters: number;
  /** Events of one stream in memory, so that one busy stream does not fill the queue; also the size of a read. */
  readonly maxQueuedPerStream: number;
  /** Streams whose `publishedThrough` is remembered while nothing of them is waiting. */
  readonly maxIdleStreams: number;
  /** Seqs of unknown outcome listed in the watermark. */
  readonly maxExcept: number;
  /** Unpublished commits of one stream that hold the watermark each by its own seq; beyond, they hold it together. */
  readonly maxHeldPerStream: number;
  readonly maxBulkEntries: number;
  readonly maxBulkCharacters: number;
  /** Bulks that may be unanswered at a time. */
  readonly maxBulksInFlight: number;
  /** Streams being read from the store at a time. */
  readonly maxReadsInFlight: number;
  /** How long the first event of a bulk waits for others. */
  readonly gatherMs: number;
  readonly watermarkEveryMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

/** What a publication needs from outside. Every promise must settle: each call has a timeout of its own. */
export interface PublicationPorts {
  /** The events of a stream with a version above `afterVersion`, ascending, without gaps, at most `limit`. */
  readonly readEvents: (streamId: string, afterVersion: number, limit: number) => Promise<readonly RecordedEvent[]>;
  readonly readWatermark: (hostEpoch: string) => Promise<Watermark | undefined>;
  readonly writeWatermark: (watermark: Watermark) => Promise<void>;
  /**
   * Publishes one event per stream and answers with the ids of the streams whose event was not acknowledged in all its
   * bodies. A rejection means that none was.
   */
  readonly publishBulk: (topic: string, entries: readonly PublishEntry[]) => Promise<ReadonlySet<string>>;
  readonly toBodies: ToBodies;
  /** Milliseconds of the wall clock, for the heartbeat. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back, for delays and ages. */
  readonly monotonicNow: () => number;
  readonly startTimer: StartTimer;
  readonly log: PublicationLog;
}
