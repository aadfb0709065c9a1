import { z } from "zod";
import {
  auditEntry,
  parkedMessage,
  parkedStream,
  type AuditEntry,
  type ParkedMessage,
  type ParkedStream,
} from "../parking/items.ts";
import { isLeased, nextRedriveMs, type RedrivePolicy } from "../parking/parked-stream.ts";

/** A parked stream as operators see it. */
export const streamView = parkedStream
  .pick({ streamType: true, streamId: true, partition: true, messages: true, waitingSince: true, fault: true })
  .extend({
    /** The first message that waits. */
    firstMessageId: z.string(),
    /** Redrives in a row that faulted. */
    failedRedrives: z.int().min(0),
    /** When it is redriven without being asked; null: never. */
    nextRedriveAt: z.string().nullable(),
    /** Who redrives or discards at this moment. */
    heldBy: z.string().nullable(),
  });
export type StreamView = z.infer<typeof streamView>;

export const streamPage = z.object({ streams: z.array(streamView), nextAfter: z.string().nullable() });

/** A parked message as operators see it. */
export const messageView = parkedMessage.pick({
  messageId: true,
  messageType: true,
  commandId: true,
  parkedAt: true,
  reason: true,
  value: true,
});
export type MessageView = z.infer<typeof messageView>;

export const parkedView = z.object({
  streamId: z.string(),
  /** More than one only if records of the stream are in several partitions. */
  streams: z.array(streamView),
  messages: z.array(messageView),
  nextAfter: z.string().nullable(),
});

export const auditView = auditEntry.pick({
  at: true,
  action: true,
  by: true,
  streamType: true,
  streamId: true,
  messageId: true,
  messageType: true,
  commandId: true,
  result: true,
  reason: true,
});
export const auditPage = z.object({ entries: z.array(auditView), nextAfter: z.string().nullable() });

export const redriveReport = z.object({
  streamId: z.string(),
  settled: z.array(
    z.object({
      messageId: z.string(),
      result: z.enum(["accepted", "replayed", "deadLettered"]),
      reason: z.string().nullable(),
    }),
  ),
  left: z.int().min(0),
  stoppedBy: z.object({ messageId: z.string(), reason: z.string() }).nullable(),
});

/** The stream as it is at this moment. */
export const viewOfStream = (stream: ParkedStream, policy: RedrivePolicy, nowMs: number): StreamView => {
  const next = nextRedriveMs(stream, policy);
  return {
    ...streamView.pick({ streamType: true, streamId: true, partition: true }).parse(stream),
    messages: stream.messages,
    waitingSince: stream.waitingSince,
    fault: stream.fault,
    firstMessageId: `${stream.partition}/${stream.head}`,
    failedRedrives: stream.attempts,
    nextRedriveAt: next === undefined ? null : new Date(next).toISOString(),
    heldBy: isLeased(stream, nowMs) ? (stream.lease?.by ?? null) : null,
  };
};

export const viewOfMessage = (message: ParkedMessage): MessageView => messageView.parse(message);
export const viewOfAudit = (entry: AuditEntry): z.infer<typeof auditView> => auditView.parse(entry);
