import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { byStream, type FeedEntry } from "../../platform/change-feed/feed-entry.ts";
import type { ParkedStreams, StoredParkedStream } from "../../platform/change-feed/parked-streams.ts";
import type { HandleBatch } from "../../platform/change-feed/range-reader.ts";
import { concurrently } from "../../platform/change-feed/waiting.ts";
import type { Logger } from "../../platform/logger.ts";
import { projectStream, type StreamOutcome, type StreamProjectionPorts } from "./project-stream.ts";

export interface ProjectionPorts extends StreamProjectionPorts {
  readonly parked: ParkedStreams;
  readonly logger: Logger;
  /** Told how many streams are parked, whenever it was looked up. */
  readonly onParkedCount: (count: number) => void;
}

export interface Projection {
  readonly handle: HandleBatch;
  /** Tries the parked streams again, as after an update of the code. Throws if the store is away. */
  retryParked(signal: AbortSignal): Promise<void>;
}

/** Streams that are projected at the same time. */
const concurrency = 16;

/** The consumer group that keeps the snapshot database and the order lists. */
export const projectionGroup = "projection";

/**
 * Projects batches of events. A stream with an event that cannot be projected is parked: it stays where it is, is tried
 * again with every later event and at every start, and does not hold up the others.
 */
export const createProjection = (ports: ProjectionPorts): Projection => {
  const { parked, logger } = ports;

  const listParked = async (): Promise<ReadonlyMap<string, StoredParkedStream>> => {
    const list = await parked.list();
    ports.onParkedCount(list.size);
    return list;
  };

  /** Projects the entries; of a stream that is parked also all that others have left of it. */
  const project = async (
    streamId: string,
    entries: readonly FeedEntry[],
    isParked: boolean,
  ): Promise<StreamOutcome> => {
    const outcome = await projectStream(streamId, entries, ports);
    return outcome.obstacle === undefined && isParked ? projectStream(streamId, [], ports) : outcome;
  };

  const bringUpToDate = async (
    streamId: string,
    entries: readonly FeedEntry[],
    record: StoredParkedStream | undefined,
  ): Promise<void> => {
    for (let current = record; ; current = await parked.find(streamId)) {
      const { version, obstacle } = await project(streamId, entries, current !== undefined);
      if (obstacle !== undefined) {
        const found = { ...obstacle, cause: "notUnderstood" as const };
        if (current === undefined || !(await parked.advance(current, found))) await parked.park(streamId, found);
        if (current?.version === obstacle.version) return;
        logger.error("an event cannot be projected; its stream is parked", { streamId, ...obstacle });
        return;
      }
      if (current === undefined) return;
      if (await parked.unpark(current)) {
        logger.info("a parked stream has caught up", { streamId, version });
        return;
      }
    }
  };

  return {
    handle: async ({ entries }, signal) => {
      const records = await listParked();
      const streams = byStream(entries);
      await concurrently(streams, concurrency, async ([streamId, entriesOfStream]) => {
        signal.throwIfAborted();
        await bringUpToDate(streamId, entriesOfStream, records.get(streamId));
      });
      for (const streamId of streams.keys()) hitFailpoint("projector-before-checkpoint", streamId);
    },

    retryParked: async (signal) => {
      const records = await listParked();
      await concurrently(records, concurrency, async ([streamId, record]) => {
        signal.throwIfAborted();
        await bringUpToDate(streamId, [], record);
      });
      if (records.size > 0) await listParked();
    },
  };
};
