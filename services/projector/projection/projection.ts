import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { byStream, type FeedEntry } from "../../platform/change-feed/feed-entry.ts";
import type { ParkedStream, ParkedStreams } from "../../platform/change-feed/parked-streams.ts";
import type { HandleBatch } from "../../platform/change-feed/range-reader.ts";
import { concurrently } from "../../platform/change-feed/waiting.ts";
import type { Logger } from "../../platform/logger.ts";
import { projectStream, type StreamProjectionPorts } from "./project-stream.ts";

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

  const listParked = async (): Promise<ReadonlyMap<string, ParkedStream>> => {
    const list = await parked.list();
    ports.onParkedCount(list.size);
    return list;
  };

  const bringUpToDate = async (
    streamId: string,
    entries: readonly FeedEntry[],
    record: ParkedStream | undefined,
  ): Promise<void> => {
    const { version, obstacle } = await projectStream(streamId, entries, ports);
    if (obstacle === undefined) {
      if (record === undefined) return;
      await parked.unpark(streamId);
      logger.info("a parked stream has caught up", { streamId, version });
    } else if (record?.version !== obstacle.version) {
      await parked.park(streamId, obstacle.version, obstacle.reason);
      logger.error("an event cannot be projected; its stream is parked", { streamId, ...obstacle });
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
