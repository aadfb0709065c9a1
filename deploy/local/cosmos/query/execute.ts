import { isGrouped } from "../sql/collect.ts";
import { compileQuery } from "../sql/compile-query.ts";
import type { Query } from "../sql/syntax.ts";
import { BEGINNING } from "./continuation.ts";
import type { Page, PageRequest } from "./page.ts";
import { sortedPage } from "./sorted.ts";
import { streamedPage } from "./streamed.ts";
import { wholePage } from "./whole.ts";

/**
 * Runs a query for one page.
 * @throws Refusal (400) when a parameter is missing, a count is not one, or a scalar subquery has several results
 */
export const runQuery = (query: Query, request: PageRequest): Page => {
  const compiled = compileQuery(query, request.parameters, request.nowMs);
  const { skip, take, over } = compiled;
  if (take === 0) return { documents: [], continuation: undefined, scanned: 0 };
  if (!query.readsContainer || isGrouped(compiled) || over !== undefined) {
    return wholePage(compiled, request, request.from ?? BEGINNING);
  }
  const start = request.from ?? { ...BEGINNING, skip, take };
  if (start.take === 0) return { documents: [], continuation: undefined, scanned: 0 };
  return query.orderBy.length > 0 ? sortedPage(compiled, request, start) : streamedPage(compiled, request, start);
};
