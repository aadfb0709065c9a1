import type { Scope } from "../feed/scope.ts";
import { parseJson } from "../json.ts";
import { type Aggregation, type Compilation, compile, type Parameters } from "../sql/evaluate.ts";
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

/** Reads the item out of a row, or gives undefined when the query does not want it. */
type Accept = (row: ItemRow) => Value;

const acceptance = ({ where, selection, orderBy }: Query, parameters: Parameters): Accept => {
  const isRoot = selection.kind === "value" && selection.value.expression.kind === "root";
  if (where === undefined) {
    const needsNothing = orderBy.length === 0 && (selection.kind === "all" || isRoot);
    return needsNothing ? () => null : ({ body }) => parseJson(body);
  }
  const holds = compile(where.expression, { parameters, aggregations: undefined });
  return ({ body }) => {
    const item = parseJson(body);
    return holds(item) === true ? item : undefined;
  };
};

const rowsOf = ({ where }: Query, { scope, parameters, nowMs }: PageRequest, after: number): Iterable<ItemRow> =>
  readRows(scope, demandsOf(where?.expression, parameters, scope.container.key), nowMs, after);

const aggregate = (query: Query, request: PageRequest, project: Project, aggregations: Aggregation[]): Page => {
  const accept = acceptance(query, request.parameters);
  let scanned = 0;
  for (const row of rowsOf(query, request, 0)) {
    scanned++;
    const item = accept(row);
    if (item === undefined) continue;
    for (const { operand, accumulator } of aggregations) accumulator.add(operand(item));
  }
  const document = project({ seq: 0, body: "null" }, undefined);
  return { documents: document === undefined ? [] : [document], continuation: undefined, scanned };
};

const inCreationOrder = (query: Query, request: PageRequest, project: Project, start: Continuation): Page => {
  const accept = acceptance(query, request.parameters);
  const documents: string[] = [];
  const deadline = performance.now() + LONGEST_PAGE_MS;
  let { seq, skip, take } = start;
  let characters = 0;
  let scanned = 0;
  for (const row of rowsOf(query, request, start.seq)) {
    // Only now is it known that there is more: a page that ends with the last item has no continuation.
    const late = scanned % ROWS_BETWEEN_LOOKS_AT_THE_CLOCK === 0 && scanned > 0 && performance.now() > deadline;
    if (documents.length >= request.size || characters >= LARGEST_PAGE_CHARACTERS || late) {
      return { documents, continuation: { seq, order: undefined, skip, take }, scanned };
    }
    scanned++;
    seq = row.seq;
    const item = accept(row);
    if (item === undefined) continue;
    if (skip > 0) {
      skip--;
      continue;
    }
    const document = project(row, item);
    if (document !== undefined) {
      documents.push(document);
      characters += document.length;
    }
    if (take !== undefined) take--;
    if (take === 0) break;
  }
  return { documents, continuation: undefined, scanned };
};

interface Sortable {
  readonly row: ItemRow;
  readonly item: Value;
  readonly order: readonly Value[];
}

type CompareOrder = (left: readonly Value[], leftSeq: number, right: readonly Value[], rightSeq: number) => number;

const orderComparison =
  ({ orderBy }: Query): CompareOrder =>
  (left, leftSeq, right, rightSeq) => {
    for (const [index, { descending }] of orderBy.entries()) {
      const order = compareValues(left[index], right[index]);
      if (order !== 0) return descending ? -order : order;
    }
    return leftSeq - rightSeq;
  };

/** The items that match and come after the place to go on from, sorted. */
const sortedMatches = (
  query: Query,
  request: PageRequest,
  start: Continuation,
): { matches: Sortable[]; scanned: number } => {
  const { parameters } = request;
  const accept = acceptance(query, parameters);
  const keys = query.orderBy.map(({ expression }) => compile(expression, { parameters, aggregations: undefined }));
  const compare = orderComparison(query);
  const matches: Sortable[] = [];
  let scanned = 0;
  for (const row of rowsOf(query, request, 0)) {
    scanned++;
    const item = accept(row);
    if (item === undefined) continue;
    const order = keys.map((valueOf) => valueOf(item));
    const isLater = start.order === undefined || compare(order, row.seq, start.order, start.seq) > 0;
    if (isLater) matches.push({ row, item, order });
  }
  matches.sort((left, right) => compare(left.order, left.row.seq, right.order, right.row.seq));
  return { matches: matches.slice(start.skip), scanned };
};

const inGivenOrder = (query: Query, request: PageRequest, project: Project, start: Continuation): Page => {
  const { matches, scanned } = sortedMatches(query, request, start);
  const wanted = Math.min(request.size, start.take ?? Number.POSITIVE_INFINITY);
  const documents: string[] = [];
  let characters = 0;
  let taken = 0;
  for (const { row, item } of matches) {
    if (taken >= wanted || characters >= LARGEST_PAGE_CHARACTERS) break;
    taken++;
    const document = project(row, item);
    if (document === undefined) continue;
    documents.push(document);
    characters += document.length;
  }
  const last = matches[taken - 1];
  const take = start.take === undefined ? undefined : start.take - taken;
  const more = last !== undefined && taken < matches.length && take !== 0;
  const continuation = more ? { seq: last.row.seq, order: last.order, skip: 0, take } : undefined;
  return { documents, continuation, scanned };
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
