import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { byStream, type FeedEntry } from "../../platform/change-feed/feed-entry.ts";
import type { HandleBatch } from "../../platform/change-feed/range-reader.ts";
import { concurrently, pause } from "../../platform/change-feed/waiting.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Sidecar } from "../../platform/sidecar.ts";
import type { Watermarks } from "./watermarks.ts";

/** The consumer group that passes events only once they are in Kafka. */
export const relayGroup = "relay";

export interface RelayPorts {
  readonly watermarks: Watermarks;
  readonly sidecar: Pick<Sidecar, "flush">;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
  readonly onNudge: () => void;
  readonly onUnreadable: () => void;
}

export interface RelayTimes {
  /** How old an event is before its host is nudged: a living host has published it and said so by then. */
  readonly graceMs: number;
  /** How often the watermark is looked at meanwhile. */
  readonly lookMs: number;
  readonly firstNudgePauseMs: number;
  readonly longestNudgePauseMs: number;
  /** How long a nudge may take. */
  readonly nudgeDeadlineMs: number;
}

export const defaultRelayTimes: RelayTimes = {
  graceMs: 2_500,
  lookMs: 350,
  firstNudgePauseMs: 250,
  longestNudgePauseMs: 5_000,
  nudgeDeadlineMs: 5_000,
};

/** Streams that are waited for at the same time. */
const concurrency = 32;

/**
 * Sees to it that every event reaches Kafka, whatever became of the host that stored it. It publishes nothing itself: the
 * stream's own host is its only publisher, or the order of events could be lost.
 *
 * An event passes if its epoch's watermark covers it. If that takes too long, the stream's actor is nudged, wherever it
 * lives now, to publish what is missing; the event passes when the actor says that everything up to it is in Kafka.
 */
export const createRelay = (ports: RelayPorts, times: RelayTimes): HandleBatch => {
  const { watermarks, sidecar, logger } = ports;

  const areCovered = async (events: readonly RecordedEvent[]): Promise<boolean> => {
    for (const event of events) {
      if (!(await watermarks.cover(event.hostEpoch, event.hostSeq))) return false;
    }
    return true;
  };

  /** Gives its host the time to publish and say so; clocks that disagree make it longer or shorter, not wrong. */
  const areCoveredInTime = async (events: readonly RecordedEvent[], newestAt: string, signal: AbortSignal) => {
    const waitMs = Math.min(times.graceMs, Math.max(0, Date.parse(newestAt) + times.graceMs - ports.now()));
    const endsAtMs = ports.monotonicMs() + waitMs;
    for (;;) {
      if (await areCovered(events)) return true;
      const leftMs = endsAtMs - ports.monotonicMs();
      if (leftMs <= 0) return false;
      await pause(Math.min(times.lookMs, leftMs), signal);
      signal.throwIfAborted();
    }
  };

  /** Asks the stream's actor; false if not everything is in Kafka yet, or nobody can tell. */
  const nudge = async ({ streamType, streamId, version }: RecordedEvent): Promise<boolean> => {
    ports.onNudge();
    try {
      const answer = await sidecar.flush(streamType, streamId, version, { deadlineMs: times.nudgeDeadlineMs });
      if ("ok" in answer) return answer.ok.publishedThrough >= version;
      logger.warn("an actor refused to publish; it is asked again", { streamId, version, ...answer.error });
    } catch (error) {
      logger.warn("an actor could not be asked to publish; it is asked again", { streamId, version, error });
    }
    return false;
  };

  const passStream = async (entries: readonly FeedEntry[], signal: AbortSignal): Promise<void> => {
    const events = entries.flatMap((entry) => {
      if (entry.kind === "event") return [entry.event];
      ports.onUnreadable();
      logger.error("an item is no event and is not published", { ...entry });
      return [];
    });
    const newest = events.at(-1);
    if (newest === undefined) return;
    if (await areCoveredInTime(events, newest.at, signal)) return;
    let waitMs = times.firstNudgePauseMs;
    while (!(await nudge(newest))) {
      await pause(waitMs, signal);
      signal.throwIfAborted();
      if (await areCovered(events)) return;
      waitMs = Math.min(waitMs * 2, times.longestNudgePauseMs);
    }
  };

  return async ({ entries }, signal) => {
    await concurrently(byStream(entries).values(), concurrency, async (entriesOfStream) => {
      signal.throwIfAborted();
      await passStream(entriesOfStream, signal);
    });
  };
};
