import type { Endpoint } from "../endpoint.ts";
import { Refusal } from "../errors.ts";
import { scopeOf } from "../feed/scope.ts";
import { isQuery } from "../query/query-requests.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { isSet, header, type WireRequest } from "./request.ts";

/** What a request wants done, in the words in which fault rules name it. */
export const OPERATIONS = [
  "create",
  "upsert",
  "read",
  "replace",
  "patch",
  "delete",
  "deletePartition",
  "batch",
  "bulk",
  "query",
  "queryPlan",
  "list",
  "changeFeed",
  "ranges",
  "metadata",
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Tells whether a text names an operation. */
export const isOperation = (name: string): name is Operation => OPERATIONS.some((operation) => operation === name);

const ON_ITEM: Readonly<Record<string, Operation>> = {
  GET: "read",
  PUT: "replace",
  PATCH: "patch",
  DELETE: "delete",
};

const onItems = (request: WireRequest): Operation => {
  if (request.method === "GET") return header(request, "a-im") === undefined ? "list" : "changeFeed";
  if (isSet(request, "x-ms-cosmos-is-query-plan-request")) return "queryPlan";
  if (isQuery(request)) return "query";
  if (isSet(request, "x-ms-cosmos-is-batch-request")) {
    return isSet(request, "x-ms-cosmos-batch-atomic") ? "batch" : "bulk";
  }
  return isSet(request, "x-ms-documentdb-is-upsert") ? "upsert" : "create";
};

/** Names what a request wants done; whatever is not about items or ranges is "metadata". */
export const operationOf = (request: WireRequest): Operation => {
  const kind = request.path[4];
  const { length } = request.path;
  if (kind === "docs" && length === 5) return onItems(request);
  if (kind === "docs" && length === 6) return ON_ITEM[request.method] ?? "read";
  if (kind === "operations") return "deletePartition";
  return kind === "pkranges" ? "ranges" : "metadata";
};

/** The container a request is about, or undefined when it is about none that is there. */
export const containerOf = ({ catalogue }: Endpoint, { path }: WireRequest): Container | undefined =>
  path[3] === undefined ? undefined : catalogue.databases.get(path[1] ?? "")?.containers.get(path[3]);

/** The ranges that a request is about: those of its key, its range or its slice of the key space, or else all. */
export const rangesOf = (container: Container, request: WireRequest): readonly Range[] => {
  try {
    return scopeOf(container, request).ranges;
  } catch (error) {
    // What is wrong with the request is for its handler to say.
    if (error instanceof Refusal) return [];
    throw error;
  }
};
