import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Endpoint } from "../endpoint.ts";
import { errorBody, Refusal } from "../errors.ts";
import { type Authenticate, authenticator } from "./authentication.ts";
import { isOpen, passGate, type Switches } from "./gate.ts";
import type { WireRequest } from "./request.ts";
import { namedPath } from "./named-path.ts";
import { readBody } from "./request-body.ts";
import { cuttingResponder, failureAnswer, type Responder, responder } from "./response.ts";
import { type Handling, route } from "./routes.ts";
import { type SignedPath, signedPath } from "./signed-path.ts";

/** The limit of an item and of a batch, with room for a batch's own text. */
const LARGEST_BODY_BYTES = 2 * 1024 * 1024 + 64 * 1024;

/** Bounds on what one connection may take up; continuations and session tokens travel in headers. */
const SERVER_LIMITS = {
  maxHeaderSize: 64 * 1024,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 60_000,
};
const HANDSHAKE_TIMEOUT_MS = 20_000;
const MOST_CONNECTIONS = 4_096;

/** What an endpoint is served with, beside the contract itself. */
export interface ServerOptions {
  readonly switches?: Switches;
  /** The certificate and its key (PEM); undefined: plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  /** Answers a request for one of the explorer's files, and tells whether it was one. */
  readonly explorer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

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

const authenticate = (check: Authenticate, request: IncomingMessage, signed: SignedPath): void => {
  const { resourceType, link, rawLink } = signed;
  const date = request.headers["x-ms-date"];
  check(
    request.headers.authorization,
    {
      verb: request.method ?? "GET",
      resourceType,
      link,
      date: typeof date === "string" ? date : (request.headers.date ?? ""),
    },
    rawLink,
  );
};

const dispatch = (
  endpoint: Endpoint,
  request: WireRequest,
  respond: Responder,
  adjust?: (handling: Handling) => Handling,
): void => {
  let handling: Handling;
  try {
    handling = route(endpoint, request);
  } catch (error) {
    respond(failureAnswer(error));
    return;
  }
  if (adjust !== undefined) handling = adjust(handling);
  const { run } = handling;
  const fail = (error: unknown): void => respond(failureAnswer(error));
  if (handling.writes) endpoint.commits.write(run, respond, fail);
  else endpoint.commits.read(() => run(() => undefined), respond, fail);
};

const listener = (endpoint: Endpoint, { switches, tls, explorer }: ServerOptions): RequestListener => {
  const check = authenticator(endpoint.settings.key, endpoint.now);
  const scheme = tls === undefined ? "http" : "https";

  const serve = (incoming: IncomingMessage, response: ServerResponse, respond: Responder, body: string): void => {
    const { decoded, raw } = segmentsOf(incoming.url ?? "/");
    const named = namedPath(endpoint.catalogue, decoded);
    authenticate(check, incoming, signedPath(decoded, raw, named?.link));
    const { method = "GET", headers } = incoming;
    const path = named?.path ?? decoded;
    const request = { method, path, headers, body, origin: `${scheme}://${headers.host ?? "localhost"}` };
    if (switches === undefined || isOpen(switches)) {
      dispatch(endpoint, request, respond);
      return;
    }
    passGate(endpoint, switches, {
      request,
      respond,
      cut: cuttingResponder(incoming, response),
      drop: () => incoming.socket.destroy(),
      isGone: () => incoming.socket.destroyed,
      serve: (answerWith, adjust) => dispatch(endpoint, request, answerWith, adjust),
    });
  };

  return (request, response) => {
    if (explorer?.(request, response) === true) return;
    const respond = responder(request, response);
    readBody(request, LARGEST_BODY_BYTES, {
      whole: (body) => {
        try {
          serve(request, response, respond, body);
        } catch (error) {
          respond(failureAnswer(error));
        }
      },
      tooLarge: () => respond(failureAnswer(new Refusal(413, "Request size is too large: a request may have 2 MB."))),
    });
  };
};

/** Answers what is not HTTP, or goes beyond a limit, as far as the connection still takes an answer. */
const refuseMalformed = (error: Error & { code?: string }, socket: Socket): void => {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, message] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? [431, "The request's headers are larger than 64 KB."]
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? [408, "The request did not arrive in time."]
        : [400, `The request is not valid HTTP: ${error.message}`];
  const body = errorBody(status, message);
  const head = `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/json`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};

/** Makes the HTTP (or HTTPS) server of an endpoint; it does not listen yet. */
export const createEndpointServer = (endpoint: Endpoint, options: ServerOptions = {}): Server => {
  const handle = listener(endpoint, options);
  const { tls } = options;
  const server =
    tls === undefined
      ? createServer(SERVER_LIMITS, handle)
      : createTlsServer(
          {
            ...SERVER_LIMITS,
            cert: tls.certificate,
            key: tls.key,
            minVersion: "TLSv1.2",
            handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
          },
          handle,
        );
  server.maxConnections = MOST_CONNECTIONS;
  server.on("clientError", refuseMalformed);
  return server;
};
