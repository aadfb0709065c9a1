import { parseJson } from "../json.ts";
import { canonical } from "../sql/canonical.ts";
import { compareOrders } from "../sql/collect.ts";
import type { CompiledQuery } from "../sql/compiled-query.ts";
import { type Frame, newFrame } from "../sql/operators.ts";
import type { Value } from "../sql/values.ts";
import { visitRows } from "../sql/visit-rows.ts";
import type { Continuation } from "./continuation.ts";
import {
  firstRow,
  itemsOf,
  LARGEST_PAGE_CHARACTERS,
  type Page,
  type PageRequest,
  pageClock,
  readAfter,
  writerOf,
} from "./page.ts";
import type { Place, Sortable } from "./progress.ts";
import type { ItemRow } from "./rows.ts";

type Position = Pick<Sortable, "order" | "seq" | "row">;

/** So many rows, and as many again as a page needs, are kept beside those that it needs before they are sorted and cut. */
const SPARE_ROWS = 1_000;

/** Orders rows; equal ones in the order of their items' creation. */
const comparison =
  ({ query }: CompiledQuery) =>
  (left: Position, right: Position): number =>
    compareOrders(query.orderBy, left.order, right.order) || left.seq - right.seq || left.row - right.row;

/** Keeps the first row of each result, and drops the results that the pages before this one returned. */
const withoutRepeats = (sorted: readonly Sortable[], { project }: CompiledQuery): Sortable[] => {
  const seen = new Set<string>();
  return sorted.filter(({ frame }) => {
    const text = canonical(project(frame));
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
};

const positionOf = ({ order, seq, row }: Continuation): Position | undefined =>
  order === undefined ? undefined : { order, seq, row: row ?? 0 };

/**
 * Reads a page of results in the order that ORDER BY asks for, which needs a look at all rows. Of those that come after the
 * place to go on from, only as many are kept as the page can have.
 */
export const sortedPage = (compiled: CompiledQuery, request: PageRequest, start: Continuation): Page => {
  const { query, project, orderKeys } = compiled;
  const { suspended } = request;
  const compare = comparison(compiled);
  const after = positionOf(start);
  const wanted = Math.min(request.size, start.take ?? Number.POSITIVE_INFINITY);
  // One more tells whether there is more. DISTINCT needs all rows, to know which results came before.
  const enough = query.distinct ? Number.POSITIVE_INFINITY : start.skip + wanted + 1;
  const isLate = pageClock();
  const found = suspended.find(query.text, start.resume);
  suspended.drop(start.resume);
  // A larger page than the last one needs rows that were not kept.
  const progress = found?.kind === "sorted" && found.enough >= enough ? found : undefined;
  let kept: Sortable[] = progress === undefined ? [] : [...progress.kept];
  let place: Place = progress?.place ?? { seq: 0, row: undefined };
  let scanned = 0;

  const cut = (): void => {
    kept.sort(compare);
    if (kept.length > enough) kept = kept.slice(0, enough);
  };
  const valuesOf = (frame: Frame): Value[] => orderKeys.map((keyOf) => keyOf(frame));

  const take = (present: Frame, row: number, { seq, body }: ItemRow): boolean => {
    const position = { order: valuesOf(present), seq, row };
    if (!query.distinct && after !== undefined && compare(position, after) <= 0) return true;
    if (project(present) === undefined) return true;
    kept.push({ ...position, frame: present.slice(), body });
    if (kept.length > 2 * enough + SPARE_ROWS) cut();
    return true;
  };
  const pause = (): Page => {
    const resume = suspended.keep(query.text, { kind: "sorted", kept, place, enough }, start.resume);
    return { documents: [], continuation: { ...start, resume }, scanned };
  };

  const frame = newFrame(query.slots);
  for (const item of itemsOf(query, request, readAfter(place))) {
    if (isLate()) return pause();
    scanned++;
    frame[0] = parseJson(item.body);
    const visited = visitRows(compiled, frame, { from: firstRow(item, place), isLate }, (present, row) =>
      take(present, row, item),
    );
    place = { seq: item.seq, row: typeof visited === "object" ? visited.row : undefined };
    if (place.row !== undefined) return pause();
  }
  cut();
  const candidates = query.distinct
    ? withoutRepeats(kept, compiled).filter((position) => after === undefined || compare(position, after) > 0)
    : kept;
  return writePage(compiled, candidates.slice(start.skip), wanted, start, scanned);
};

/** Clients take answers with no more than 16 KiB of headers. */
const LONGEST_ORDER_BYTES = 4 * 1024;

/** Tells whether a continuation can hold the values by which a row was ordered; else it counts from where the page began. */
const fitsHeader = (order: readonly Value[]): boolean =>
  Buffer.byteLength(JSON.stringify(order)) <= LONGEST_ORDER_BYTES;

const writePage = (
  compiled: CompiledQuery,
  sorted: readonly Sortable[],
  wanted: number,
  start: Continuation,
  scanned: number,
): Page => {
  const write = writerOf(compiled);
  const documents: string[] = [];
  let [characters, written] = [0, 0];
  for (const { frame, body } of sorted) {
    if (written >= wanted || characters >= LARGEST_PAGE_CHARACTERS) break;
    written++;
    const document = write(frame, body);
    if (document === undefined) continue;
    documents.push(document);
    characters += document.length;
  }
  const last = sorted[written - 1];
  const take = start.take === undefined ? undefined : start.take - written;
  if (last === undefined || written >= sorted.length || take === 0) {
    return { documents, continuation: undefined, scanned };
  }
  const next = fitsHeader(last.order)
    ? { seq: last.seq, row: last.row, order: last.order, skip: 0 }
    : { skip: start.skip + written };
  return { documents, continuation: { ...start, ...next, take, resume: undefined }, scanned };
};
