import { parseJson } from "../json.ts";
import { beginRun } from "../sql/compile-query.ts";
import type { CompiledQuery } from "../sql/compiled-query.ts";
import { newFrame } from "../sql/operators.ts";
import type { Continuation } from "./continuation.ts";
import { itemsOf, LARGEST_PAGE_CHARACTERS, type Page, type PageRequest, pageClock } from "./page.ts";

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

const compute = (compiled: CompiledQuery, request: PageRequest, start: Continuation): Outcome => {
  const { query } = compiled;
  const { suspended } = request;
  const progress = suspended.find(query.text, start.resume);
  if (progress?.kind === "results") return { documents: progress.documents, resume: start.resume, scanned: 0 };
  suspended.drop(start.resume);
  const run = progress?.kind === "run" ? progress.run : beginRun(compiled);
  const frame = newFrame(query.slots);
  let seq = progress?.kind === "run" ? progress.seq : 0;
  let scanned = 0;
  if (query.readsContainer) {
    const isLate = pageClock();
    for (const item of itemsOf(query, request, seq)) {
      if (isLate()) {
        return { documents: undefined, resume: suspended.keep(query.text, { kind: "run", run, seq }), scanned };
      }
      scanned++;
      seq = item.seq;
      frame[0] = parseJson(item.body);
      if (!run.feed(frame)) break;
    }
  } else run.feed(frame);
  return { documents: run.finish().map((value) => JSON.stringify(value)), resume: undefined, scanned };
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
  if (skip >= all.length) return { documents, continuation: undefined, scanned };
  const kept = resume ?? suspended.keep(query.text, { kind: "results", documents: all });
  return { documents, continuation: { ...start, skip, resume: kept }, scanned };
};
