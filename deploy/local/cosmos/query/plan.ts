import { SMALL_CHARGE } from "../charges.ts";
import { badRequest, Refusal, SUBSTATUS } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { compileExpression, compileQuery, readsWholeResults } from "../sql/compile-query.ts";
import type { Expression, Query, Selection } from "../sql/syntax.ts";
import { fingerprint, hasKind } from "../sql/walk.ts";
import { type PlanRequest, type QueryRange, rangesOf } from "./plan-ranges.ts";
import {
  AGGREGATE_TYPES,
  aggregatePart,
  fromText,
  groupText,
  itemsText,
  objectText,
  payloadText,
  piece,
} from "./plan-text.ts";
import { checkFeatures, featuresOf, NOTHING_TO_JOIN, type QueryInfo } from "./query-info.ts";

type Limits = Pick<QueryInfo, "top" | "offset" | "limit">;

const limitsOf = ({ top, offset, limit }: Query, { parameters, nowMs }: PlanRequest): Limits => {
  const numberOf = (expression: Expression | undefined): number | null => {
    const value = expression && compileExpression(expression, parameters, nowMs)([]);
    return typeof value === "number" ? value : null;
  };
  return { top: numberOf(top), offset: numberOf(offset), limit: numberOf(limit) };
};

/** The results that a range must give, so that the ones wanted are among those of all ranges. */
const limitText = ({ offset, limit }: Limits): string =>
  offset === null || limit === null ? "" : `\nOFFSET 0 LIMIT ${offset + limit}`;

const selected = (selection: Selection): readonly Expression[] => {
  if (selection.kind === "all") return [selection.of];
  return selection.kind === "value"
    ? [selection.value.expression]
    : selection.columns.map(({ expression }) => expression);
};

/** Repeated results follow each other when what is selected is what the order begins with. */
const distinctType = ({ distinct, selection, orderBy }: Query): QueryInfo["distinctType"] => {
  if (!distinct) return "None";
  const values = new Set(selected(selection).map(fingerprint));
  const keys = new Set(orderBy.slice(0, values.size).map(({ expression }) => fingerprint(expression)));
  return keys.size === values.size && [...keys].every((key) => values.has(key)) ? "Ordered" : "Unordered";
};

const ordered = (query: Query, limits: Limits): QueryInfo => {
  const { orderBy, alias = "c", selection, distinct } = query;
  // Repetitions are dropped only after the ranges are merged: until then no range knows which results are too many.
  const top = distinct || limits.top === null ? "" : `TOP ${limits.top} `;
  const defined = selection.kind === "value" ? [`IS_DEFINED(${piece(query, selection.value)})`] : [];
  const conditions = ["{documentdb-formattableorderbyquery-filter}", ...defined];
  const order = orderBy.map((key) => `${piece(query, key)} ${key.descending ? "DESC" : "ASC"}`).join(", ");
  return {
    ...NOTHING_TO_JOIN,
    ...limits,
    distinctType: distinctType(query),
    orderBy: orderBy.map(({ descending }) => (descending ? "Descending" : "Ascending")),
    orderByExpressions: orderBy.map((key) => piece(query, key)),
    rewrittenQuery: `SELECT ${top}${alias}._rid, ${itemsText(query, orderBy)} AS orderByItems, ${payloadText(query)} AS payload${fromText(query, conditions)}\nORDER BY ${order}${distinct ? "" : limitText(limits)}`,
  };
};

const composition = (): Error =>
  badRequest(
    `Message: ${JSON.stringify({ Errors: ["Compositions of aggregates and other expressions are not allowed."] })}`,
  );

type Aggregate = Extract<Expression, { kind: "aggregate" }>;

/** An aggregate that stands alone, or nothing when there is none. @throws Refusal (400) when it is part of more */
const aggregateAlone = (expression: Expression): Aggregate | undefined => {
  if (expression.kind === "aggregate") return expression;
  if (hasKind(expression, "aggregate")) throw composition();
  return undefined;
};

