import { hitFailpoint } from "../../actors/host/failpoint.ts";
import { isOrderId } from "../../actors/kernel/stream-id.ts";
import { byStream, versionOf, type FeedEntry } from "../platform/change-feed/feed-entry.ts";
import type {
  Obstacle,
  ParkedCause,
  ParkedStreams,
  StoredParkedStream,
} from "../platform/change-feed/parked-streams.ts";
import type { HandleBatch } from "../platform/change-feed/range-reader.ts";
import type { StoredEvents } from "../platform/change-feed/stored-events.ts";
import { concurrently, untilItSucceeds } from "../platform/change-feed/waiting.ts";
import type { Logger } from "../platform/logger.ts";
import { EventLeft, type HandleEvent } from "./handle-event.ts";
import { lineOf, streamOfLine } from "./lines.ts";
import { NotUnderstood } from "./run.ts";

/** The consumer group that drives managed orders. */
export const processGroup = "process-manager";

export interface ProcessPorts {
  readonly handleEvent: HandleEvent;
  readonly parked: ParkedStreams;
  readonly events: StoredEvents;
  readonly logger: Logger;
  /** Told how many streams are parked, by cause, whenever it was looked up. */
  readonly onParked: (counts: Readonly<Record<ParkedCause, number>>) => void;
}

export interface StreamProcess {
  readonly handle: HandleBatch;
  /**
   * Tries some of the parked streams again: those behind the ones of the last call, and so each in its turn. Throws if the
   * store is away.
   */
  retryParked(signal: AbortSignal): Promise<void>;
}

/** Lines that are driven at the same time. */
const concurrency = 16;
const eventsPerRead = 100;
/** Parked lines that are tried in one call. */
const retriesAtOnce = 100;
/** How often an event is tried whose handling fails by a mistake, before its line is parked. */
const triesOfMistake = 3;
const pauseAfterMistake = { firstMs: 100, longestMs: 1_000 };

/** The version that a line waits from if this entry does; what cannot say where it belongs could be anywhere. */
const waitsFrom = (entry: FeedEntry): number => (versionOf(entry) === Infinity ? 1 : versionOf(entry));

const isExpected = (error: unknown): boolean => error instanceof EventLeft || error instanceof NotUnderstood;

const obstacleOf = (version: number, error: unknown): Obstacle => ({
  version,
  cause: error instanceof NotUnderstood ? "notUnderstood" : "fault",
  reason: isExpected(error) && error instanceof Error ? error.message : String(error),
});

/**
 * Drives the lines of a batch, many at a time, the events of each one after the other. A line with an event that cannot
 * be understood, or that has to be handled and could not be, is parked: its later events wait in the store until it can.
 */
