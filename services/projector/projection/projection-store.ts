import { ErrorResponse, type Container } from "@azure/cosmos";
import { z } from "zod";
import type { OrderContainers } from "../../platform/cosmos.ts";
import { listEntry, streamDocument, type ListedOrder, type ListEntry, type StreamDocument } from "./documents.ts";

/** Something stored, with the ETag under which it was read. */
export interface Found<Content> {
  readonly content: Content;
  readonly etag: string;
}

/** The documents that the projection writes. A write under an ETag that is not current answers `false`. */
export interface ProjectionStore {
  readDocument(streamId: string): Promise<Found<StreamDocument> | undefined>;
  /** Writes the document over the one with this ETag, or where there is none. */
  writeDocument(document: StreamDocument, etag: string | undefined): Promise<boolean>;
  readEntry(list: string, orderId: string): Promise<Found<ListEntry> | undefined>;
  /** Writes the entry over the one with this ETag, or where there is none. */
  writeEntry(listed: ListedOrder, etag: string | undefined): Promise<boolean>;
}

/** How long a list remembers that an order has left it: far longer than any writer can be late. */
const leftEntrySeconds = 86_400;

const read = async <Content>(
  container: Container,
  id: string,
  partitionKey: string,
  schema: z.ZodType<Content>,
): Promise<Found<Content> | undefined> => {
  const { resource, statusCode } = await container.item(id, partitionKey).read();
  if (statusCode === 404) return undefined;
  const item = z.object({ value: schema, _etag: z.string() }).parse(resource);
  return { content: item.value, etag: item._etag };
};

/** Items have the format of Dapr's Cosmos component, so that any app with a sidecar can read them. */
const write = async (
  container: Container,
  item: { id: string; partitionKey: string; value: object; ttl?: number },
  etag: string | undefined,
): Promise<boolean> => {
  const whole = { ...item, isBinary: false };
  try {
    if (etag === undefined) {
      await container.items.create(whole);
    } else {
      const accessCondition = { type: "IfMatch", condition: etag };
      await container.item(item.id, item.partitionKey).replace(whole, { accessCondition });
    }
    return true;
  } catch (error) {
    // 409: somebody created it meanwhile; 412: somebody changed it; 404: it was deleted.
    if (error instanceof ErrorResponse && [404, 409, 412].includes(Number(error.code))) return false;
    throw error;
  }
};

/** Documents in the container `snapshots`, list entries in `views`. */
export const createProjectionStore = ({
  snapshots,
  views,
}: Pick<OrderContainers, "snapshots" | "views">): ProjectionStore => ({
  readDocument: async (streamId) => read(snapshots, streamId, streamId, streamDocument),
  writeDocument: async (document, etag) =>
    write(snapshots, { id: document.streamId, partitionKey: document.streamId, value: document }, etag),
  readEntry: async (list, orderId) => read(views, orderId, list, listEntry),
  writeEntry: async ({ list, entry }, etag) =>
    write(
      views,
      {
        id: entry.orderId,
        partitionKey: list,
        value: entry,
        ...(entry.deleted ? { ttl: leftEntrySeconds } : {}),
      },
      etag,
    ),
});
