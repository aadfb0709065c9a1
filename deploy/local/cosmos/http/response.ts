import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { SMALL_CHARGE } from "../charges.ts";
import { errorBody, nameOfStatus, Refusal } from "../errors.ts";
import { CommitFailed } from "../storage/group-commit.ts";
import { containerRid } from "../storage/resource-ids.ts";
import { type Answer, sessionToken } from "./answer.ts";
import { diagnosticHeaders } from "./diagnostics.ts";

/** Sends the answer to a request. */
export type Responder = (answer: Answer) => void;

const pathHeader = (answer: Answer): Record<string, string> => {
  const { container } = answer;
  if (container === undefined) return {};
  return {
    // Header values are ASCII, names need not be.
    "x-ms-alt-content-path": `dbs/${encodeURIComponent(container.database.id)}/colls/${encodeURIComponent(container.id)}`,
    "x-ms-content-path": containerRid(container.database.rid, container.rid),
  };
};

/** Tells whether an answer has a body: those that must not have one do not. */
const hasBody = ({ status }: Answer): boolean => status !== 204 && status !== 304;

const writeHead = (request: IncomingMessage, response: ServerResponse, answer: Answer, startedAtMs: number): void => {
  const { status, substatus = 0, body, ranges = [] } = answer;
  const activity = request.headers["x-ms-activity-id"];
  response.writeHead(status, {
    ...(hasBody(answer) ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {}),
    "x-ms-activity-id": typeof activity === "string" ? activity : randomUUID(),
    "x-ms-request-charge": String(answer.charge),
    // A token of no container's range would be held against the next container that has such a range.
    ...(ranges.length === 0 ? {} : { "x-ms-session-token": sessionToken(ranges) }),
    lsn: String(ranges.reduce((highest, { lsn }) => Math.max(highest, lsn), ranges.length === 0 ? 1 : 0)),
    // Where there is none, Azure sends no header: the JavaScript SDK tells "0" from nothing.
    ...(substatus === 0 ? {} : { "x-ms-substatus": String(substatus) }),
    "x-ms-gatewayversion": "version=2.14.0",
    "x-ms-schemaversion": "1.18",
    ...(answer.etag === undefined ? {} : { etag: answer.etag }),
    ...pathHeader(answer),
    ...diagnosticHeaders(answer, startedAtMs),
    ...answer.headers,
  });
};

/** Makes what sends the answer to a request. */
export const responder = (request: IncomingMessage, response: ServerResponse): Responder => {
  const startedAtMs = performance.now();
  return (answer) => {
    writeHead(request, response, answer, startedAtMs);
    response.end(hasBody(answer) ? answer.body : undefined);
  };
};

/** Makes what sends the answer as far as the middle of its body and then ends the connection. */
export const cuttingResponder = (request: IncomingMessage, response: ServerResponse): Responder => {
  const startedAtMs = performance.now();
  return (answer) => {
    const body = Buffer.from(hasBody(answer) ? answer.body : "");
    const half = body.subarray(0, Math.ceil(body.length / 2));
    if (half.length === 0) {
      request.socket.destroy();
      return;
    }
    writeHead(request, response, answer, startedAtMs);
    response.write(half, () => request.socket.destroy());
  };
};

const isStorageError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";

/** The answer to a request that was refused or failed. */
export const failureAnswer = (error: unknown): Answer => {
  if (error instanceof Refusal) {
    const { status, message, substatus, details } = error;
    return {
      status,
      body: JSON.stringify({ code: nameOfStatus(status), message, ...details }),
      charge: SMALL_CHARGE,
      substatus,
    };
  }
  if (error instanceof CommitFailed || isStorageError(error)) {
    process.stderr.write(`Storage error: ${error.message}\n`);
    return { status: 503, body: errorBody(503, `The data file failed: ${error.message}`), charge: SMALL_CHARGE };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Internal error: ${message}\n`);
  return { status: 500, body: errorBody(500, "Internal error; see the endpoint's output."), charge: SMALL_CHARGE };
};
