import type { Scope } from "../feed/scope.ts";
import type { CompiledQuery } from "../sql/compiled-query.ts";
import type { Parameters } from "../sql/evaluate.ts";
import type { Frame } from "../sql/operators.ts";
import { demandsOf } from "../sql/push-down.ts";
import { type Query, readingQuery } from "../sql/syntax.ts";
import type { Continuation } from "./continuation.ts";
import { type ItemRow, readRows } from "./rows.ts";
import type { SuspendedQueries } from "./suspended.ts";

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
  readonly suspended: SuspendedQueries;
}

/** A page ends when it is this long. */
export const LARGEST_PAGE_CHARACTERS: number = 4 * 1024 * 1024;

/** A page ends when it has taken this long, so that writers do not wait behind a scan. */
const LONGEST_PAGE_MS = 200;

/** However long they take, so many items or rows are looked at, so that every page gets on. */
const FEWEST_ROWS = 16;

/**
 * Makes a function that tells, when it is asked for each item or row, whether a page has taken too long. It looks at the
 * clock each time: one item may take longer than a page when joins make many rows of it.
 */
export const pageClock = (): (() => boolean) => {
  const deadline = performance.now() + LONGEST_PAGE_MS;
  let rows = 0;
  return () => ++rows > FEWEST_ROWS && performance.now() > deadline;
};

/** Reads the items that a query can match, in the order of their creation. */
export const itemsOf = (query: Query, request: PageRequest, after: number): Iterable<ItemRow> => {
  const { scope, parameters, nowMs } = request;
  const { where } = readingQuery(query);
  return readRows(scope, demandsOf(where?.expression, parameters, scope.container.key), nowMs, after);
};

/** The number after which to read on: the item itself again when some of its rows are still to come. */
export const readAfter = ({ seq, row }: Pick<Continuation, "seq" | "row">): number =>
  row === undefined ? seq : seq - 1;

/** The first row of an item that is still to come. */
export const firstRow = (item: ItemRow, { seq, row }: Pick<Continuation, "seq" | "row">): number =>
  item.seq === seq && row !== undefined ? row : 0;

/** Tells whether a row comes after a place where a page ended. */
export const isAfter = (seq: number, row: number, place: Pick<Continuation, "seq" | "row">): boolean =>
  seq > place.seq || (seq === place.seq && place.row !== undefined && row >= place.row);

/** Writes the result of a row, or gives undefined when it has none. */
export type Write = (frame: Frame, body: string) => string | undefined;

/** Makes what writes results. Whole items are not parsed for it. */
export const writerOf = ({ query, project }: CompiledQuery): Write => {
  const { selection } = query;
  const of =
    selection.kind === "value" ? selection.value.expression : selection.kind === "all" ? selection.of : undefined;
  if (of?.kind === "root") return (_, body) => body;
  return (frame) => JSON.stringify(project(frame));
};
