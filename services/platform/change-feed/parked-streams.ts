import { ErrorResponse, type Container } from "@azure/cosmos";
import { z } from "zod";

/**
 * A stream whose next event a consumer group could not understand. The event and those after it wait in the store; other
 * streams go on.
 */
export const parkedStream = z.object({
  kind: z.literal("parked"),
  group: z.string().min(1),
  streamId: z.string(),
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
  park(streamId: string, version: number, reason: string): Promise<void>;
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

    park: async (streamId, version, reason) => {
      const record: ParkedStream = {
        kind: "parked",
        group,
        streamId,
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
