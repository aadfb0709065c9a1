import type { Scope } from "../feed/scope.ts";
import { isSet, type WireRequest } from "../http/request.ts";
import { indexMetrics, indexMetrics2 } from "../indexing/index-metrics.ts";
import { indexUse } from "../indexing/index-use.ts";
import { type Query, readingQuery } from "../sql/syntax.ts";
import { hasKind } from "../sql/walk.ts";
import type { Container } from "../storage/catalogue.ts";
import type { Page } from "./page.ts";

/** Tells whether Azure's index answers a query, so that no item is fetched: a count of what it finds. */
const isIndexOnly = (query: Query, container: Container): boolean => {
  const { aggregates, selection, sources } = query;
  if (!aggregates || selection.kind === "all" || sources.length > 1 || !query.readsContainer) return false;
  const selected = selection.kind === "value" ? [selection.value] : selection.columns;
  if (selected.some(({ expression }) => hasKind(expression, "root", "alias", "subquery"))) return false;
  return indexUse(readingQuery(query), container.indexed, container.definition, []).missing.length === 0;
};

/** @param retrieved how many items were fetched */
const metricsOf = (page: Page, retrieved: number, startedAt: number): string => {
  const characters = page.documents.reduce((sum, document) => sum + document.length, 0);
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
    `retrievedDocumentCount=${retrieved}`,
    `retrievedDocumentSize=${retrieved === 0 ? 0 : characters}`,
    `outputDocumentCount=${page.documents.length}`,
    `outputDocumentSize=${characters}`,
    "writeOutputTimeInMs=0.00",
    "indexUtilizationRatio=1.00",
  ].join(";");
};

/**
 * The metrics that a request asks for: how the query ran, and which indexes it used.
 * @param startedAt when the query began, by the monotonic clock
 */
export const metricsHeaders = (
  request: WireRequest,
  { container, key }: Scope,
  query: Query,
  page: Page,
  startedAt: number,
): Record<string, string> => {
  const headers: Record<string, string> = {};
  if (isSet(request, "x-ms-documentdb-populatequerymetrics")) {
    headers["x-ms-documentdb-query-metrics"] = metricsOf(
      page,
      isIndexOnly(query, container) ? 0 : page.scanned,
      startedAt,
    );
  }
  const encode = isSet(request, "x-ms-cosmos-populateindexmetrics-v2")
    ? indexMetrics2
    : isSet(request, "x-ms-cosmos-populateindexmetrics")
      ? indexMetrics
      : undefined;
  if (encode !== undefined) {
    const keyPaths = key === undefined ? [] : container.key.steps;
    const use = indexUse(readingQuery(query), container.indexed, container.definition, keyPaths);
    headers["x-ms-cosmos-index-utilization"] = encode(use);
  }
  return headers;
};
