import type { IncomingHttpHeaders } from "node:http";
import type { Endpoint } from "../endpoint.ts";
import { badRequest } from "../errors.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json.ts";

/** A request, read to its end. */
export interface WireRequest {
  readonly method: string;
  /** The decoded path segments. */
  readonly path: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The scheme and host by which the client knows this endpoint. */
  readonly origin: string;
}

/** A header's value, or undefined when it is absent or empty. */
export const header = (request: WireRequest, name: string): string | undefined => {
  const value = request.headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  return text === "" ? undefined : text;
};

/** Tells whether a header says true, in any case. */
export const isSet = (request: WireRequest, name: string): boolean => header(request, name)?.toLowerCase() === "true";

/** The consistency level of a read: the account's, or the weaker one that the request asks for. */
export const consistencyOf = ({ settings }: Endpoint, request: WireRequest): string =>
  header(request, "x-ms-consistency-level") ?? settings.consistency;

/** The body as JSON. @throws Refusal (400) when it is not JSON */
export const jsonBody = (request: WireRequest): Json => {
  const value = parseJson(request.body);
  if (value === undefined) throw badRequest("The request body is not valid JSON.");
  return value;
};

/** The body as a JSON object. @throws Refusal (400) when it is not one */
export const objectBody = (request: WireRequest): JsonObject => {
  const value = jsonBody(request);
  if (!isObject(value)) throw badRequest("The request body must be a JSON object.");
  return value;
};

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;

/** How many items a page may have: the header x-ms-max-item-count, where -1 leaves it to the endpoint. */
export const pageSize = (request: WireRequest): number => {
  const asked = Number(header(request, "x-ms-max-item-count") ?? DEFAULT_PAGE);
  if (!Number.isInteger(asked) || asked === 0 || asked < -1) {
    throw badRequest("x-ms-max-item-count must be -1 or a positive integer.");
  }
  return asked === -1 ? LARGEST_PAGE : Math.min(asked, LARGEST_PAGE);
};
