import type { Response } from "express";
import type { ErrorAnswer, ErrorKind, FieldIssue } from "../../actors/kernel/answer.ts";

/** What can be wrong with a request before any actor sees it, and what can be wrong with the gateway itself. */
type EdgeKind =
  | "malformedBody"
  | "unknownRoute"
  | "methodNotAllowed"
  | "payloadTooLarge"
  | "unsupportedMediaType"
  | "internalError";

export type ProblemKind = ErrorKind | EdgeKind;

/**
 * The one place where the reason for an answer becomes an HTTP status. A kind that the actors learn to answer does not
 * compile until it has a line here.
 */
const problems: { readonly [Kind in ProblemKind]: { readonly status: number; readonly title: string } } = {
  invalid: { status: 400, title: "The request is invalid" },
  malformedBody: { status: 400, title: "The body is not JSON" },
  unknownStream: { status: 404, title: "Nothing is recorded under this id" },
  unknownRoute: { status: 404, title: "There is no such resource" },
  methodNotAllowed: { status: 405, title: "The resource does not have this method" },
  rejected: { status: 409, title: "The command is refused in the present state" },
  versionConflict: { status: 412, title: "The resource is at another version" },
  payloadTooLarge: { status: 413, title: "The body is too large" },
  unsupportedMediaType: { status: 415, title: "The body must be plain application/json" },
  commandIdReused: { status: 422, title: "The Idempotency-Key was used for another request" },
  internalError: { status: 500, title: "The gateway failed" },
  fault: { status: 503, title: "The outcome is unknown or a part is away" },
};

/** How long a caller should wait before it repeats what was answered with 503. */
export const retryAfterSeconds = 2;

/** An answer that is not a success, before it is written down as RFC 9457 wants it. */
export interface Problem {
  readonly kind: ProblemKind;
  /** Stable and machine-readable; the decider's own code for a refusal. */
  readonly code: string;
  /** One sentence for people. */
  readonly detail: string;
  readonly issues?: readonly FieldIssue[] | undefined;
  /** The version that the resource is at, if it is known. */
  readonly version?: number | undefined;
}

export const statusOf = (kind: ProblemKind): number => problems[kind].status;

/** A 400 that names every wrong field. */
export const invalidRequest = (issues: readonly FieldIssue[]): Problem => ({
  kind: "invalid",
  code: "InvalidRequest",
  detail: `${issues.length === 1 ? "One field is" : `${issues.length} fields are`} wrong; errors names each.`,
  issues,
});

/** A 503: repeat the same request, with the same Idempotency-Key, later. */
export const unavailable = (detail: string): Problem => ({ kind: "fault", code: "Unavailable", detail });

/** What an actor answered instead of carrying out a command or a read. */
export const problemOfAnswer = (error: ErrorAnswer): Problem => ({
  kind: error.kind,
  code: error.code,
  detail: error.message,
  issues: error.issues,
  version: error.version,
});

/** The `type` of a problem: a stable name, not an address to fetch. */
export const problemType = (kind: ProblemKind): string =>
  `urn:order-processor:problem:${kind.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Answers with a problem as `application/problem+json`. */
export const sendProblem = (response: Response, problem: Problem): void => {
  const { status, title } = problems[problem.kind];
  if (problem.kind === "fault") response.set("Retry-After", String(retryAfterSeconds));
  if (problem.kind === "versionConflict" && problem.version !== undefined) response.set("ETag", `"${problem.version}"`);
  const body = {
    type: problemType(problem.kind),
    title,
    status,
    detail: problem.detail,
    instance: response.req.originalUrl,
    code: problem.code,
    errors: problem.issues ?? [],
  };
  // Written as bytes, since `json` would add a charset parameter that the media type does not have.
  response
    .status(status)
    .set("Content-Type", "application/problem+json")
    .send(Buffer.from(JSON.stringify(body)));
};
