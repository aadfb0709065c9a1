import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { SMALL_CHARGE } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { errorBody, nameOfStatus, Refusal } from "../errors.ts";
import { CommitFailed } from "../storage/group-commit.ts";
import { containerRid } from "../storage/resource-ids.ts";
import { type Answer, sessionToken } from "./answer.ts";
import { type Authenticate, authenticator } from "./authentication.ts";
import type { WireRequest } from "./request.ts";
import { type Handling, route } from "./routes.ts";

/** The limit of an item and of a batch, with room for a batch's own text. */
const LARGEST_BODY_BYTES = 2 * 1024 * 1024 + 64 * 1024;

/** Continuations and session tokens travel in headers. */
const LARGEST_HEADER_BYTES = 64 * 1024;

type Responder = (answer: Answer) => void;

const pathHeader = (answer: Answer): Record<string, string> => {
  const { container } = answer;
  if (container === undefined) return {};
  return {
    // Header values are ASCII, names need not be.
    "x-ms-alt-content-path": `dbs/${encodeURIComponent(container.database.id)}/colls/${encodeURIComponent(container.id)}`,
    "x-ms-content-path": containerRid(container.database.rid, container.rid),
  };
};

const responder = (request: IncomingMessage, response: ServerResponse): Responder => {
  const activity = request.headers["x-ms-activity-id"];
  return (answer) => {
    const { status, body, ranges = [] } = answer;
    const hasBody = status !== 204 && status !== 304;
    response.writeHead(status, {
      ...(hasBody ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {}),
      "x-ms-activity-id": typeof activity === "string" ? activity : randomUUID(),
      "x-ms-request-charge": String(answer.charge),
      "x-ms-session-token": ranges.length === 0 ? "0:-1#1" : sessionToken(ranges),
      lsn: String(ranges.reduce((highest, { lsn }) => Math.max(highest, lsn), ranges.length === 0 ? 1 : 0)),
      "x-ms-substatus": String(answer.substatus ?? 0),
      "x-ms-gatewayversion": "version=2.14.0",
      "x-ms-schemaversion": "1.18",
      ...(answer.etag === undefined ? {} : { etag: answer.etag }),
      ...pathHeader(answer),
      ...answer.headers,
    });
    response.end(hasBody ? body : undefined);
  };
};

const isStorageError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";

const failureAnswer = (error: unknown): Answer => {
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

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, `The path segment '${segment}' is not valid percent-encoding.`);
  }
};

/** Splits a URL into path segments, decoded and as they were sent. */
const segmentsOf = (url: string): { decoded: string[]; raw: string[] } => {
  const query = url.indexOf("?");
  const path = query === -1 ? url : url.slice(0, query);
  const raw = path.split("/").filter((segment) => segment !== "");
  return { decoded: raw.map((segment) => (segment.includes("%") ? decodeSegment(segment) : segment)), raw };
};

const authenticate = (check: Authenticate, request: IncomingMessage, decoded: string[], raw: string[]): void => {
  const isFeed = decoded.length % 2 === 1;
  const resourceType = decoded[decoded.length - (isFeed ? 1 : 2)] ?? "";
  const link = (isFeed ? decoded.slice(0, -1) : decoded).join("/");
  const date = request.headers["x-ms-date"];
  check(
    request.headers.authorization,
    {
      verb: request.method ?? "GET",
      resourceType,
      link,
      date: typeof date === "string" ? date : (request.headers.date ?? ""),
    },
    (isFeed ? raw.slice(0, -1) : raw).join("/"),
  );
};

const dispatch = (endpoint: Endpoint, request: WireRequest, respond: Responder): void => {
  let handling: Handling;
  try {
    handling = route(endpoint, request);
  } catch (error) {
    respond(failureAnswer(error));
    return;
  }
  const fail = (error: unknown): void => respond(failureAnswer(error));
  if (handling.writes) endpoint.commits.write(handling.run, respond, fail);
  else endpoint.commits.read(() => handling.run(() => undefined), respond, fail);
};

const readBody = (request: IncomingMessage, done: (body: string) => void, tooLarge: () => void): void => {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    // What is too large is read to its end and forgotten, so that the client gets to see the answer.
    if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
  });
  request.on("end", () => {
    if (size > LARGEST_BODY_BYTES) tooLarge();
    else done((chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)).toString("utf8"));
  });
};

/** Makes the HTTP server of an endpoint; it does not listen yet. */
export const createEndpointServer = (endpoint: Endpoint): Server => {
  const check = authenticator(endpoint.settings.key, endpoint.now);
  const server = createServer(
    { keepAliveTimeout: 60_000, maxHeaderSize: LARGEST_HEADER_BYTES },
    (request, response) => {
      const respond = responder(request, response);
      readBody(
        request,
        (body) => {
          const method = request.method ?? "GET";
          const { headers } = request;
          try {
            const { decoded, raw } = segmentsOf(request.url ?? "/");
            authenticate(check, request, decoded, raw);
            const origin = `http://${headers.host ?? "localhost"}`;
            dispatch(endpoint, { method, path: decoded, headers, body, origin }, respond);
          } catch (error) {
            respond(failureAnswer(error));
          }
        },
        () => respond(failureAnswer(new Refusal(413, "Request size is too large: a request may have 2 MB."))),
      );
    },
  );
  return server;
};
