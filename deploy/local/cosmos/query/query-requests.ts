import type { Endpoint } from "../endpoint.ts";
import { badRequest, type Refusal } from "../errors.ts";
import { isSlice, type Scope, scopeOf } from "../feed/scope.ts";
import type { Answer } from "../http/answer.ts";
import { consistencyOf, header, isSet, objectBody, pageSize, type WireRequest } from "../http/request.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Parameters } from "../sql/evaluate.ts";
import { parseQuery } from "../sql/parser.ts";
import { demandsOf } from "../sql/push-down.ts";
import { type Query, readingQuery } from "../sql/syntax.ts";
import type { Value } from "../sql/values.ts";
import type { Container } from "../storage/catalogue.ts";
import { containerRid } from "../storage/resource-ids.ts";
import { type Continuation, readContinuation, writeContinuation } from "./continuation.ts";
import { runQuery } from "./execute.ts";
import { queryMetadata } from "./metadata-query.ts";
import type { Page } from "./page.ts";
import { pageCharge } from "./page-charge.ts";
import { queryPlan, rangesServed } from "./plan.ts";
import { EVERYWHERE, type PlanRequest, type QueryRange } from "./plan-ranges.ts";
import { metricsHeaders } from "./query-metrics.ts";
import { rangeInTurn, type Turn } from "./range-by-range.ts";

const parametersOf = (sent: Json | undefined): Parameters => {
  const parameters = new Map<string, Value>();
  if (sent === undefined || sent === null) return parameters;
  if (!Array.isArray(sent)) throw badRequest("The parameters of a query must be an array.");
  for (const parameter of sent) {
    if (!isObject(parameter) || typeof parameter["name"] !== "string" || !parameter["name"].startsWith("@")) {
      throw badRequest("Every parameter of a query needs a name that begins with @.");
    }
    if (parameters.has(parameter["name"])) {
      throw badRequest(`Invalid query. Specified duplicate parameter name '${parameter["name"]}'.`);
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

/** @param headers what the answer says beside its documents */
const pageAnswer = (
  { container, ranges }: Scope,
  page: Page,
  chargeFor: (characters: number) => number,
  headers: Record<string, string>,
): Answer => {
  const rid = containerRid(container.database.rid, container.rid);
  const documents = page.documents.join(",");
  headers["x-ms-item-count"] = String(page.documents.length);
  if (page.continuation !== undefined) headers["x-ms-continuation"] = writeContinuation(page.continuation);
  return {
    status: 200,
    body: `{"_rid":"${rid}","Documents":[${documents}],"_count":${page.documents.length}}`,
    charge: chargeFor(documents.length),
    container,
    ranges,
    headers,
  };
};

const chargeOf =
  (endpoint: Endpoint, request: WireRequest, scope: Scope, query: Query, page: Page) =>
  (characters: number): number =>
    pageCharge(scope.container, query, page, characters, scope.ranges.length, consistencyOf(endpoint, request));

const continuationIn = (request: WireRequest): Continuation | undefined => {
  const token = header(request, "x-ms-continuation");
  return token === undefined ? undefined : readContinuation(token);
};

/** Tells whether a request to a feed is a query. */
export const isQuery = (request: WireRequest): boolean =>
  isSet(request, "x-ms-documentdb-isquery") ||
  isSet(request, "x-ms-documentdb-query") ||
  isSet(request, "x-ms-cosmos-is-query-plan-request") ||
  header(request, "content-type")?.toLowerCase().startsWith("application/query+json") === true;

/** Tells whether a request names the part of the container that it is about, or leaves joining its ranges to the endpoint. */
const isOfPart = (scope: Scope, request: WireRequest): boolean =>
  scope.key !== undefined ||
  isSlice(scope) ||
  header(request, "x-ms-documentdb-partitionkeyrangeid") !== undefined ||
  isSet(request, "x-ms-embedded-join");

/** The refusal (400) of a query that reaches over partitions without leave. */
export const crossPartitionDisabled = (): Refusal =>
  badRequest(
    "Cross partition query is required but disabled. Please set x-ms-documentdb-query-enablecrosspartition to true, specify x-ms-documentdb-partitionkey, or revise your query to avoid this exception.",
  );

const checkLeave = (query: Query, { parameters, container }: PlanRequest): void => {
  const { keys } = demandsOf(readingQuery(query).where?.expression, parameters, container.key);
  if (keys?.length !== 1) throw crossPartitionDisabled();
};

const atOnce = (scope: Scope): Turn => ({ scope, goOn: (page) => page });

const rangesOverPartitions = (query: Query, plan: PlanRequest, request: WireRequest): readonly QueryRange[] => {
  if (!isSet(request, "x-ms-documentdb-query-enablecrosspartition")) checkLeave(query, plan);
  return rangesServed(query, plan, {
    isParallel: isSet(request, "x-ms-documentdb-query-parallelizecrosspartitionquery"),
    expectsContinuation: header(request, "x-ms-documentdb-query-iscontinuationexpected")?.toLowerCase() !== "false",
  });
};

/**
 * Answers a query on items, or a request for its plan. ORDER BY, aggregates and limits hold over all ranges asked for.
 * @throws Refusal (400) for a query that is wrong, that reaches over partitions without leave, or whose results the client
 * has to join
 */
export const queryItems = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const { query, parameters } = queryIn(endpoint, objectBody(request));
  if (isSet(request, "x-ms-cosmos-is-query-plan-request")) {
    const features = header(request, "x-ms-cosmos-supported-query-features");
    return queryPlan(query, { parameters, container, nowMs: endpoint.now(), features });
  }
  const scope = scopeOf(container, request);
  const from = continuationIn(request);
  const nowMs = endpoint.now();
  const turn = isOfPart(scope, request)
    ? atOnce(scope)
    : rangeInTurn(
        container,
        rangesOverPartitions(query, { parameters, container, nowMs, features: undefined }, request),
        from,
      );
  const startedAt = performance.now();
  const { suspended } = endpoint;
  const page = turn.goOn(
    runQuery(query, { scope: turn.scope, parameters, size: pageSize(request), from, nowMs, suspended }),
  );
  const chargeFor = chargeOf(endpoint, request, turn.scope, query, page);
  return pageAnswer(turn.scope, page, chargeFor, metricsHeaders(request, turn.scope, query, page, startedAt));
};

const EVERYTHING = parseQuery("SELECT * FROM c");

/** Lists items (`GET .../docs`), in the order of their creation, range by range. */
export const listItems = (endpoint: Endpoint, container: Container, request: WireRequest): Answer => {
  const whole = scopeOf(container, request);
  const from = continuationIn(request);
  const { scope, goOn } = isOfPart(whole, request) ? atOnce(whole) : rangeInTurn(container, [EVERYWHERE], from);
  const page = goOn(
    runQuery(EVERYTHING, {
      scope,
      parameters: new Map(),
      size: pageSize(request),
      from,
      nowMs: endpoint.now(),
      suspended: endpoint.suspended,
    }),
  );
  return pageAnswer(scope, page, chargeOf(endpoint, request, scope, EVERYTHING, page), {});
};

/** Runs a query over metadata documents. Throws a `Refusal` (400) when it is wrong. */
export const queryDocuments = (endpoint: Endpoint, documents: JsonObject[], request: WireRequest): Json[] => {
  const { query, parameters } = queryIn(endpoint, objectBody(request));
  return queryMetadata(documents, query, parameters, endpoint.now());
};
