import type { Scope } from "../feed/scope.ts";
import { parseJson } from "../json.ts";
import { type Aggregation, type Compilation, compile, type Evaluate, type Parameters } from "../sql/evaluate.ts";
import { demandsOf } from "../sql/push-down.ts";
import type { Expression, Query, Selection } from "../sql/syntax.ts";
import { syntaxError } from "../sql/tokenizer.ts";
import { compareValues, type Value } from "../sql/values.ts";
import type { Continuation } from "./continuation.ts";
import { type ItemRow, readRows } from "./rows.ts";

/** A page of a query's result. */
export interface Page {
  /** The results, as JSON texts. */
  readonly documents: string[];
  readonly continuation: Continuation | undefined;
  /** How many items were looked at. */
  readonly scanned: number;
}

/** What a page is to be. */
export interface PageRequest {
  readonly scope: Scope;
  readonly parameters: Parameters;
  readonly size: number;
  readonly from: Continuation | undefined;
  readonly nowMs: number;
}

/** A page ends when it is this long ... */
const LARGEST_PAGE_CHARACTERS = 4 * 1024 * 1024;
/** ... or has taken this long, so that writers do not wait behind a scan. */
const LONGEST_PAGE_MS = 200;
const ROWS_BETWEEN_LOOKS_AT_THE_CLOCK = 256;

/** Writes what is selected of an item, or undefined when nothing is. */
type Project = (row: ItemRow, item: Value) => string | undefined;

const projection = (selection: Selection, compilation: Compilation): Project => {
  if (selection.kind === "all") return ({ body }) => body;
  if (selection.kind === "value") {
    const { expression } = selection.value;
    if (expression.kind === "root") return ({ body }) => body;
    const valueOf = compile(expression, compilation);
    return (_, item) => JSON.stringify(valueOf(item));
  }
  const members = selection.columns.map(({ name, expression }) => [name, expression] as const);
  const objectOf = compile({ kind: "object", members }, compilation);
  return (_, item) => JSON.stringify(objectOf(item));
};

const countOf = (expression: Expression | undefined, parameters: Parameters, what: string): number | undefined => {
  if (expression === undefined) return undefined;
  const value = compile(expression, { parameters, aggregations: undefined })(undefined);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw syntaxError(`${what} needs a whole number that is not negative.`, 0, 0);
};

interface Match {
  readonly row: ItemRow;
  readonly item: Value;
}

/** The items that match, parsed, and how many were looked at to find them. */
const matching = function* (
  query: Query,
  request: PageRequest,
  after: number,
  seen: { rows: number; last: number },
): Generator<Match, void> {
  const { scope, parameters, nowMs } = request;
  const accepts: Evaluate = query.where
    ? compile(query.where.expression, { parameters, aggregations: undefined })
    : () => true;
  const demands = demandsOf(query.where?.expression, parameters, scope.container.key);
  for (const row of readRows(scope, demands, nowMs, after)) {
    seen.rows++;
    seen.last = row.seq;
    const item = parseJson(row.body);
    if (accepts(item) === true) yield { row, item };
    else if (seen.rows % ROWS_BETWEEN_LOOKS_AT_THE_CLOCK === 0) yield { row, item: undefined };
  }
};

/** Passes over the marks that `matching` sets for the clock. */
const isMatch = ({ item }: Match): boolean => item !== undefined;

const aggregate = (query: Query, request: PageRequest, project: Project, aggregations: Aggregation[]): Page => {
  const seen = { rows: 0, last: 0 };
  for (const match of matching(query, request, 0, seen)) {
    if (!isMatch(match)) continue;
    for (const { operand, accumulator } of aggregations) accumulator.add(operand(match.item));
  }
  const document = project({ seq: 0, body: "null" }, undefined);
  return { documents: document === undefined ? [] : [document], continuation: undefined, scanned: seen.rows };
};

