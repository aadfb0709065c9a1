import { createHash } from "node:crypto";
import { z } from "zod";
import { placeOf, type KafkaRecord } from "../kafka-record.ts";

/**
 * What is stored of parked messages. All items of one partition of the topic are in one logical partition of the container,
 * named after it, so that a message is parked together with what fences it, all or nothing.
 */

/** `<topic>/<partition>`: the partition of the topic, and the partition key of what is parked from it. */
export const partitionOf = ({ topic, partition }: Pick<KafkaRecord, "topic" | "partition">): string =>
  `${topic}/${partition}`;

/** A record's offset as a number: no partition comes near 2^53 records. */
export const offsetOf = ({ offset }: Pick<KafkaRecord, "offset">): number => Number(offset);

/** Tells the content of one record from that of another: SHA-256, base64url. */
export const contentHashOf = (value: Uint8Array): string => createHash("sha256").update(value).digest("base64url");

const offset = z.int().min(0);
const streamType = z.enum(["Order", "StockItem"]);
/** ISO 8601, UTC, milliseconds. */
const time = z.string();

/** A stream of which messages wait: later ones of this partition wait behind them. */
export const parkedStream = z.object({
  kind: z.literal("stream"),
  partition: z.string().min(1),
  streamType,
  streamId: z.string().min(1),
  /** `<streamId>@<partition>`. */
  sortKey: z.string(),
  /** The offset of the first message that waits. Every earlier one of the stream has its outcome. */
  head: offset,
  messages: z.int().min(1),
  /** When the first message that waits was parked. */
  waitingSince: time,
  /** Why the first message could not be carried out when it was last tried. */
  fault: z.object({ reason: z.string(), at: time }),
  /** How many redrives in a row ended in a fault. */
  attempts: z.int().min(0),
  /** Who redrives or discards at this moment; others keep away until then. */
  lease: z.object({ id: z.string(), by: z.string(), until: time }).nullable(),
});
export type ParkedStream = z.infer<typeof parkedStream>;

/** A message that waits, as it stands in Kafka. */
export const parkedMessage = z.object({
  kind: z.literal("message"),
  partition: z.string().min(1),
  offset,
  /** `<topic>/<partition>/<offset>`. */
  messageId: z.string(),
  /** Sorts by topic, partition and offset. */
  sortKey: z.string(),
  streamType,
  streamId: z.string().min(1),
  /** Whether the record has a key, which is then the stream id. */
  keyed: z.boolean(),
  /** Valid UTF-8, or it would not be a command. */
  value: z.string(),
  messageType: z.string(),
  commandId: z.string(),
  parkedAt: time,
  /** The fault for which it was parked; null if it was put behind another one. */
  reason: z.string().nullable(),
});
export type ParkedMessage = z.infer<typeof parkedMessage>;

/** What became of a parked message in one attempt, or at an operator's hands. */
export const auditResult = z.enum(["accepted", "replayed", "deadLettered", "fault", "discarded"]);
export type AuditResult = z.infer<typeof auditResult>;

/** What was done about a parked message: who, when, what, and what came of it. */
export const auditEntry = z.object({
  kind: z.literal("audit"),
  partition: z.string(),
  offset,
  messageId: z.string(),
  /** `<at>~<something unique>`. */
  sortKey: z.string(),
  action: z.enum(["redrive", "discard"]),
  by: z.string(),
  at: time,
  streamType,
  streamId: z.string(),
  messageType: z.string(),
  commandId: z.string(),
  result: auditResult,
  /** Why it was refused, faulted again or was discarded. */
  reason: z.string().nullable(),
  /** By which a record that comes again is known to be the one that was discarded. */
  contentHash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** Which instance handles the partition. Whoever parks proves by its ETag that no other has taken the partition since. */
export type Claim = { readonly kind: "claim"; readonly partition: string; readonly owner: string };

/** More digits than 2^53 has. */
const offsetDigits = 16;
const partitionDigits = 10;

/** The item id of a message. */
export const messageItemId = (at: number): string => `message~${String(at).padStart(offsetDigits, "0")}`;
export const streamItemId = (streamId: string): string => `stream~${streamId}`;
export const auditItemId = ({ sortKey }: Pick<AuditEntry, "sortKey">): string => `audit~${sortKey}`;
export const claimItemId = "claim";

/** The message as it is stored when its record is parked. */
export const messageOfRecord = (
  record: KafkaRecord,
  of: Pick<ParkedMessage, "streamType" | "streamId" | "messageType" | "commandId" | "parkedAt" | "reason">,
): ParkedMessage => ({
  kind: "message",
  partition: partitionOf(record),
  offset: offsetOf(record),
  messageId: placeOf(record),
  sortKey: [
    record.topic,
    String(record.partition).padStart(partitionDigits, "0"),
    record.offset.padStart(offsetDigits, "0"),
  ].join("/"),
  keyed: record.key !== undefined,
  value: Buffer.from(record.value).toString("utf8"),
  ...of,
});

/** The record as it stands in Kafka. */
export const recordOfMessage = ({ partition, offset: at, keyed, streamId, value }: ParkedMessage): KafkaRecord => {
  const slash = partition.lastIndexOf("/");
  return {
    topic: partition.slice(0, slash),
    partition: Number(partition.slice(slash + 1)),
    offset: String(at),
    key: keyed ? Buffer.from(streamId) : undefined,
    value: Buffer.from(value),
  };
};