const grouped = (query: Query, limits: Limits): QueryInfo => {
  const { selection, groupBy } = query;
  const keys = groupBy.length === 0 ? "" : `${itemsText(query, groupBy)} AS groupByItems, `;
  const info = {
    ...NOTHING_TO_JOIN,
    ...limits,
    distinctType: distinctType(query),
    groupByExpressions: groupBy.map((key) => piece(query, key)),
  };
  const rewritten = (select: string): string => `SELECT ${select}${fromText(query)}${groupText(query)}`;
  if (selection.kind === "value") {
    const aggregate = aggregateAlone(selection.value.expression);
    const part = aggregate === undefined ? payloadText(query) : `[${aggregatePart(query, aggregate)}]`;
    const select = groupBy.length === 0 ? `VALUE ${part}` : `${keys}${part} AS payload`;
    const aggregates = aggregate === undefined ? [] : [AGGREGATE_TYPES[aggregate.name]];
    return { ...info, aggregates, rewrittenQuery: rewritten(select) };
  }
  const columns = selection.kind === "columns" ? selection.columns : [];
  const types = columns.map(({ name, expression }) => {
    const aggregate = aggregateAlone(expression);
    // Beside aggregates of all rows, nothing can stand that is no aggregate.
    if (aggregate === undefined && groupBy.length === 0) throw composition();
    return [name, aggregate === undefined ? null : AGGREGATE_TYPES[aggregate.name]] as const;
  });
  const payload = objectText(query, (expression, span) =>
    expression.kind === "aggregate" ? aggregatePart(query, expression) : piece(query, span),
  );
  return {
    ...info,
    groupByAliases: columns.map(({ name }) => name),
    groupByAliasToAggregateType: Object.fromEntries(types),
    rewrittenQuery: rewritten(`${keys}${payload} AS payload`),
  };
};

const listed = (query: Query, limits: Limits, isOnePartition: boolean): QueryInfo => {
  const { distinct, selection } = query;
  const info = { ...NOTHING_TO_JOIN, ...limits, distinctType: distinctType(query) };
  if (limits.offset === null) return info;
  // One partition passes over results itself.
  if (!distinct && isOnePartition) return { ...info, offset: null, limit: null };
  const select = `SELECT ${distinct ? "DISTINCT " : ""}${selection.kind === "all" ? "*" : `VALUE ${payloadText(query)}`}`;
  return { ...info, rewrittenQuery: `${select}${fromText(query)}${distinct ? "" : limitText(limits)}` };
};

/** COUNT over nothing but DISTINCT results: those of the ranges must be joined before they are counted. */
const distinctCount = (query: Query): { readonly inner: Query; readonly alias: string } | undefined => {
  const { selection, sources, where, groupBy } = query;
  const [source, ...others] = sources;
  if (source?.kind !== "query" || source.each || !source.query.distinct || others.length > 0) return undefined;
  if (where !== undefined || groupBy.length > 0) return undefined;
  const [only, ...more] = selected(selection);
  if (only?.kind !== "aggregate" || only.name !== "COUNT" || more.length > 0) return undefined;
  if (only.operand.kind !== "constant" || only.operand.value === undefined) return undefined;
  const alias = selection.kind === "columns" ? (selection.columns[0]?.name ?? "") : "";
  return { inner: source.query, alias };
};

const infoOf = (query: Query, request: PlanRequest, isOnePartition: boolean): QueryInfo => {
  const limits = limitsOf(query, request);
  const { groupBy, aggregates, orderBy } = query;
  if (groupBy.length > 0 || aggregates) return grouped(query, limits);
  if (orderBy.length > 0) return ordered(query, limits);
  return listed(query, limits, isOnePartition);
};

/** Tells whether ranges of the key space are one partition. */
const isOne = ([range, ...others]: readonly QueryRange[]): boolean => others.length === 0 && range?.min === range?.max;