export const createStreamProcess = (ports: ProcessPorts): StreamProcess => {
  const { parked, logger } = ports;
  let lastRetried = "";

  const listParked = async (): Promise<ReadonlyMap<string, StoredParkedStream>> => {
    const list = await parked.list();
    const counts = { notUnderstood: 0, fault: 0 };
    for (const { cause } of list.values()) counts[cause] += 1;
    ports.onParked(counts);
    return list;
  };

  const handleEntry = async (entry: FeedEntry, signal: AbortSignal): Promise<Obstacle | undefined> => {
    if (entry.kind === "unreadable") {
      return { version: waitsFrom(entry), cause: "notUnderstood", reason: `${entry.itemId}: ${entry.reason}` };
    }
    const { event } = entry;
    const onFault = (error: unknown, failures: number): void => {
      if (isExpected(error) || failures === triesOfMistake) throw error;
      logger.error("handling an event failed by a mistake", {
        streamId: event.streamId,
        version: event.version,
        failures,
        error,
      });
    };
    try {
      await untilItSucceeds(async () => ports.handleEvent(event, signal), signal, pauseAfterMistake, onFault);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      return obstacleOf(event.version, error);
    }
  };

  /** Handles events of one line in turn; gives what they cannot get past, if anything. */
  const handleInTurn = async (entries: readonly FeedEntry[], signal: AbortSignal): Promise<Obstacle | undefined> => {
    for (const entry of entries) {
      signal.throwIfAborted();
      const obstacle = await handleEntry(entry, signal);
      if (obstacle !== undefined) return obstacle;
    }
    return undefined;
  };

  /** Handles what is stored of a line after a version; gives the last version handled, or what it cannot get past. */
  const handleStored = async (
    line: string,
    afterVersion: number,
    signal: AbortSignal,
  ): Promise<{ readonly through: number } | { readonly obstacle: Obstacle }> => {
    let through = afterVersion;
    for (;;) {
      const entries = await ports.events.readAfter(streamOfLine(line), through, eventsPerRead);
      const obstacle = await handleInTurn(
        entries.filter((entry) => lineOf(entry) === line),
        signal,
      );
      if (obstacle !== undefined) return { obstacle };
      const last = Math.max(...entries.map(versionOf).filter(Number.isFinite));
      if (last <= through) return { through };
      through = last;
    }
  };

  const logParked = (line: string, obstacle: Obstacle): void =>
    void logger.error("an event cannot be handled; its line is parked", { line, ...obstacle });

  /** Handles a line of a batch; one that is parked is left to whoever unparks it. */
  const handleLine = async (
    line: string,
    entries: readonly FeedEntry[],
    record: StoredParkedStream | undefined,
    signal: AbortSignal,
  ): Promise<void> => {
    const [first] = entries;
    if (record !== undefined && first !== undefined) {
      // What comes again from before the record is handled.
      const version = Math.max(record.version, waitsFrom(first));
      return parked.park(line, { ...record, version });
    }
    const obstacle = await handleInTurn(entries, signal);
    if (obstacle === undefined) return;
    await parked.park(line, obstacle);
    hitFailpoint("pm-after-park", streamOfLine(line));
    logParked(line, obstacle);
  };

  const retry = async (record: StoredParkedStream, signal: AbortSignal): Promise<void> => {
    const { streamId: line } = record;
    let current = record;
    let after = record.version - 1;
    for (;;) {
      const handled = await handleStored(line, after, signal);
      if ("obstacle" in handled) {
        const { version, cause, reason } = handled.obstacle;
        if (version === current.version && cause === current.cause && reason === current.reason) return;
        // If somebody has written over what we read, what they wrote is the truth.
        if (await parked.advance(current, handled.obstacle)) logParked(line, handled.obstacle);
        return;
      }
      if (await parked.unpark(current)) {
        hitFailpoint("pm-after-unpark", streamOfLine(line));
        logger.info("a parked line has caught up", { line });
        return;
      }
      // More was left to us meanwhile, or somebody else is through with it.
      const newest = await parked.find(line);
      if (newest === undefined) return;
      after = Math.min(handled.through, newest.version - 1);
      current = newest;
    }
  };

  /** The records that are tried now: in the order of their ids, going round. */
  const nextInTurn = (records: ReadonlyMap<string, StoredParkedStream>): StoredParkedStream[] => {
    const sorted = [...records.values()].toSorted((a, b) => (a.streamId < b.streamId ? -1 : 1));
    const start = sorted.findIndex(({ streamId }) => streamId > lastRetried);
    const turn = [...sorted.slice(Math.max(start, 0)), ...sorted.slice(0, Math.max(start, 0))].slice(0, retriesAtOnce);
    lastRetried = turn.at(-1)?.streamId ?? "";
    return turn;
  };

  return {
    handle: async ({ entries }, signal) => {
      const records = await listParked();
      const lines = byStream(entries, lineOf);
      await concurrently(lines, concurrency, async ([line, entriesOfLine]) =>
        handleLine(line, entriesOfLine, records.get(line), signal),
      );
      for (const line of lines.keys()) {
        if (isOrderId(line) && !records.has(line)) hitFailpoint("pm-before-checkpoint", line);
      }
    },

    retryParked: async (signal) => {
      const records = await listParked();
      await concurrently(nextInTurn(records), concurrency, async (record) => retry(record, signal));
      if (records.size > 0) await listParked();
    },
  };
};
