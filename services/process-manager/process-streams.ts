import { hitFailpoint } from "../../actors/host/failpoint.ts";
import { isOrderId } from "../../actors/kernel/stream-id.ts";
import { byStream, versionOf, type FeedEntry } from "../platform/change-feed/feed-entry.ts";
import type { ParkedCause, ParkedStream, ParkedStreams } from "../platform/change-feed/parked-streams.ts";
import type { HandleBatch } from "../platform/change-feed/range-reader.ts";
import type { StoredEvents } from "../platform/change-feed/stored-events.ts";
import { concurrently } from "../platform/change-feed/waiting.ts";
import type { Logger } from "../platform/logger.ts";
import { EventLeft, type HandleEvent } from "./handle-event.ts";
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

/** Streams that are driven at the same time. */
const concurrency = 16;
const eventsPerRead = 100;
/** Parked streams that are tried in one call. */
const retriesAtOnce = 100;

/**
 * Drives the streams of a batch, many at a time, the events of each one after the other. A stream with an event that cannot
 * be understood, or that has to be handled and could not be, is parked: its later events wait in the store until it can.
 */
export const createStreamProcess = (ports: ProcessPorts): StreamProcess => {
  const { parked, logger } = ports;
  let lastRetried = "";

  const listParked = async (): Promise<ReadonlyMap<string, ParkedStream>> => {
    const list = await parked.list();
    const counts = { notUnderstood: 0, fault: 0, catchingUp: 0 };
    for (const { cause } of list.values()) counts[cause] += 1;
    ports.onParked(counts);
    return list;
  };

  const park = async (
    streamId: string,
    version: number,
    cause: ParkedCause,
    reason: string,
    known: ParkedStream | undefined,
  ): Promise<void> => {
    if (known?.version === version && known.cause === cause && known.reason === reason) return;
    await parked.park(streamId, version, reason, cause);
    hitFailpoint("pm-after-park", streamId);
    logger.error("an event cannot be handled; its stream is parked", { streamId, version, cause, reason });
  };

  /** Handles events of one stream in turn; false if one of them parked it. */
  const handleInTurn = async (
    streamId: string,
    entries: readonly FeedEntry[],
    signal: AbortSignal,
    known?: ParkedStream,
  ): Promise<boolean> => {
    for (const entry of entries) {
      signal.throwIfAborted();
      if (entry.kind === "unreadable") {
        await park(streamId, entry.version ?? 1, "notUnderstood", `${entry.itemId}: ${entry.reason}`, known);
        return false;
      }
      try {
        await ports.handleEvent(entry.event, signal);
      } catch (error) {
        const isLeft = error instanceof EventLeft;
        if (!isLeft && !(error instanceof NotUnderstood)) throw error;
        await park(streamId, entry.event.version, isLeft ? "fault" : "notUnderstood", error.message, known);
        return false;
      }
    }
    return true;
  };

  /** Handles what is stored after a version; gives the last version handled, or undefined if one event parked the stream. */
  const handleStored = async (
    streamId: string,
    afterVersion: number,
    signal: AbortSignal,
    known?: ParkedStream,
  ): Promise<number | undefined> => {
    let after = afterVersion;
    for (;;) {
      const entries = await ports.events.readAfter(streamId, after, eventsPerRead);
      const last = entries.at(-1);
      if (last === undefined) return after;
      if (!(await handleInTurn(streamId, entries, signal, known))) return undefined;
      after = versionOf(last);
    }
  };

  const retry = async (record: ParkedStream, signal: AbortSignal): Promise<void> => {
    const { streamId, version } = record;
    const handled = await handleStored(streamId, version - 1, signal, record);
    if (handled === undefined) return;
    // From here on batches handle its events themselves. One that still saw it parked has left its events to us, and they
    // are stored by now. Should we die before they are handled, the record that is left has them handled again.
    await parked.park(streamId, handled + 1, "it has caught up", "catchingUp");
    hitFailpoint("pm-after-unpark", streamId);
    if ((await handleStored(streamId, handled, signal)) === undefined) return;
    await parked.unpark(streamId);
    logger.info("a parked stream has caught up", { streamId });
  };

  /** The records that are tried now: in the order of their ids, going round. */
  const nextInTurn = (records: ReadonlyMap<string, ParkedStream>): ParkedStream[] => {
    const sorted = [...records.values()].toSorted((a, b) => (a.streamId < b.streamId ? -1 : 1));
    const start = sorted.findIndex(({ streamId }) => streamId > lastRetried);
    const turn = [...sorted.slice(Math.max(start, 0)), ...sorted.slice(0, Math.max(start, 0))].slice(0, retriesAtOnce);
    lastRetried = turn.at(-1)?.streamId ?? "";
    return turn;
  };

  return {
    handle: async ({ entries }, signal) => {
      const records = await listParked();
      const isParked = (streamId: string): boolean => (records.get(streamId)?.cause ?? "catchingUp") !== "catchingUp";
      const streams = [...byStream(entries)].filter(([streamId]) => !isParked(streamId));
      await concurrently(streams, concurrency, async ([streamId, entriesOfStream]) => {
        await handleInTurn(streamId, entriesOfStream, signal);
      });
      for (const [streamId] of streams) if (isOrderId(streamId)) hitFailpoint("pm-before-checkpoint", streamId);
    },

    retryParked: async (signal) => {
      const records = await listParked();
      await concurrently(nextInTurn(records), concurrency, async (record) => retry(record, signal));
      if (records.size > 0) await listParked();
    },
  };
};
