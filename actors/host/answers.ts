import type { FieldIssue, CommandAnswer, ErrorAnswer } from "../kernel/answer.ts";
import { describeIssues } from "../kernel/field-issues.ts";
import type { Rejection } from "../kernel/decision.ts";

/** An answer that says why not. */
export interface Refusal {
  readonly error: ErrorAnswer;
}

export const invalid = (issues: readonly FieldIssue[]): Refusal => ({
  error: {
    kind: "invalid",
    code: "InvalidCommand",
    message: describeIssues(issues),
    issues: [...issues],
  },
});

export const invalidRequest = (code: string, message: string): Refusal => ({
  error: { kind: "invalid", code, message, issues: [{ field: "", message }] },
});

export const versionConflict = (expected: number, actual: number): Refusal => ({
  error: {
    kind: "versionConflict",
    code: "VersionConflict",
    message: `expected version ${expected}, the stream is at version ${actual}`,
    version: actual,
  },
});

export const commandIdReused = (): Refusal => ({
  error: {
    kind: "commandIdReused",
    code: "CommandIdReused",
    message: "this command id was used for another request",
  },
});

export const rejected = ({ code, message }: Rejection, version: number, replayed: boolean): Refusal => ({
  error: { kind: "rejected", code, message, version, replayed },
});

export const unknownStream = (streamId: string): Refusal => ({
  error: { kind: "unknownStream", code: "UnknownStream", message: `nothing was ever recorded for ${streamId}` },
});

export const fault = (code: string, message: string): Refusal => ({ error: { kind: "fault", code, message } });

/** The answer to a command whose events end at `version`. */
export const accepted = (
  streamId: string,
  { version, status, eventTypes }: { version: number; status: string; eventTypes: readonly string[] },
  replayed: boolean,
): CommandAnswer => ({
  ok: {
    streamId,
    version,
    status,
    events: eventTypes.map((type, index) => ({ type, version: version - eventTypes.length + 1 + index })),
    replayed,
  },
});
