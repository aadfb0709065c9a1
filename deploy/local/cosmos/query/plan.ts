import { SMALL_CHARGE } from "../charges.ts";
import type { Answer } from "../http/answer.ts";
import { compile, type Parameters } from "../sql/evaluate.ts";
import type { AggregateName, Expression, Query } from "../sql/syntax.ts";

/** How the SDKs name the aggregates that they join over ranges themselves. */
const AGGREGATES: Readonly<Record<AggregateName, string>> = {
  COUNT: "Count",
  SUM: "Sum",
  MIN: "Min",
  MAX: "Max",
  AVG: "Average",
};

const numberOf = (expression: Expression | undefined, parameters: Parameters): number | null => {
  if (expression === undefined) return null;
  const value = compile(expression, { parameters, aggregations: undefined })(undefined);
  return typeof value === "number" ? value : null;
};

/** The query that a range is asked so that the SDK can merge the ranges by the order keys. */
const orderedRewrite = (query: Query, alias: string): string => {
  const { text, orderBy, where, selection } = query;
  const keys = orderBy.map(({ start, end }) => `{"item": ${text.slice(start, end)}}`).join(", ");
  const payload =
    selection.kind === "all"
      ? alias
      : selection.kind === "value"
        ? text.slice(selection.value.start, selection.value.end)
        : `{${selection.columns.map(({ name, start, end }) => `${JSON.stringify(name)}: ${text.slice(start, end)}`).join(", ")}}`;
  const filter = where === undefined ? "" : `(${text.slice(where.start, where.end)}) AND `;
  const order = orderBy
    .map(({ start, end, descending }) => `${text.slice(start, end)} ${descending ? "DESC" : "ASC"}`)
    .join(", ");
  return `SELECT ${alias}._rid, [${keys}] AS orderByItems, ${payload} AS payload FROM ${alias} WHERE ${filter}({documentdb-formattableorderbyquery-filter}) ORDER BY ${order}`;
};

const aggregateRewrite = (query: Query, alias: string, part: string): string => {
  const { text, where } = query;
  const filter = where === undefined ? "" : ` WHERE ${text.slice(where.start, where.end)}`;
  return `SELECT VALUE [{"item": ${part}}] FROM ${alias}${filter}`;
};

/** An aggregate's part for one range: what the SDK needs to join it with those of the other ranges. */
const aggregatePart = (text: string, aggregate: Extract<Expression, { kind: "aggregate" }>): string => {
  const whole = text.slice(aggregate.at, aggregate.to);
  const operand = whole.slice(whole.indexOf("("));
  switch (aggregate.name) {
    case "AVG":
      return `{"sum": SUM${operand}, "count": COUNT${operand}}`;
    case "MIN":
      return `{"min": ${whole}, "count": COUNT${operand}}`;
    case "MAX":
      return `{"max": ${whole}, "count": COUNT${operand}}`;
    default:
      return whole;
  }
};

const limitedRewrite = (query: Query, alias: string, offset: number, limit: number): string => {
  const { text, selection, where } = query;
  const select = text.slice(0, selectionEnd(query));
  const filter = where === undefined ? "" : ` WHERE ${text.slice(where.start, where.end)}`;
  return selection.kind === "all"
    ? `SELECT * FROM ${alias}${filter} OFFSET 0 LIMIT ${offset + limit}`
    : `${select} FROM ${alias}${filter} OFFSET 0 LIMIT ${offset + limit}`;
};

const selectionEnd = ({ text, selection }: Query): number => {
  if (selection.kind === "value") return selection.value.end;
  if (selection.kind === "columns") return selection.columns.at(-1)?.end ?? text.length;
  return text.length;
};

/**
 * Answers with the plan by which an SDK runs a query range by range and joins the results itself. SDKs ask for it with
 * every query, but need it only when they insist on doing so: this endpoint joins the ranges when it is asked the query itself.
 */
export const queryPlan = (query: Query, parameters: Parameters): Answer => {
  const { selection, orderBy, alias = "c" } = query;
  const hasSelectValue = selection.kind === "value";
  const only = selection.kind === "value" ? selection.value.expression : undefined;
  const aggregate = only?.kind === "aggregate" ? only : undefined;
  const offset = numberOf(query.offset, parameters);
  const limit = numberOf(query.limit, parameters);
  let rewrittenQuery = "";
  if (aggregate !== undefined) rewrittenQuery = aggregateRewrite(query, alias, aggregatePart(query.text, aggregate));
  else if (orderBy.length > 0) rewrittenQuery = orderedRewrite(query, alias);
  else if (offset !== null && limit !== null) rewrittenQuery = limitedRewrite(query, alias, offset, limit);
  const plan = {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: {
      distinctType: "None",
      top: numberOf(query.top, parameters),
      offset,
      limit,
      orderBy: orderBy.map(({ descending }) => (descending ? "Descending" : "Ascending")),
      orderByExpressions: orderBy.map(({ start, end }) => query.text.slice(start, end)),
      groupByExpressions: [],
      groupByAliases: [],
      aggregates: aggregate === undefined ? [] : [AGGREGATES[aggregate.name]],
      groupByAliasToAggregateType: {},
      rewrittenQuery,
      hasSelectValue,
      dCountInfo: null,
      hasNonStreamingOrderBy: false,
    },
    queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
  };
  return { status: 200, body: JSON.stringify(plan), charge: SMALL_CHARGE };
};
