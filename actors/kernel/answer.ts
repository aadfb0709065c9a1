import { z } from "zod";

/** A field that is wrong: its path (`lines.0.quantity`, empty for the whole) and what is wrong with it. */
export const fieldIssue = z.object({ field: z.string(), message: z.string() });
export type FieldIssue = z.infer<typeof fieldIssue>;

export const eventReference = z.object({ type: z.string(), version: z.int().min(1) });
export type EventReference = z.infer<typeof eventReference>;

/** A command that was carried out, now or earlier (`replayed`). */
export const acceptedAnswer = z.object({
  streamId: z.string(),
  version: z.int().min(0),
  status: z.string(),
  events: z.array(eventReference),
  replayed: z.boolean(),
});
export type AcceptedAnswer = z.infer<typeof acceptedAnswer>;

/**
 * Why a command was not carried out.
 *
 * - `invalid`: the command is malformed; `issues` names every wrong field.
 * - `rejected`: the decider refused it; `code` says why.
 * - `versionConflict`: the stream is not at the expected version; `version` is where it is.
 * - `commandIdReused`: this command id was used for another request.
 * - `unknownStream`: nothing was ever recorded for this id (reads only).
 * - `fault`: the outcome is unknown or the store is away; repeat with the same command id.
 */
export const errorKind = z.enum([
  "invalid",
  "rejected",
  "versionConflict",
  "commandIdReused",
  "unknownStream",
  "fault",
]);
export type ErrorKind = z.infer<typeof errorKind>;

export const errorAnswer = z.object({
  kind: errorKind,
  code: z.string(),
  message: z.string(),
  issues: z.array(fieldIssue).optional(),
  version: z.int().min(0).optional(),
  replayed: z.boolean().optional(),
});
export type ErrorAnswer = z.infer<typeof errorAnswer>;

/** The answer of `execute` and `drive`; always with HTTP 200, since Dapr rewrites every other status on the way. */
export const commandAnswer = z.union([z.object({ ok: acceptedAnswer }), z.object({ error: errorAnswer })]);
export type CommandAnswer = z.infer<typeof commandAnswer>;

/** The answer of `read`: the state as stored, folded through `version`. */
export const readAnswer = z.union([
  z.object({
    ok: z.object({ streamId: z.string(), version: z.int().min(1), state: z.unknown(), updatedAt: z.string() }),
  }),
  z.object({ error: errorAnswer }),
]);
export type ReadAnswer = z.infer<typeof readAnswer>;

export const flushRequest = z.object({ version: z.int().min(1) });

/** The answer of `flush`: every event through this version is in Kafka, as far as the host knows. */
export const flushAnswer = z.union([
  z.object({ ok: z.object({ publishedThrough: z.int().min(0) }) }),
  z.object({ error: errorAnswer }),
]);
export type FlushAnswer = z.infer<typeof flushAnswer>;
