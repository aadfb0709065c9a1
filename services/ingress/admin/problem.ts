import type { Response } from "express";
import type { FieldIssue } from "../../../actors/kernel/answer.ts";

const problems = {
  invalid: { status: 400, title: "The request is invalid" },
  notParked: { status: 404, title: "Nothing of this is parked" },
  unknownRoute: { status: 404, title: "There is no such resource" },
  redriveUnderWay: { status: 409, title: "The stream is being redriven" },
  unsupportedMediaType: { status: 415, title: "The body must be application/json" },
  internalError: { status: 500, title: "The ingress failed" },
  unavailable: { status: 503, title: "A part is away" },
} as const;

/** Why the ingress's own API does not do what was asked. */
export type ProblemKind = keyof typeof problems;

/** Answers with an RFC 9457 problem. */
export const sendProblem = (
  response: Response,
  kind: ProblemKind,
  detail: string,
  errors: readonly FieldIssue[] = [],
): void => {
  const { status, title } = problems[kind];
  const type = `urn:order-processor:problem:${kind.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  // Written as bytes, since `json` would add a charset parameter that the media type does not have.
  response
    .status(status)
    .set("Content-Type", "application/problem+json")
    .send(Buffer.from(JSON.stringify({ type, title, status, detail, instance: response.req.originalUrl, errors })));
};
