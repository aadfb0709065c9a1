import type { Response } from "express";
import type { FieldIssue } from "../../../actors/kernel/answer.ts";
import type { RefusalCode } from "../ledger/decision.ts";

/** What can be wrong with a request before its account is looked at, and with the service itself. */
type EdgeCode =
  | "InvalidRequest"
  | "MalformedBody"
  | "UnknownOrder"
  | "UnknownRoute"
  | "PayloadTooLarge"
  | "UnsupportedMediaType"
  | "InternalError"
  | "TooManyMessages";

export type ProblemCode = RefusalCode | EdgeCode;

/** The one place where the reason for an answer becomes an HTTP status. */
const statuses: { readonly [Code in ProblemCode]: number } = {
  InvalidRequest: 400,
  MalformedBody: 400,
  UnknownOrder: 404,
  UnknownRoute: 404,
  UnknownAuthorisation: 409,
  CurrencyMismatch: 409,
  RefundExceedsCapture: 409,
  TooManyRequests: 409,
  PayloadTooLarge: 413,
  UnsupportedMediaType: 415,
  RequestIdReused: 422,
  RefundIdReused: 422,
  ShipmentIdReused: 422,
  InternalError: 500,
  TooManyMessages: 503,
};

const retryAfterSeconds = 1;

/** `UnknownOrder` as `unknown order`. */
const words = (code: string, between: string): string =>
  code.replaceAll(/(?<!^)[A-Z]/g, (letter) => `${between}${letter}`).toLowerCase();

/** Answers with an RFC 9457 problem; `detail` is one sentence for people. */
export const sendProblem = (
  response: Response,
  code: ProblemCode,
  detail: string,
  errors: readonly FieldIssue[] = [],
): void => {
  const status = statuses[code];
  if (status === 503) response.set("Retry-After", String(retryAfterSeconds));
  const body = {
    type: `urn:order-processor:simulated-provider:problem:${words(code, "-")}`,
    title: `The request was not carried out: ${words(code, " ")}`,
    status,
    detail,
    instance: response.req.originalUrl,
    code,
    errors,
  };
  // Written as bytes, since `json` would add a charset parameter that the media type does not have.
  response
    .status(status)
    .set("Content-Type", "application/problem+json")
    .send(Buffer.from(JSON.stringify(body)));
};
