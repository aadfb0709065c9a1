import { z } from "zod";
import { canonicalHash } from "./request-hash.ts";

const longestCommandId = 256;

/** A command id is any printable ASCII text of 1 to 256 characters (an Idempotency-Key, a CloudEvent id). */
export const commandId = z.string().regex(/^[\x20-\x7e]{1,256}$/, "must be 1 to 256 printable ASCII characters");

/** What caused a command, mostly an event: the longest stream id, that of a shard, and a version behind it fit. */
export const causationId = z.string().min(1).max(280);

/** Ids of these forms belong to the process manager and to reminders: nobody else can use up the id of one of their steps. */
const processCommandIdPrefix = "process-manager/";
const reminderCommandIdPrefix = "reminder/";

/**
 * The command id of a step that the process manager takes because of an event: the same step has the same id for ever. An
 * event of a stream with a long id is named by a hash where its id would not fit; no event id is one, since it has a slash.
 */
export const processCommandId = (eventId: string, step: string): string => {
  const id = `${processCommandIdPrefix}${eventId}/${step}`;
  return id.length <= longestCommandId ? id : `${processCommandIdPrefix}${canonicalHash(eventId)}/${step}`;
};

/** The command id under which a reminder does what is due in the state after `version`: once, whichever host delivers it. */
export const reminderCommandId = (version: number): string => `${reminderCommandIdPrefix}${version}`;

/** A command id that anyone but the process manager and reminders may use. */
export const outsideCommandId = commandId
  .refine((id) => !id.startsWith(processCommandIdPrefix), `must not begin with ${processCommandIdPrefix}`)
  .refine((id) => !id.startsWith(reminderCommandIdPrefix), `must not begin with ${reminderCommandIdPrefix}`);

/** Deeper than any command's fields; what is nested deeper cannot be handled by recursion. */
const maxDepth = 32;

const isShallow = (value: unknown): boolean => {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return false;
    level = level.flatMap((member) => (typeof member === "object" && member !== null ? Object.values(member) : []));
  }
  return true;
};

/**
 * What a caller sends to the actor methods `execute` and `drive`. `data` holds the command's own fields and is parsed by
 * the actor type, whoever parsed it before.
 */
export const commandEnvelope = z.object({
  commandId,
  type: z.string().min(1).max(128),
  data: z.record(z.string(), z.unknown()).refine(isShallow, `must not be nested deeper than ${maxDepth} levels`),
  /** The stream version the caller decided on (`If-Match`); another version is answered with `versionConflict`. */
  expectedVersion: z.int().min(0).optional(),
  correlationId: z.string().min(1).max(256).optional(),
  causationId: causationId.optional(),
  /** Who asks, for the record, for example `gateway`, `ingress`, `process-manager` or an app id. */
  by: z.string().min(1).max(256).optional(),
  /** W3C trace context, kept with the events. */
  traceparent: z.string().max(128).optional(),
});

export type CommandEnvelope = z.infer<typeof commandEnvelope>;

/** What `execute` takes. */
export const outsideEnvelope = commandEnvelope.extend({ commandId: outsideCommandId });

/** What `drive` takes. */
export const processEnvelope = commandEnvelope.extend({
  commandId: commandId.refine(
    (id) => id.startsWith(processCommandIdPrefix),
    `must begin with ${processCommandIdPrefix}`,
  ),
});
