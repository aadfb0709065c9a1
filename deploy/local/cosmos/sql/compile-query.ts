import { badRequest } from "../errors.ts";
import type { Json } from "../json.ts";
import { collectorOf, isGrouped } from "./collect.ts";
import type { CompiledQuery } from "./compiled-query.ts";
import { type Aggregates, type Compilation, compile, compileObject, type Parameters } from "./evaluate.ts";
import type { Evaluate, Frame } from "./operators.ts";
import { rowMeter } from "./row-meter.ts";
import { compileRows, counted, filtered, type Rows } from "./rows.ts";
import type { Expression, Query, Selection } from "./syntax.ts";
import { syntaxError } from "./tokenizer.ts";

type Subquery = Extract<Expression, { kind: "subquery" }>;

const noAggregates = (): Aggregates => ({ parts: [], results: [] });

const projection = (selection: Selection, compilation: Compilation): Evaluate => {
  if (selection.kind === "all") return compile(selection.of, compilation);
  if (selection.kind === "value") return compile(selection.value.expression, compilation);
  return compileObject(
    selection.columns.map(({ name, expression }) => [name, expression] as const),
    compilation,
  );
};

const countOf = (expression: Expression | undefined, compilation: Compilation, what: string): number | undefined => {
  if (expression === undefined) return undefined;
  const value = compile(expression, compilation)([]);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw syntaxError(`${what} needs a whole number that is not negative.`, 0, 0);
};

const limitsOf = (query: Query, compilation: Compilation): Pick<CompiledQuery, "skip" | "take"> => {
  const top = countOf(query.top, compilation, "TOP");
  const skip = countOf(query.offset, compilation, "OFFSET") ?? 0;
  const limit = countOf(query.limit, compilation, "LIMIT");
  // OFFSET and LIMIT choose among what TOP leaves.
  if (top === undefined) return { skip, take: limit };
  return { skip, take: Math.max(0, Math.min(top - skip, limit ?? top)) };
};

/** Tells whether a query gives its first result only when it has seen the last row. */
export const needsAllRows = (query: Query): boolean => {
  const { distinct, top, offset, limit, groupBy, orderBy, aggregates } = query;
  const counts = top !== undefined || offset !== undefined || limit !== undefined;
  return distinct || counts || groupBy.length > 0 || orderBy.length > 0 || aggregates || readsWholeResults(query);
};

/** Tells whether a query's rows come from a subquery that must see the whole container first. */
export const readsWholeResults = ({ sources: [first] }: Query): boolean =>
  first?.kind === "query" && first.query.readsContainer && needsAllRows(first.query);

const compileWith = (query: Query, outer: Compilation): CompiledQuery => {
  const aggregates = noAggregates();
  const compilation: Compilation = { ...outer, aggregates };
  const [first, ...rest] = query.sources;
  const over =
    first?.kind === "query" && readsWholeResults(query)
      ? { source: first, inner: compileWith(first.query, compilation) }
      : undefined;
  return {
    query,
    sourceRows: compileRows(over === undefined ? query.sources : rest, compilation, valuesOf),
    holds: query.where === undefined ? undefined : compile(query.where.expression, compilation),
    meter: compilation.meter,
    over,
    aggregates,
    project: projection(query.selection, compilation),
    groupKeys: query.groupBy.map(({ expression }) => compile(expression, compilation)),
    orderKeys: query.orderBy.map(({ expression }) => compile(expression, compilation)),
    ...limitsOf(query, compilation),
  };
};

/** The rows of a subquery. */
const innerRows = ({ sourceRows, holds, meter }: CompiledQuery): Rows =>
  filtered(counted(sourceRows, meter.count), holds);

const resultsOf = (compiled: CompiledQuery): ((frame: Frame) => Json[]) => {
  const rows = innerRows(compiled);
  return (frame) => {
    const collector = collectorOf(compiled);
    rows(frame, collector.add);
    return collector.results();
  };
};

const valuesOf = (query: Query, compilation: Compilation): ((frame: Frame) => Json[]) =>
  resultsOf(compileWith(query, compilation));

/** Tells whether there is any result, and looks no further than the first. */
const existence = (query: Query, compilation: Compilation): ((frame: Frame) => boolean) => {
  const compiled = compileWith(query, compilation);
  const { project, skip, take } = compiled;
  if (isGrouped(compiled) || skip > 0 || take === 0) {
    const results = resultsOf(compiled);
    return (frame) => results(frame).length > 0;
  }
  const rows = innerRows(compiled);
  return (frame) => !rows(frame, (row) => project(row) === undefined);
};

/** ALL(...) is that there is no row for which the WHERE clause is false. */
const negated = (query: Query): Query => {
  const { start, end } = query;
  const holds: Expression = query.where?.expression ?? { kind: "constant", value: true };
  return { ...query, where: { expression: { kind: "unary", operator: "NOT", operand: holds }, start, end } };
};

const scalar = (query: Query, compilation: Compilation): Evaluate => {
  const values = valuesOf(query, compilation);
  return (frame) => {
    const [only, ...others] = values(frame);
    if (others.length > 0) {
      throw badRequest("The cardinality of a scalar subquery result set cannot be greater than one.");
    }
    return only;
  };
};

const compileSubquery = ({ form, query }: Subquery, compilation: Compilation): Evaluate => {
  switch (form) {
    case "scalar":
      return scalar(query, compilation);
    case "exists":
      return existence(query, compilation);
    case "all": {
      const hasException = existence(negated(query), compilation);
      return (frame) => !hasException(frame);
    }
    case "array":
      return valuesOf(query, compilation);
    case "first": {
      const values = valuesOf(query, compilation);
      return (frame) => values(frame)[0];
    }
    default: {
      const values = valuesOf(query, compilation);
      return (frame) => values(frame).at(-1);
    }
  }
};

/** @param nowMs the time of the request in milliseconds */
const newCompilation = (parameters: Parameters, nowMs: number): Compilation => ({
  parameters,
  context: { nowMs },
  meter: rowMeter(),
  aggregates: noAggregates(),
  subquery: compileSubquery,
});

/**
 * Compiles an expression that stands alone, such as a condition.
 * @param nowMs the time of the request in milliseconds
 * @throws Refusal (400) when a parameter has no value
 */
export const compileExpression = (expression: Expression, parameters: Parameters, nowMs: number): Evaluate =>
  compile(expression, newCompilation(parameters, nowMs));

/**
 * Compiles a query.
 * @param nowMs the time of the request in milliseconds
 * @throws Refusal (400) when a parameter has no value, or a count is not one
 */
export const compileQuery = (query: Query, parameters: Parameters, nowMs: number): CompiledQuery =>
  compileWith(query, newCompilation(parameters, nowMs));
