import type { Frame } from "../sql/operators.ts";
import type { Run } from "../sql/run.ts";
import type { Value } from "../sql/values.ts";

/** A row that ORDER BY has in hand. */
export interface Sortable {
  readonly seq: number;
  readonly row: number;
  readonly order: readonly Value[];
  readonly frame: Frame;
  readonly body: string;
}

/** The last item that was seen, and how many of its rows; undefined when it was all of them. */
export interface Place {
  readonly seq: number;
  readonly row: number | undefined;
}

/** The results that DISTINCT has seen, by their canonical texts. */
export interface SeenResults {
  readonly texts: Set<string>;
  characters: number;
}

/** What a query has gathered when its page had to end before it was done. */
export type Progress =
  /** Items up to a place were fed to a run. */
  | { readonly kind: "run"; readonly run: Run; readonly place: Place }
  /** All results of a run, of which some were returned. */
  | { readonly kind: "results"; readonly documents: readonly string[] }
  /** Items up to a place were sorted, and the first `enough` rows kept, or more. */
  | { readonly kind: "sorted"; readonly kept: readonly Sortable[]; readonly place: Place; readonly enough: number }
  /** The results up to a place. */
  | { readonly kind: "distinct"; readonly seen: SeenResults; readonly place: Place };

/** A row, or a document, takes about as much beside its characters. */
const ENVELOPE = 64;

/** Rows of one item share it: it is there once as text and once parsed. */
const sizeOfRows = (rows: readonly Sortable[]): number => {
  const bodies = new Map(rows.map(({ seq, body }) => [seq, body.length]));
  return bodies.values().reduce((sum, length) => sum + 3 * length, ENVELOPE * rows.length);
};

/** About how many characters of memory something gathered takes. */
export const sizeOfProgress = (progress: Progress): number => {
  switch (progress.kind) {
    case "run":
      return progress.run.size();
    case "results":
      return progress.documents.reduce((sum, { length }) => sum + length + ENVELOPE, 0);
    case "sorted":
      return sizeOfRows(progress.kept);
    default:
      return progress.seen.characters + ENVELOPE * progress.seen.texts.size;
  }
};
