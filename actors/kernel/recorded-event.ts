import { z } from "zod";

/**
 * An event as it is stored (the `value` of its item) and never changed: the domain's type and data, and everything needed
 * to trace, replay and publish it.
 */
export const recordedEvent = z.object({
  kind: z.literal("event"),
  streamType: z.enum(["Order", "StockItem"]),
  streamId: z.string(),
  /** 1 for the first event of a stream, then without gaps. */
  version: z.int().min(1),
  type: z.string(),
  schemaVersion: z.int().min(1),
  data: z.record(z.string(), z.unknown()),
  /** ISO 8601, UTC. */
  at: z.string(),
  commandId: z.string(),
  commandType: z.string(),
  /** Hash of the command's type and fields, to tell a repeated command from a reused id. */
  requestHash: z.string(),
  /** The status after the whole command, so that a repeated command is answered as the first was. */
  statusAfter: z.string(),
  correlationId: z.string(),
  causationId: z.string(),
  by: z.string(),
  traceparent: z.string().optional(),
  /** The start of the actor host that committed it, and its place in that host's order of commits. */
  hostEpoch: z.string(),
  hostSeq: z.int().min(1),
});
export type RecordedEvent = z.infer<typeof recordedEvent>;

/** Digits of a version in an item id, so that ids sort as versions do. */
const versionDigits = 10;

/** The item id of an event. */
export const eventItemId = (streamId: string, version: number): string =>
  `${streamId}~${String(version).padStart(versionDigits, "0")}`;

/** The item id of a stream's snapshot. */
export const snapshotItemId = (streamId: string): string => `${streamId}~snapshot`;

/** The CloudEvent id under which an event is published. */
export const publishedEventId = (event: Pick<RecordedEvent, "streamId" | "version">): string =>
  `${event.streamId}/${event.version}`;
