import { parseJson } from "../json.ts";
import { canonical } from "../sql/canonical.ts";
import type { CompiledQuery } from "../sql/compiled-query.ts";
import { type Frame, newFrame } from "../sql/operators.ts";
import type { Query } from "../sql/syntax.ts";
import { visitRows } from "../sql/visit-rows.ts";
import type { Continuation } from "./continuation.ts";
import {
  firstRow,
  isAfter,
  itemsOf,
  LARGEST_PAGE_CHARACTERS,
  type Page,
  type PageRequest,
  pageClock,
  readAfter,
  writerOf,
} from "./page.ts";
import type { Place, SeenResults } from "./progress.ts";

/** Tells whether a query can do without the items themselves: it returns them as they are stored, all of them. */
const needsNoItem = ({ where, sources, selection, distinct }: Query): boolean =>
  where === undefined &&
  !distinct &&
  sources.length === 1 &&
  sources[0]?.kind === "container" &&
  (selection.kind === "all" || (selection.kind === "value" && selection.value.expression.kind === "root"));

/** What DISTINCT has seen: with a place from which on it has not been rebuilt yet. */
interface Seen {
  readonly results: SeenResults;
  readonly from: Place;
}

const seenBefore = ({ query }: CompiledQuery, request: PageRequest, start: Continuation): Seen | undefined => {
  if (!query.distinct) return undefined;
  const progress = request.suspended.find(query.text, start.resume);
  request.suspended.drop(start.resume);
  if (progress?.kind === "distinct") return { results: progress.seen, from: progress.place };
  // What the pages before this one returned is found by reading it again.
  return { results: { texts: new Set(), characters: 0 }, from: { seq: 0, row: undefined } };
};

/**
 * Reads a page of results in the order of their rows: items in the order of their creation, and the rows of an item in the
 * order of its arrays. DISTINCT passes over results that came before.
 */
export const streamedPage = (compiled: CompiledQuery, request: PageRequest, start: Continuation): Page => {
  const { query, project } = compiled;
  const { size, suspended } = request;
  const write = writerOf(compiled);
  const seen = seenBefore(compiled, request, start);
  const from = seen?.from ?? start;
  const isLate = pageClock();
  const documents: string[] = [];
  let { skip, take } = start;
  let [characters, scanned] = [0, 0];
  let place: Place = { seq: from.seq, row: from.row };

  const pause = (): Page => {
    // Rows that were only read to rebuild what DISTINCT has seen leave the query where it was.
    const { seq, row } = isAfter(place.seq, place.row ?? Number.MAX_SAFE_INTEGER, start) ? place : start;
    const resume = seen && suspended.keep(query.text, { kind: "distinct", seen: seen.results, place }, start.resume);
    return { documents, continuation: { ...start, seq, row, skip, take, resume }, scanned };
  };

  /** Takes a row's result, and tells whether the query can have more. */
  const accept = (frame: Frame, body: string, isNew: boolean): boolean => {
    if (seen !== undefined) {
      const { results } = seen;
      const text = canonical(project(frame));
      if (results.texts.has(text)) return true;
      results.texts.add(text);
      results.characters += text.length;
    }
    if (!isNew) return true;
    const document = write(frame, body);
    if (document === undefined) return true;
    if (skip > 0) {
      skip--;
      return true;
    }
    documents.push(document);
    characters += document.length;
    if (take !== undefined) take--;
    return take !== 0;
  };

  const isFull = (): boolean => documents.length >= size || characters >= LARGEST_PAGE_CHARACTERS;
  const frame = newFrame(query.slots);
  const parse = needsNoItem(query) ? (): null => null : parseJson;
  // The first row of an item has been asked for before the item was read.
  const isOver = (): boolean => isFull() || isLate();

  for (const item of itemsOf(query, request, readAfter(from))) {
    if (isLate()) return pause();
    scanned++;
    frame[0] = parse(item.body);
    const { seq, body } = item;
    const visited = visitRows(compiled, frame, { from: firstRow(item, from), isLate: isOver }, (present, row) =>
      accept(present, body, isAfter(seq, row, start)),
    );
    if (visited === "enough") break;
    if (visited !== "all") {
      place = { seq, row: visited.row };
      return pause();
    }
    place = { seq, row: undefined };
    // Whether there is more is not looked up: a full page may be followed by an empty one, as on Azure.
    if (isFull()) return pause();
  }
  return { documents, continuation: undefined, scanned };
};
