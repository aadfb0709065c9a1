import type { Expression, Located, Query, Selection, Source, Span } from "./syntax.ts";
import { FAULT, syntaxError } from "./tokenizer.ts";
import { childrenOf, fingerprint, hasKind } from "./walk.ts";

const selectedOf = (selection: Selection): readonly Located[] => {
  if (selection.kind === "value") return [selection.value];
  return selection.kind === "columns" ? selection.columns : [];
};

/** Refuses an aggregate where every row is looked at alone. */
export const refuseAggregates = ({ expression, start, end }: Located, clause: string): void => {
  if (!hasKind(expression, "aggregate")) return;
  throw syntaxError(`An aggregate function may not stand in the ${clause} clause.`, start, end);
};

/** Tells whether the select list has aggregates: then all rows, or those of a group, give one result. */
export const hasAggregates = (selection: Selection): boolean =>
  selectedOf(selection).some(({ expression }) => hasKind(expression, "aggregate"));

const isProperty = (expression: Expression): boolean =>
  expression.kind === "root" ||
  expression.kind === "alias" ||
  (expression.kind === "member" && isProperty(expression.of));

/** The first expression that has no one value for all rows of a group, or undefined when there is none. */
const unsettled = (expression: Expression, settled: ReadonlySet<string>): Expression | undefined => {
  if (settled.has(fingerprint(expression)) || expression.kind === "aggregate") return undefined;
  if (expression.kind === "subquery" || isProperty(expression)) return expression;
  for (const child of childrenOf(expression)) {
    const found = unsettled(child, settled);
    if (found !== undefined) return found;
  }
  return undefined;
};

const checkKey = ({ expression, start, end }: Located): void => {
  if (hasKind(expression, "subquery", "aggregate")) {
    throw syntaxError("GROUP BY allows neither subqueries nor aggregate functions.", start, end);
  }
  if (!hasKind(expression, "root", "alias")) {
    throw syntaxError("Every expression of GROUP BY must contain a property reference.", start, end);
  }
};

const checkSelected = (text: string, located: Located, settled: ReadonlySet<string>): void => {
  const { expression, start, end } = located;
  const found = unsettled(expression, settled);
  if (found === undefined) return;
  if (found.kind === "subquery") {
    throw syntaxError("A subquery may not stand beside aggregates or GROUP BY.", found.at, found.to);
  }
  throw syntaxError(
    `Property reference '${text.slice(start, end)}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
    start,
    end,
    FAULT.neitherGroupedNorAggregated,
  );
};

/**
 * Refuses a select list that has no one value for a group of rows.
 * @param star where the * of `SELECT *` stands
 */
export const checkGroups = (text: string, selection: Selection, groupBy: readonly Located[], star: Span): void => {
  if (groupBy.length === 0 && !hasAggregates(selection)) return;
  if (selection.kind === "all") {
    throw syntaxError("'SELECT *' is not allowed with GROUP BY.", star.start, star.end, FAULT.starWithGroups);
  }
  for (const key of groupBy) checkKey(key);
  const settled = new Set(groupBy.map(({ expression }) => fingerprint(expression)));
  for (const located of selectedOf(selection)) checkSelected(text, located, settled);
};

/** What a path of fixed steps begins at, or undefined when an expression is no such path. */
const startOf = (expression: Expression): Expression | undefined => {
  if (expression.kind === "root" || expression.kind === "alias") return expression;
  return expression.kind === "member" && expression.name.kind === "constant" ? startOf(expression.of) : undefined;
};

/** Tells whether a source gives one value for each item, so that an index could order the items by it. */
const isOnePerItem = (sources: readonly Source[], slot: number): boolean =>
  sources.length === 1 ||
  sources.some(
    (source) => source.kind === "path" && source.slot === slot && !source.each && startOf(source.of)?.kind === "root",
  );

/** Cosmos numbers this fault, and names no place. */
const unmappedOrder = (start: number, end: number): Error =>
  syntaxError(
    "Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.",
    start,
    end,
    "2206",
  );

/** Refuses an order of results that Cosmos does not have: by anything but properties, or beside GROUP BY. */
export const checkOrder = ({ orderBy, groupBy, sources, readsContainer }: Query): void => {
  for (const { expression, start, end } of orderBy) {
    if (hasKind(expression, "aggregate")) {
      throw syntaxError("An aggregate function may not stand in the ORDER BY clause.", start, end);
    }
    if (groupBy.length > 0) throw syntaxError("'ORDER BY' is not allowed with GROUP BY.", start, end);
    const from = startOf(expression);
    if (from === undefined) throw unmappedOrder(start, end);
    // A subquery orders what it has in hand; the container's items are ordered by what an index could order.
    if (from.kind !== "alias" || !readsContainer || isOnePerItem(sources, from.slot)) continue;
    throw syntaxError("Order-by over correlated collections is not supported.", start, end);
  }
};
