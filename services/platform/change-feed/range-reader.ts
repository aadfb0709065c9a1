import type { Logger } from "../logger.ts";
import type { FeedEntry } from "./feed-entry.ts";
import type { FeedPage, FeedSource } from "./feed-source.ts";
import type { HeldLease } from "./held-lease.ts";
import { partsOfContinuation } from "./continuation.ts";
import { rangeName, type FeedPosition } from "./lease.ts";
import { pause, untilItSucceeds } from "./waiting.ts";

/** The events of one page of one range, in the order of the feed; of one stream always all in one range. */
export interface FeedBatch {
  readonly range: string;
  readonly entries: readonly FeedEntry[];
}

/**
 * What a consumer group does with a batch. It may be given a batch again, the same or cut otherwise, as long as it has not
 * returned from it; once it has, the batch is checkpointed. It may throw: the batch is then given again after a pause.
 * The signal aborts when it should stop at once, because the range is somebody else's or the process ends.
 */
export type HandleBatch = (batch: FeedBatch, signal: AbortSignal) => Promise<void>;

/** How far the reading of a range is. */
export interface RangeProgress {
  readonly range: string;
  /** Log sequence numbers between what is handled and the newest; undefined if the store does not tell. */
  readonly lagItems: number | undefined;
  /** The age of the oldest item that is known and not handled; 0 when the range is read to its end. */
  readonly lagSeconds: number;
}

export interface RangeReaderPorts {
  readonly source: FeedSource;
  readonly handle: HandleBatch;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly idlePauseMs: number;
  /** Told after every checkpoint and every failure, for the metrics. */
  readonly onHandled: (events: number) => void;
  readonly onFailure: (step: "read" | "handle" | "checkpoint") => void;
}

export interface RangeReader {
  /** Resolves when reading has ended: asked to, or the lease is lost, or the range was split. */
  readonly finished: Promise<void>;
  progress(): RangeProgress;
}

const backOff = { firstMs: 200, longestMs: 5_000 };

/** The position after a page. */
const positionAfter = (page: FeedPage, before: FeedPosition): FeedPosition => {
  const last = page.items.at(-1);
  return {
    continuation: page.continuation,
    lsn: last?.lsn ?? before.lsn,
    storedAt: last?.storedAt ?? before.storedAt,
  };
};

/**
 * Reads a range for as long as the lease is held: a page, the handler, the checkpoint, and so on; one page is in memory
 * at a time. `draining` asks it to end after the batch at hand; `cut` to end without finishing it.
 */
export const readRange = (
  lease: HeldLease,
  ports: RangeReaderPorts,
  draining: AbortSignal,
  cut: AbortSignal,
): RangeReader => {
  const range = rangeName(lease.range);
  const stop = AbortSignal.any([lease.ended, cut]);
  const idle = AbortSignal.any([stop, draining]);
  let newestLsn: number | undefined;
  let pendingSince: number | undefined;
  let readToTheEnd = false;

  const explain =
    (step: "read" | "handle" | "checkpoint") =>
    (error: unknown, failures: number): void => {
      ports.onFailure(step);
      ports.logger.error(`cannot ${step} a batch of the change feed; it will be tried again`, {
        range,
        failures,
        error,
      });
    };

  const handlePage = async (page: FeedPage): Promise<void> => {
    const entries = page.items.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
    const position = positionAfter(page, lease.position());
    if (entries.length > 0) {
      await untilItSucceeds(async () => ports.handle({ range, entries }, stop), stop, backOff, explain("handle"));
    }
    stop.throwIfAborted();
    const wasSplit = partsOfContinuation(page.continuation).length > 1;
    if (!wasSplit && page.items.length === 0) return;
    const save = async (): Promise<unknown> => (wasSplit ? lease.split(position) : lease.checkpoint(position));
    await untilItSucceeds(save, stop, backOff, explain("checkpoint"));
    ports.onHandled(entries.length);
  };

  const readOn = async (): Promise<void> => {
    let feed = ports.source.open(lease.position().continuation);
    while (!idle.aborted) {
      const page = await untilItSucceeds(
        async () => feed.read(),
        idle,
        backOff,
        (error, failures) => {
          feed = ports.source.open(lease.position().continuation);
          explain("read")(error, failures);
        },
      );
      newestLsn = page.newestLsn ?? newestLsn;
      readToTheEnd = page.items.length === 0;
      const oldest = page.items.find((item) => item.storedAt !== null)?.storedAt;
      pendingSince = typeof oldest === "string" ? Date.parse(oldest) : undefined;
      await handlePage(page);
      if (readToTheEnd) await pause(ports.idlePauseMs, idle);
    }
  };

  const finished = readOn().catch(async (error: unknown) => {
    if (idle.aborted) return;
    ports.logger.error("reading a range ended by a mistake; its lease is given up", { range, error });
    await pause(backOff.longestMs, idle);
    lease.abandon(String(error));
  });

  return {
    finished,
    progress: () => {
      const handled = lease.position().lsn;
      if (readToTheEnd) return { range, lagItems: 0, lagSeconds: 0 };
      return {
        range,
        lagItems: newestLsn === undefined ? undefined : Math.max(0, newestLsn - (handled ?? 0)),
        lagSeconds: pendingSince === undefined ? 0 : Math.max(0, (ports.now() - pendingSince) / 1_000),
      };
    },
  };
};
