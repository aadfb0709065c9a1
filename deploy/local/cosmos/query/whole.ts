import { parseJson } from "../json.ts";
import type { CompiledQuery } from "../sql/compiled-query.ts";
import { newFrame } from "../sql/operators.ts";
import { beginRun } from "../sql/run.ts";
import type { Continuation } from "./continuation.ts";
import {
  firstRow,
  itemsOf,
  LARGEST_PAGE_CHARACTERS,
  type Page,
  type PageRequest,
  pageClock,
  readAfter,
} from "./page.ts";
import type { ItemRow } from "./rows.ts";
import type { Place } from "./progress.ts";

/** Cuts a page out of all results. */
const cutPage = (documents: readonly string[], size: number, skip: number): string[] => {
  const page: string[] = [];
  let characters = 0;
  for (const document of documents.slice(skip, skip + size)) {
    if (characters >= LARGEST_PAGE_CHARACTERS) break;
    page.push(document);
    characters += document.length;
  }
  return page;
};

interface Outcome {
  readonly documents: readonly string[] | undefined;
  /** What to keep for the next page, if the results are not there yet. */
  readonly resume: string | undefined;
  readonly scanned: number;
}

/** A query that does not read the container makes its rows of nothing, once. */
const NOTHING: ItemRow = { seq: 1, body: "null" };

const ALL_SEEN: Place = { seq: Number.MAX_SAFE_INTEGER, row: undefined };

const compute = (compiled: CompiledQuery, request: PageRequest, start: Continuation): Outcome => {
  const { query } = compiled;
  const { suspended } = request;
  const progress = suspended.find(query.text, start.resume);
  if (progress?.kind === "results") return { documents: progress.documents, resume: start.resume, scanned: 0 };
  suspended.drop(start.resume);
  const run = progress?.kind === "run" ? progress.run : beginRun(compiled);
  let place: Place = progress?.kind === "run" ? progress.place : { seq: 0, row: undefined };
  let scanned = 0;
  const isLate = pageClock();
  const pause = (): Outcome => ({
    documents: undefined,
    resume: suspended.keep(query.text, { kind: "run", run, place }, start.resume),
    scanned,
  });
  const after = readAfter(place);
  const items = query.readsContainer ? itemsOf(query, request, after) : [NOTHING].filter(({ seq }) => seq > after);
  const frame = newFrame(query.slots);
  for (const item of items) {
    if (isLate()) return pause();
    if (query.readsContainer) scanned++;
    frame[0] = parseJson(item.body);
    const visited = run.feed(frame, { from: firstRow(item, place), isLate });
    if (visited === "enough") break;
    place = { seq: item.seq, row: visited === "all" ? undefined : visited.row };
    if (place.row !== undefined) return pause();
  }
  place = ALL_SEEN;
  const results = run.finish(isLate);
  if (results === undefined) return pause();
  return { documents: results.map((value) => JSON.stringify(value)), resume: undefined, scanned };
};

/**
 * Reads a page of a query whose first result needs a look at all rows: aggregates, GROUP BY, or a source that does. When
 * that takes long, pages are empty until it is done; when what was gathered is lost, it is gathered again.
 */
export const wholePage = (compiled: CompiledQuery, request: PageRequest, start: Continuation): Page => {
  const { query } = compiled;
  const { size, suspended } = request;
  const { documents: all, resume, scanned } = compute(compiled, request, start);
  if (all === undefined) return { documents: [], continuation: { ...start, resume }, scanned };
  const documents = cutPage(all, size, start.skip);
  const skip = start.skip + documents.length;
  if (skip >= all.length) {
    suspended.drop(resume);
    return { documents, continuation: undefined, scanned };
  }
  const kept = resume ?? suspended.keep(query.text, { kind: "results", documents: all }, start.resume);
  return { documents, continuation: { ...start, skip, resume: kept }, scanned };
};
