import { z } from "zod";
import { recordedEvent } from "../kernel/recorded-event.ts";
import { canonicalHash } from "../kernel/request-hash.ts";

/** What a command id is indexed by: a short hash of fixed length, since an id may have 256 characters. */
export const commandIdHash = (commandId: string): string => canonicalHash(commandId);

/** The item id of a remembered outcome. */
export const outcomeItemId = (streamId: string, commandId: string): string =>
  `${streamId}~outcome~${commandIdHash(commandId)}`;

/** A command whose events are in the stream: enough to repeat its answer without reading them. */
const appendedCommand = z.object({
  /** `commandIdHash` of the command id. */
  id: z.string(),
  requestHash: z.string(),
  /** The version of the command's last event. */
  version: z.int().min(1),
  status: z.string(),
  /** The types of its events, in order; the last one has `version`. */
  eventTypes: z.array(z.string()).min(1),
});
export type AppendedCommand = z.infer<typeof appendedCommand>;

/** A command that left no event: its answer is in an outcome item of its own. */
const rememberedCommand = z.object({ id: z.string(), requestHash: z.string(), remembered: z.literal(true) });

export const recentCommand = z.union([appendedCommand, rememberedCommand]);
export type RecentCommand = z.infer<typeof recentCommand>;

/** The state of a stream after `version`, and the command ids that it has answered lately. */
export const snapshotItem = z.object({
  kind: z.literal("snapshot"),
  streamType: z.enum(["Order", "StockItem"]),
  streamId: z.string(),
  version: z.int().min(1),
  /** The `stateVersion` of the aggregate that wrote `state`. */
  stateVersion: z.int().min(1),
  state: z.unknown(),
  /** Oldest first, bounded. */
  recentCommands: z.array(recentCommand),
  /** Whether `recentCommands` names every command id that this stream has an outcome for. */
  recentCommandsComplete: z.boolean(),
  /** ISO 8601, UTC. */
  updatedAt: z.string(),
});
export type SnapshotItem = z.infer<typeof snapshotItem>;

/** What was answered to a command that left no event. */
export const rememberedAnswer = z.union([
  z.object({ ok: z.object({ version: z.int().min(0), status: z.string() }) }),
  z.object({ rejected: z.object({ version: z.int().min(0), code: z.string(), message: z.string() }) }),
]);
export type RememberedAnswer = z.infer<typeof rememberedAnswer>;

/** The one outcome of a command id that left no event; written once and never changed. */
export const outcomeItem = z.object({
  kind: z.literal("outcome"),
  streamType: z.enum(["Order", "StockItem"]),
  streamId: z.string(),
  commandId: z.string(),
  commandType: z.string(),
  requestHash: z.string(),
  /** The version of the stream on which the command was decided. */
  version: z.int().min(1),
  answer: rememberedAnswer,
  /** ISO 8601, UTC. */
  at: z.string(),
});
export type OutcomeItem = z.infer<typeof outcomeItem>;

/** An item that carries a command id. */
export const commandItem = z.discriminatedUnion("kind", [recordedEvent, outcomeItem]);
