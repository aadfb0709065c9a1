import { queryCharge } from "../charges.ts";
import type { Endpoint } from "../endpoint.ts";
import { badRequest, SUBSTATUS } from "../errors.ts";
import { scopeOf } from "../feed/scope.ts";
import type { Answer } from "../http/answer.ts";
import { header, isSet, objectBody, pageSize, type WireRequest } from "../http/request.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Parameters } from "../sql/evaluate.ts";
import { parseQuery } from "../sql/parser.ts";
import { demandsOf } from "../sql/push-down.ts";
import type { Query } from "../sql/syntax.ts";
import type { Value } from "../sql/values.ts";
import type { Container } from "../storage/catalogue.ts";
import { containerRid } from "../storage/resource-ids.ts";
import { readContinuation, writeContinuation } from "./continuation.ts";
import { type Page, runQuery } from "./execute.ts";
import { filterDocuments } from "./metadata-query.ts";
import { queryPlan } from "./plan.ts";

const parametersOf = (sent: Json | undefined): Parameters => {
  const parameters = new Map<string, Value>();
  if (sent === undefined || sent === null) return parameters;
  if (!Array.isArray(sent)) throw badRequest("The parameters of a query must be an array.");
  for (const parameter of sent) {
    if (!isObject(parameter) || typeof parameter["name"] !== "string" || !parameter["name"].startsWith("@")) {
      throw badRequest("Every parameter of a query needs a name that begins with @.");
    }
    parameters.set(parameter["name"], parameter["value"]);
  }
  return parameters;
};

const queryIn = ({ queries }: Endpoint, body: JsonObject): { query: Query; parameters: Parameters } => {
  const { query: text, parameters } = body;
  if (typeof text !== "string") throw badRequest("A query request needs the member 'query'.");
  return { query: queries(text), parameters: parametersOf(parameters) };
};

const metricsOf = (page: Page, characters: number, startedAt: number): string => {
  const ms = (performance.now() - startedAt).toFixed(2);
  return [
    `totalExecutionTimeInMs=${ms}`,
    "queryCompileTimeInMs=0.00",
    "queryLogicalPlanBuildTimeInMs=0.00",
    "queryPhysicalPlanBuildTimeInMs=0.00",
    "queryOptimizationTimeInMs=0.00",
    `VMExecutionTimeInMs=${ms}`,
    "indexLookupTimeInMs=0.00",
    "documentLoadTimeInMs=0.00",
    "systemFunctionExecuteTimeInMs=0.00",
    "userFunctionExecuteTimeInMs=0.00",
    `retrievedDocumentCount=${page.scanned}`,
    `retrievedDocumentSize=${characters}`,
    `outputDocumentCount=${page.documents.length}`,
    `outputDocumentSize=${characters}`,
    "writeOutputTimeInMs=0.00",
    "indexUtilizationRatio=1.00",
  ].join(";");
};

/** @param metricsFrom when the query began, if the client wants its metrics */
const pageAnswer = (container: Container, page: Page, ranges: Answer["ranges"], metricsFrom?: number): Answer => {
  const rid = containerRid(container.database.rid, container.rid);
  const documents = page.documents.join(",");
  const headers: Record<string, string> = { "x-ms-item-count": String(page.documents.length) };
  if (metricsFrom !== undefined) {
    headers["x-ms-documentdb-query-metrics"] = metricsOf(page, documents.length, metricsFrom);
  }
  if (page.continuation !== undefined) headers["x-ms-continuation"] = writeContinuation(page.continuation);
  return {
    status: 200,
    body: `{"_rid":"${rid}","Documents":[${documents}],"_count":${page.documents.length}}`,
    charge: queryCharge(page.scanned, documents.length),
    container,
    ranges: ranges ?? container.ranges,
    headers,
  };
};

const continuationIn = (request: WireRequest): ReturnType<typeof readContinuation> | undefined => {
  const token = header(request, "x-ms-continuation");
  return token === undefined ? undefined : readContinuation(token);
};

/** Tells whether a request to a feed is a query. */
export const isQuery = (request: WireRequest): boolean =>
  isSet(request, "x-ms-documentdb-isquery") ||
  isSet(request, "x-ms-documentdb-query") ||
  isSet(request, "x-ms-cosmos-is-query-plan-request") ||
  header(request, "content-type")?.toLowerCase().startsWith("application/query+json") === true;

/**
 * Answers a query on items, or a request for its plan. ORDER BY, aggregates and limits hold over all ranges asked for.
 * @throws Refusal (400) for a query that is wrong, or that reaches over partitions without leave
 */
export const queryItems = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const { query, parameters } = queryIn(endpoint, objectBody(request));
  if (isSet(request, "x-ms-cosmos-is-query-plan-request")) return { ...queryPlan(query, parameters), container };
  const scope = scopeOf(container, request);
  const isNarrow = scope.key !== undefined || header(request, "x-ms-documentdb-partitionkeyrangeid") !== undefined;
  if (!isNarrow && !isSet(request, "x-ms-documentdb-query-enablecrosspartition")) {
    const { keys } = demandsOf(query.where?.expression, parameters, container.key);
    if (keys?.length !== 1) {
      throw badRequest(
        "Cross partition query is required but disabled. Please set x-ms-documentdb-query-enablecrosspartition to true, specify x-ms-documentdb-partitionkey, or revise your query to avoid this exception.",
        SUBSTATUS.crossPartitionNotAllowed,
      );
    }
  }
  const from = continuationIn(request);
  const startedAt = performance.now();
  const page = runQuery(query, { scope, parameters, size: pageSize(request), from, nowMs: endpoint.now() });
  const wantsMetrics = isSet(request, "x-ms-documentdb-populatequerymetrics");
  return pageAnswer(container, page, scope.ranges, wantsMetrics ? startedAt : undefined);
};

const EVERYTHING = parseQuery("SELECT * FROM c");

/** Lists items (`GET .../docs`), in the order of their creation. */
export const listItems = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const scope = scopeOf(container, request);
  const from = continuationIn(request);
  const page = runQuery(EVERYTHING, {
    scope,
    parameters: new Map(),
    size: pageSize(request),
    from,
    nowMs: endpoint.now(),
  });
  return pageAnswer(container, page, scope.ranges);
};

/** Keeps the metadata documents that a query asks for. */
export const queryDocuments = (endpoint: Endpoint, documents: JsonObject[], request: WireRequest): JsonObject[] => {
  const { query, parameters } = queryIn(endpoint, objectBody(request));
  return filterDocuments(documents, query, parameters);
};
