import type { AggregateName, Expression, Query, Span } from "../sql/syntax.ts";

/** How the SDKs name the aggregates that they join over ranges themselves. */
export const AGGREGATE_TYPES: Readonly<Record<AggregateName, string>> = {
  COUNT: "Count",
  SUM: "Sum",
  MIN: "Min",
  MAX: "Max",
  AVG: "Average",
  COUNTIF: "CountIf",
  MAKELIST: "MakeList",
  MAKESET: "MakeSet",
};

/** The piece of a query's text that a place is of. */
export const piece = ({ text }: Query, { start, end }: Span): string => text.slice(start, end);

/** An aggregate's part for one range: what the SDK needs to join it with those of the other ranges. */
export const aggregatePart = (query: Query, aggregate: Extract<Expression, { kind: "aggregate" }>): string => {
  const whole = query.text.slice(aggregate.at, aggregate.to);
  const operand = whole.slice(whole.indexOf("("));
  switch (aggregate.name) {
    case "AVG":
      return `{"item": {"sum": SUM${operand}, "count": COUNT${operand}}}`;
    case "MIN":
      return `{"item": ${whole}, "item2": {"min": ${whole}, "count": COUNT${operand}}}`;
    case "MAX":
      return `{"item": ${whole}, "item2": {"max": ${whole}, "count": COUNT${operand}}}`;
    default:
      return `{"item": ${whole}}`;
  }
};

/** Writes the object that a select list makes. @param valueOf writes the value of a column */
export const objectText = (query: Query, valueOf: (expression: Expression, span: Span) => string): string => {
  const { selection } = query;
  if (selection.kind !== "columns") return "";
  return `{${selection.columns.map((column) => `${JSON.stringify(column.name)}: ${valueOf(column.expression, column)}`).join(", ")}}`;
};

/** What a query selects, as one expression. */
export const payloadText = (query: Query): string => {
  const { selection, alias = "c" } = query;
  if (selection.kind === "all") return alias;
  return selection.kind === "value"
    ? piece(query, selection.value)
    : objectText(query, (_, span) => piece(query, span));
};

/** A list of expressions as SDKs merge by them. */
export const itemsText = (query: Query, spans: readonly Span[]): string =>
  `[${spans.map((span) => `{"item": ${piece(query, span)}}`).join(", ")}]`;

/** The clauses FROM and WHERE. Each piece ends its line, as it may end in a comment. */
export const fromText = (query: Query, conditions: readonly string[] = []): string => {
  const from = query.from === undefined ? "" : `\nFROM ${piece(query, query.from)}`;
  const all = [...(query.where === undefined ? [] : [`${piece(query, query.where)}\n`]), ...conditions];
  return all.length === 0 ? from : `${from}\nWHERE ${all.map((condition) => `(${condition})`).join(" AND ")}`;
};

/** The clause GROUP BY. */
export const groupText = (query: Query): string =>
  query.groupBy.length === 0 ? "" : `\nGROUP BY ${query.groupBy.map((key) => piece(query, key)).join(", ")}`;
