import type { Json } from "./json.ts";

const NAMES: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  408: "RequestTimeout",
  409: "Conflict",
  410: "Gone",
  412: "PreconditionFailed",
  413: "RequestEntityTooLarge",
  424: "FailedDependency",
  429: "429",
  431: "RequestHeaderFieldsTooLarge",
  449: "449",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};

/** Sub-status codes that clients act on. */
export const SUBSTATUS = {
  partitionKeyMismatch: 1001,
  rangeGone: 1002,
  /** With 404, where the same number means another thing. */
  readSessionNotAvailable: 1002,
  ownerNotFound: 1003,
  crossPartitionQueryNotServable: 1004,
  incorrectContainerRid: 1024,
  requestRateTooLarge: 3200,
} as const;

/** The name that goes with a status code in an error body. */
export const nameOfStatus = (status: number): string => NAMES[status] ?? "Error";

/** Writes the JSON body of an error. An empty body would crash the JavaScript SDK. */
export const errorBody = (status: number, message: string): string =>
  JSON.stringify({ code: nameOfStatus(status), message });

/** A request that cannot be served as it was sent: it ends the request with the given status and leaves nothing behind. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly substatus: number;
  /** More members for the error's body, where a client looks for them. */
  readonly details: Readonly<Record<string, Json>>;

  constructor(status: number, message: string, substatus = 0, details: Readonly<Record<string, Json>> = {}) {
    super(message);
    this.status = status;
    this.substatus = substatus;
    this.details = details;
  }
}

/** A malformed request (400). */
export const badRequest = (message: string, substatus = 0): Refusal => new Refusal(400, message, substatus);

/** Something that is not there (404). */
export const notFound = (message: string, substatus = 0): Refusal => new Refusal(404, message, substatus);
