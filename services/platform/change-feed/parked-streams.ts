import { ErrorResponse, type Container } from "@azure/cosmos";
import { z } from "zod";

/**
 * Why a stream is parked.
 *
 * - `notUnderstood`: this code cannot read its next event; a later version of it may.
 * - `fault`: its next event could not be handled in the time that one stream may hold up others.
 * - `catchingUp`: it is parked no more, and whoever had left events of it to the one who unparks it gets them handled still.
 */
const cause = z.enum(["notUnderstood", "fault", "catchingUp"]);
export type ParkedCause = z.infer<typeof cause>;

/** A stream whose next event a consumer group could not handle. The event and those after it wait in the store; others go on. */
export const parkedStream = z.object({
  kind: z.literal("parked"),
  group: z.string().min(1),
  streamId: z.string(),
  cause: cause.default("notUnderstood"),
  /** The first event that waits. */
  version: z.int().min(1),
  reason: z.string(),
  /** ISO 8601, UTC. */
  parkedAt: z.string(),
});
export type ParkedStream = z.infer<typeof parkedStream>;

/** The parked streams of one consumer group, kept until they have caught up. */
export interface ParkedStreams {
  list(): Promise<ReadonlyMap<string, ParkedStream>>;
  /** Parks it, or changes why it is parked; it cannot be understood if no cause is given. */
  park(streamId: string, version: number, reason: string, cause?: ParkedCause): Promise<void>;
  /** The stream has caught up. Does nothing if it is not parked. */
  unpark(streamId: string): Promise<void>;
}

const longestReason = 2_000;

/** Keeps them in `container` under the partition key `parked~<group>`, one item per stream. */
export const createParkedStreams = (container: Container, group: string, nowIso: () => string): ParkedStreams => {
  const partitionKey = `parked~${group}`;
  return {
    list: async () => {
      const { resources } = await container.items
        .query(
          {
            query: "SELECT * FROM c WHERE c.partitionKey = @partitionKey",
            parameters: [{ name: "@partitionKey", value: partitionKey }],
          },
          { partitionKey },
        )
        .fetchAll();
      const records = resources.map((resource) => z.object({ value: parkedStream }).parse(resource).value);
      return new Map(records.map((record) => [record.streamId, record]));
    },

    park: async (streamId, version, reason, cause = "notUnderstood") => {
      const record: ParkedStream = {
        kind: "parked",
        group,
        streamId,
        cause,
        version,
        reason: reason.slice(0, longestReason),
        parkedAt: nowIso(),
      };
      await container.items.upsert({ id: streamId, partitionKey, isBinary: false, value: record });
    },

    unpark: async (streamId) => {
      try {
        await container.item(streamId, partitionKey).delete();
      } catch (error) {
        if (!(error instanceof ErrorResponse) || error.code !== 404) throw error;
      }
    },
  };
};
