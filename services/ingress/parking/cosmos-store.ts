import type { Container, OperationInput } from "@azure/cosmos";
import { z } from "zod";
import { createCosmosRequests, type BatchResult } from "./cosmos-requests.ts";
import {
  auditEntry,
  auditItemId,
  claimItemId,
  messageItemId,
  parkedMessage,
  parkedStream,
  streamItemId,
  type AuditEntry,
  type Claim,
  type ParkedMessage,
  type ParkedStream,
} from "./items.ts";
import { ParkingUnavailable, type PageRequest, type ParkedStore, type StoredStream } from "./store.ts";

/** Longer than Kafka keeps a command, so that none that comes again after a discard is unknown; then it only fills the store. */
const auditTimeToLiveSeconds = 90 * 24 * 60 * 60;
/** What one load reads at most; `ParkingLimits` keep the streams far below. */
const mostLoaded = 20_000;

const streamItem = z.object({ value: parkedStream, _etag: z.string() });
const messageItem = z.object({ value: parkedMessage });
const auditItem = z.object({ value: auditEntry });

const decodeStream = (item: unknown): StoredStream => {
  const { value, _etag } = streamItem.parse(item);
  return { stream: value, etag: _etag };
};
const decodeMessage = (item: unknown): ParkedMessage => messageItem.parse(item).value;
const decodeAudit = (item: unknown): AuditEntry => auditItem.parse(item).value;

/** The format of Dapr's Cosmos component, in which all items of the database are. */
const itemOf = (id: string, value: Claim | ParkedStream | ParkedMessage | AuditEntry) => ({
  id,
  partitionKey: value.partition,
  isBinary: false,
  value,
  ...(value.kind === "audit" ? { ttl: auditTimeToLiveSeconds } : {}),
});

const create = (id: string, value: ParkedStream | ParkedMessage | AuditEntry): OperationInput => ({
  operationType: "Create",
  resourceBody: itemOf(id, value),
});

const remove = (id: string): OperationInput => ({ operationType: "Delete", id });

const replaceStream = (before: StoredStream, next: ParkedStream): OperationInput => ({
  operationType: "Replace",
  id: streamItemId(before.stream.streamId),
  ifMatch: before.etag,
  resourceBody: itemOf(streamItemId(next.streamId), next),
});

/** 404: removed since; 409: created since; 412: changed since. Anything else is no answer. */
const expectMoved = ({ refused, status }: BatchResult & { stored: false }): void => {
  if (![404, 409, 412].includes(status))
    throw new ParkingUnavailable(`operation ${refused} of a batch was answered ${status}`);
};

/** A page of the items of one kind over all partitions, of one stream if it is given. */
const pageQuery = (kind: string, { after, limit }: PageRequest, order: "ASC" | "DESC", streamId?: string) => ({
  query: [
    'SELECT * FROM c WHERE c["value"].kind = @kind',
    ...(streamId === undefined ? [] : ['c["value"].streamId = @streamId']),
    ...(after === undefined ? [] : [`c["value"].sortKey ${order === "ASC" ? ">" : "<"} @after`]),
  ]
    .join(" AND ")
    .concat(` ORDER BY c["value"].sortKey ${order} OFFSET 0 LIMIT ${limit}`),
  parameters: [
    { name: "@kind", value: kind },
    ...(streamId === undefined ? [] : [{ name: "@streamId", value: streamId }]),
    ...(after === undefined ? [] : [{ name: "@after", value: after }]),
  ],
});

/**
 * The parked messages in a container of Cosmos DB, for the instance of this name. It makes no request before it is asked to.
 */