const inCreationOrder = (query: Query, request: PageRequest, project: Project, start: Continuation): Page => {
  const seen = { rows: 0, last: start.seq };
  const documents: string[] = [];
  const deadline = performance.now() + LONGEST_PAGE_MS;
  let { skip, take } = start;
  let characters = 0;
  for (const match of matching(query, request, start.seq, seen)) {
    if (isMatch(match)) {
      if (skip > 0) skip--;
      else {
        const document = project(match.row, match.item);
        if (document !== undefined) {
          documents.push(document);
          characters += document.length;
        }
        if (take !== undefined) take--;
      }
    }
    if (take === 0) return { documents, continuation: undefined, scanned: seen.rows };
    const late = seen.rows % ROWS_BETWEEN_LOOKS_AT_THE_CLOCK === 0 && performance.now() > deadline;
    if (documents.length >= request.size || characters >= LARGEST_PAGE_CHARACTERS || late) {
      return { documents, continuation: { seq: seen.last, order: undefined, skip, take }, scanned: seen.rows };
    }
  }
  return { documents, continuation: undefined, scanned: seen.rows };
};

interface Sortable extends Match {
  readonly order: readonly Value[];
}

const inGivenOrder = (query: Query, request: PageRequest, project: Project, start: Continuation): Page => {
  const keys = query.orderBy.map(({ expression, descending }) => ({
    valueOf: compile(expression, { parameters: request.parameters, aggregations: undefined }),
    sign: descending ? -1 : 1,
  }));
  const compare = (left: readonly Value[], leftSeq: number, right: readonly Value[], rightSeq: number): number => {
    for (const [index, { sign }] of keys.entries()) {
      const order = compareValues(left[index], right[index]) * sign;
      if (order !== 0) return order;
    }
    return leftSeq - rightSeq;
  };
  const seen = { rows: 0, last: 0 };
  const found: Sortable[] = [];
  for (const match of matching(query, request, 0, seen)) {
    if (!isMatch(match)) continue;
    const order = keys.map(({ valueOf }) => valueOf(match.item));
    if (start.order === undefined || compare(order, match.row.seq, start.order, start.seq) > 0)
      found.push({ ...match, order });
  }
  found.sort((left, right) => compare(left.order, left.row.seq, right.order, right.row.seq));
  const rest = found.slice(start.skip);
  const wanted = Math.min(request.size, start.take ?? Number.POSITIVE_INFINITY);
  const documents: string[] = [];
  let characters = 0;
  let taken = 0;
  for (const { row, item } of rest) {
    if (taken >= wanted || characters >= LARGEST_PAGE_CHARACTERS) break;
    taken++;
    const document = project(row, item);
    if (document === undefined) continue;
    documents.push(document);
    characters += document.length;
  }
  const last = rest[taken - 1];
  const take = start.take === undefined ? undefined : start.take - taken;
  const more = last !== undefined && taken < rest.length && take !== 0;
  const continuation = more ? { seq: last.row.seq, order: last.order, skip: 0, take } : undefined;
  return { documents, continuation, scanned: seen.rows };
};

/**
 * Runs a query for one page.
 * @throws Refusal (400) when a parameter is missing or a count is not one
 */
export const runQuery = (query: Query, request: PageRequest): Page => {
  const { parameters, from } = request;
  const aggregations: Aggregation[] = [];
  const project = projection(query.selection, { parameters, aggregations });
  if (query.alias === undefined) {
    const document = project({ seq: 0, body: "null" }, undefined);
    return { documents: document === undefined ? [] : [document], continuation: undefined, scanned: 0 };
  }
  if (aggregations.length > 0) return aggregate(query, request, project, aggregations);
  const top = countOf(query.top, parameters, "TOP");
  const skip = countOf(query.offset, parameters, "OFFSET") ?? 0;
  const take = top ?? countOf(query.limit, parameters, "LIMIT");
  const start = from ?? { seq: 0, order: undefined, skip, take };
  if (start.take === 0) return { documents: [], continuation: undefined, scanned: 0 };
  return query.orderBy.length > 0
    ? inGivenOrder(query, request, project, start)
    : inCreationOrder(query, request, project, start);
};