const plan = (query: Query, request: PlanRequest, ranges: readonly QueryRange[]): QueryInfo => {
  const hasSelectValue = query.selection.kind === "value";
  const isOnePartition = isOne(ranges);
  const counted = distinctCount(query);
  if (counted !== undefined && !isOnePartition) {
    const { inner, alias } = counted;
    const info = infoOf(inner, request, false);
    const rewrittenQuery = info.rewrittenQuery === "" ? piece(inner, inner) : info.rewrittenQuery;
    return { ...info, rewrittenQuery, hasSelectValue, dCountInfo: { dCountAlias: alias } };
  }
  if (!readsWholeResults(query)) return { ...infoOf(query, request, isOnePartition), hasSelectValue };
  // One partition answers the query as it is.
  if (isOnePartition) return { ...NOTHING_TO_JOIN, hasSelectValue };
  throw badRequest(
    "A query whose source is a subquery with DISTINCT, GROUP BY, ORDER BY, aggregates or limits cannot be joined over partitions by the client. Name the partition key, or leave the query to the endpoint.",
  );
};

const planText = (queryInfo: QueryInfo, queryRanges: readonly QueryRange[]): string =>
  JSON.stringify({ partitionedQueryExecutionInfoVersion: 2, queryInfo, queryRanges });

/**
 * Answers with the plan by which an SDK runs a query range by range and joins the results itself. SDKs ask for it with
 * every query, but need it only when they insist on doing so: this endpoint joins the ranges when it is asked the query
 * itself. The forms are those of Azure's own plans (the `QueryPlanBaselineTests` of its .NET SDK).
 * @throws Refusal (400) for a query that no SDK could join, or not the one that asks
 */
export const queryPlan = (query: Query, request: PlanRequest): Answer => {
  const { parameters, container, nowMs, features } = request;
  // A parameter that is missing is refused here as it would be when the query runs.
  compileQuery(query, parameters, nowMs);
  const queryRanges = rangesOf(query, request);
  const queryInfo = plan(query, request, queryRanges);
  checkFeatures(queryInfo, features);
  return { status: 200, body: planText(queryInfo, queryRanges), charge: SMALL_CHARGE, container };
};

/** What a client says of how it wants to run a query. */
export interface Wishes {
  /** It wants to run it range by range itself, in any case. */
  readonly isParallel: boolean;
  /** It goes on from continuations; if not, an aggregate is to be whole in one answer, which cannot be promised. */
  readonly expectsContinuation: boolean;
}

const isJoinedByClient = (query: Query, info: QueryInfo, isOnePartition: boolean, wishes: Wishes): boolean => {
  if (!isOnePartition) return wishes.isParallel || featuresOf(info).length > 0;
  // A partition drops repetitions within a page only, so that the client must look at those of all pages.
  return info.distinctType !== "None" || (query.aggregates && !wishes.expectsContinuation);
};

/**
 * Finds where a query has results for which no part of the container is named, and refuses it when the results must be
 * joined, as Azure's gateway does (`PartitionRoutingHelper` of its .NET SDK). SDKs take the plan from the error, or ask for
 * it, and run the query range by range; the words are what some of them look for.
 * @throws Refusal (400, substatus 1004) with the plan when the client has to join results; without one for an aggregate over
 * partitions that is not the value selected, which Azure plans only for a client that asks for the plan
 */
export const rangesServed = (query: Query, request: PlanRequest, wishes: Wishes): readonly QueryRange[] => {
  const queryRanges = rangesOf(query, request);
  const isOnePartition = isOne(queryRanges);
  if (!isOnePartition && query.aggregates && query.selection.kind !== "value") {
    throw badRequest("Cross partition query only supports 'VALUE <AggregateFunc>' for aggregates.");
  }
  const queryInfo = plan(query, request, queryRanges);
  if (!isJoinedByClient(query, queryInfo, isOnePartition, wishes)) return queryRanges;
  throw new Refusal(
    400,
    "The provided cross partition query can not be directly served by the gateway. This is a first chance (internal) exception that all newer clients will know how to handle gracefully. This exception is traced, but unless you see it bubble up as an exception (which only happens on older SDK clients), then you can safely ignore this message.",
    SUBSTATUS.crossPartitionQueryNotServable,
    { additionalErrorInfo: planText(queryInfo, queryRanges) },
  );
};
