import type { Container } from "@azure/cosmos";
import { eventItemId } from "../../../actors/kernel/recorded-event.ts";
import { toFeedItem, type FeedEntry } from "./feed-entry.ts";

/** Reads events from where they are stored, beside the change feed. */
export interface StoredEvents {
  /** The events of a stream with a version above `afterVersion`, in order, at most `limit`. */
  readAfter(streamId: string, afterVersion: number, limit: number): Promise<FeedEntry[]>;
}

/** Item ids of events end in digits, and sort as versions do; the ids of other items sort behind this character. */
const afterEveryDigit = ":";

export const createStoredEvents = (container: Container): StoredEvents => ({
  readAfter: async (streamId, afterVersion, limit) => {
    const { resources } = await container.items
      .query(
        {
          query:
            "SELECT TOP @limit * FROM c WHERE c.partitionKey = @streamId AND c.id > @after AND c.id < @end ORDER BY c.id",
          parameters: [
            { name: "@limit", value: limit },
            { name: "@streamId", value: streamId },
            { name: "@after", value: eventItemId(streamId, afterVersion) },
            { name: "@end", value: `${streamId}~${afterEveryDigit}` },
          ],
        },
        { partitionKey: streamId },
      )
      .fetchAll();
    return resources.flatMap((resource) => {
      const { entry } = toFeedItem(resource);
      return entry === undefined ? [] : [entry];
    });
  },
});
