import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readBody } from "../http/request-body.ts";
import { isObject, type JsonObject, parseJson } from "../json.ts";
import { Problem } from "./problem.ts";
import { ADMIN_ROUTES, type AdminAnswer, type Administered, type AdminRequest, type AdminRoute } from "./routes.ts";

const LARGEST_BODY_BYTES = 64 * 1024;
const SERVER_LIMITS = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 5_000 };

/** The names under which the admin endpoint is asked for; a page of another site would ask under its own. */
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

const objectIn = (text: string): JsonObject => {
  const value = parseJson(text);
  if (isObject(value)) return value;
  throw new Problem(400, "The request needs a body that is a JSON object.");
};

const matches = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length && pattern.every((part, index) => part === "{id}" || part === segments[index]);

const segmentsOf = (path: string): string[] => path.split("/").filter((segment) => segment !== "");

const routeFor = (method: string, segments: readonly string[]): AdminRoute => {
  const fitting = ADMIN_ROUTES.filter(({ path }) => matches(segmentsOf(path), segments));
  if (fitting.length === 0) {
    throw new Problem(404, `There is no /${segments.join("/")} here; GET / lists what there is.`);
  }
  const route = fitting.find((candidate) => candidate.method === method);
  if (route !== undefined) return route;
  const methods = fitting.map((candidate) => candidate.method).join(", ");
  throw new Problem(405, `/${segments.join("/")} takes ${methods}, not ${method}.`);
};

/**
 * Keeps browsers' pages out: any page may send requests to a port of this machine, but not without telling where it
 * is from, and not under this machine's own name.
 */
const checkSender = ({ headers }: IncomingMessage): void => {
  if (headers.origin !== undefined || !LOCAL_HOST.test(headers.host ?? "")) {
    throw new Problem(403, "The admin endpoint answers programs on this machine only.");
  }
};

const problemAnswer = (error: unknown): AdminAnswer => {
  if (error instanceof Problem) {
    const { status, field, message } = error;
    return { status, body: field === undefined ? { message } : { field, message } };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Internal error of the admin endpoint: ${text}\n`);
  return { status: 500, body: { message: "Internal error; see the endpoint's output." } };
};

const send = (response: ServerResponse, { status, body }: AdminAnswer): void => {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body, null, 2)}\n`);
};

const answerTo = async (administered: Administered, request: IncomingMessage, body: string): Promise<AdminAnswer> => {
  checkSender(request);
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const segments = segmentsOf(path);
  const route = routeFor(request.method ?? "GET", segments);
  const parsed: AdminRequest = { id: segments.at(-1) ?? "", body: () => objectIn(body) };
  return route.run(administered, parsed);
};

const serve = async (
  administered: Administered,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> => {
  try {
    send(response, await answerTo(administered, request, body));
  } catch (error) {
    send(response, problemAnswer(error));
  }
};

/** Makes the admin endpoint's server; it does not listen yet, and must listen on loopback only. */
export const createAdminServer = (administered: Administered): Server =>
  createServer(SERVER_LIMITS, (request, response) => {
    readBody(request, LARGEST_BODY_BYTES, {
      whole: (body) => void serve(administered, request, response, body),
      tooLarge: () => send(response, problemAnswer(new Problem(413, "The body is larger than 64 KB."))),
    });
  });
