import { ErrorResponse, type Container } from "@azure/cosmos";
import { z } from "zod";

/**
 * Why a stream is parked.
 *
 * - `notUnderstood`: this code cannot read its next event; a later version of it may.
 * - `fault`: its next event could not be handled in the time that one stream may hold up others.
 */
const cause = z.enum(["notUnderstood", "fault"]);
export type ParkedCause = z.infer<typeof cause>;

/** A stream whose next event a consumer group could not handle. The event and those after it wait in the store; others go on. */
export const parkedStream = z.object({
  kind: z.literal("parked"),
  group: z.string().min(1),
  /** The stream, or whatever part of one the group parks by itself. */
  streamId: z.string(),
  /** A cause that only another version of this code knows is a fault to this one. */
  cause: cause.default("notUnderstood").catch("fault"),
  /** The first event that waits. */
  version: z.int().min(1),
  reason: z.string(),
  /** ISO 8601, UTC. */
  parkedAt: z.string(),
});
export type ParkedStream = z.infer<typeof parkedStream>;

/** A parked stream as it was read: what it says may have been added to since. */
export interface StoredParkedStream extends ParkedStream {
  readonly etag: string;
}

/** An event that cannot be handled now. */
export interface Obstacle {
  readonly version: number;
  readonly cause: ParkedCause;
  readonly reason: string;
}

/**
 * The parked streams of one consumer group, kept until they have caught up.
 *
 * Whoever leaves events of a parked stream to wait writes that down with `park`, also if nothing else of the record changes. So one
 * who has handled all that is stored, and then unparks the stream as it was read before, is refused if more was left
 * meanwhile: nothing is forgotten, however late either of the two writes is.
 */
export interface ParkedStreams {
  list(): Promise<ReadonlyMap<string, StoredParkedStream>>;
  /** One of them as it is now; undefined if it is not parked. */
  find(streamId: string): Promise<StoredParkedStream | undefined>;
  /** Has a stream's events wait from this one on. What waits already goes on to, for the reason that it has. */
  park(streamId: string, obstacle: Obstacle): Promise<void>;
  /** Everything before the obstacle is handled. False, and nothing is changed, if the stream is not parked as it was read. */
  advance(current: StoredParkedStream, obstacle: Obstacle): Promise<boolean>;
  /** Everything is handled. False, and nothing is changed, if the stream is not parked as it was read. */
  unpark(current: StoredParkedStream): Promise<boolean>;
}

const longestReason = 2_000;
/** Others can win a write now and then, but not every time. */
const maxAttempts = 20;

const storedItem = z.object({ value: parkedStream, _etag: z.string() });

const toStored = (resource: unknown): StoredParkedStream => {
  const { value, _etag: etag } = storedItem.parse(resource);
  return { ...value, etag };
};

/** Whether the write was made; false if the store refused it with one of these statuses. */
const isMade = async (write: Promise<unknown>, refusals: readonly number[]): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ErrorResponse && refusals.some((status) => status === error.code)) return false;
    throw error;
  }
};

const ifCurrent = ({ etag }: StoredParkedStream) => ({ accessCondition: { type: "IfMatch", condition: etag } });
const notCurrent = [404, 412];

/** Keeps them in `container` under the partition key `parked~<group>`, one item per stream. */
export const createParkedStreams = (container: Container, group: string, nowIso: () => string): ParkedStreams => {
  const partitionKey = `parked~${group}`;

  const itemOf = (value: ParkedStream) => ({ id: value.streamId, partitionKey, isBinary: false, value });

  const parkedNow = (streamId: string, { version, cause, reason }: Obstacle): ParkedStream => ({
    kind: "parked",
    group,
    streamId,
    cause,
    version,
    reason: reason.slice(0, longestReason),
    parkedAt: nowIso(),
  });

  const replace = async (current: StoredParkedStream, next: ParkedStream): Promise<boolean> =>
    isMade(
      container.item(current.streamId, partitionKey).replace(itemOf(parkedStream.parse(next)), ifCurrent(current)),
      notCurrent,
    );

  const find = async (streamId: string): Promise<StoredParkedStream | undefined> => {
    const { resource, statusCode } = await container.item(streamId, partitionKey).read();
    return statusCode === 404 ? undefined : toStored(resource);
  };

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
      return new Map(resources.map(toStored).map((record) => [record.streamId, record]));
    },

    find,

    park: async (streamId, obstacle) => {
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const current = await find(streamId);
        const next = parkedNow(streamId, obstacle);
        const isWritten =
          current === undefined
            ? await isMade(container.items.create(itemOf(next)), [409])
            : await replace(current, current.version <= next.version ? current : next);
        if (isWritten) return;
      }
      throw new Error(`${streamId} could not be parked in ${maxAttempts} attempts`);
    },

    advance: async (current, obstacle) => replace(current, parkedNow(current.streamId, obstacle)),

    unpark: async (current) =>
      isMade(container.item(current.streamId, partitionKey).delete(ifCurrent(current)), notCurrent),
  };
};