export const createCosmosParkedStore = (container: Container, owner: string): ParkedStore => {
  const requests = createCosmosRequests(container);
  const claimOf = (partition: string) => itemOf(claimItemId, { kind: "claim", partition, owner });

  const readMessage = async (partition: string, offset: number): Promise<ParkedMessage | undefined> => {
    const found = await requests.read(messageItemId(offset), partition);
    return found === undefined ? undefined : decodeMessage(found.item);
  };

  return {
    claim: async (partition) => requests.upsert(claimOf(partition)),

    holdsClaim: async (partition, claimTag) => (await requests.read(claimItemId, partition))?.etag === claimTag,

    load: async (partition, fromOffset) => {
      const end = `OFFSET 0 LIMIT ${mostLoaded}`;
      const streams = { query: `SELECT * FROM c WHERE c["value"].kind = "stream" ${end}`, parameters: [] };
      const discarded = {
        query: `SELECT * FROM c WHERE c["value"].kind = "audit" AND c["value"].action = "discard" AND c["value"].offset >= @from ${end}`,
        parameters: [{ name: "@from", value: fromOffset }],
      };
      return {
        streams: await requests.query(decodeStream, streams, partition),
        discarded: await requests.query(decodeAudit, discarded, partition),
      };
    },

    readStream: async (partition, streamId) => {
      const found = await requests.read(streamItemId(streamId), partition);
      return found === undefined ? undefined : decodeStream(found.item);
    },

    park: async (claimTag, before, next, message) => {
      const { partition, offset } = message;
      const result = await requests.batch(
        [
          { operationType: "Replace", id: claimItemId, ifMatch: claimTag, resourceBody: claimOf(partition) },
          before === undefined ? create(streamItemId(next.streamId), next) : replaceStream(before, next),
          create(messageItemId(offset), message),
        ],
        partition,
      );
      if (result.stored) {
        const [newClaimTag = "", etag = ""] = result.etags;
        return { outcome: "parked", claimTag: newClaimTag, stored: { stream: next, etag } };
      }
      expectMoved(result);
      if (result.refused === 0) return { outcome: "claimLost" };
      if (result.refused === 1) return { outcome: "streamMoved" };
      const there = await readMessage(partition, offset);
      // It may have been redriven between the two requests.
      return there === undefined ? { outcome: "streamMoved" } : { outcome: "alreadyParked", value: there.value };
    },

    firstMessages: async (partition, streamId, fromOffset, limit) =>
      requests.query(
        decodeMessage,
        {
          query: `SELECT * FROM c WHERE c["value"].kind = "message" AND c["value"].streamId = @streamId AND c["value"].offset >= @from ORDER BY c["value"].offset OFFSET 0 LIMIT ${limit}`,
          parameters: [
            { name: "@streamId", value: streamId },
            { name: "@from", value: fromOffset },
          ],
        },
        partition,
      ),

    readMessage,

    settle: async (before, next, message, audit) => {
      const result = await requests.batch(
        [
          // A deletion cannot be made conditional in a batch, so a replacement before it is what fences it.
          replaceStream(before, next ?? before.stream),
          remove(messageItemId(message.offset)),
          create(auditItemId(audit), audit),
          ...(next === undefined ? [remove(streamItemId(before.stream.streamId))] : []),
        ],
        message.partition,
      );
      if (result.stored) {
        const [etag = ""] = result.etags;
        return { outcome: "settled", stored: next === undefined ? undefined : { stream: next, etag } };
      }
      expectMoved(result);
      return { outcome: "streamMoved" };
    },

    update: async (before, next, audit) => {
      const result = await requests.batch(
        [replaceStream(before, next), ...(audit === undefined ? [] : [create(auditItemId(audit), audit)])],
        next.partition,
      );
      if (result.stored) return { stream: next, etag: result.etags[0] ?? "" };
      expectMoved(result);
      return undefined;
    },

    streamsOf: async (streamId) =>
      requests.query(decodeStream, pageQuery("stream", { after: undefined, limit: mostLoaded }, "ASC", streamId)),
    listStreams: async (page) => requests.query(decodeStream, pageQuery("stream", page, "ASC")),
    listMessages: async (streamId, page) => requests.query(decodeMessage, pageQuery("message", page, "ASC", streamId)),
    listAudit: async (streamId, page) => requests.query(decodeAudit, pageQuery("audit", page, "DESC", streamId)),
  };
};
