import type { CompiledQuery } from "./compiled-query.ts";
import type { Frame } from "./operators.ts";

/** From where the rows of a frame are visited, and until when. */
export interface Stretch {
  /** The number of the first row that is visited, before the WHERE clause has chosen among them. */
  readonly from: number;
  /** Is asked before every row but the first, and tells whether to stop there. */
  readonly isLate: () => boolean;
}

/** How far rows were visited: all of them, until no more were wanted, or up to the row to go on from. */
export type Visited = "all" | "enough" | { readonly row: number };

/** Everything in one go. */
export const WHOLE: Stretch = { from: 0, isLate: () => false };

/**
 * Visits the rows that a query makes of a frame and that its WHERE clause holds for.
 * @param visit takes a row and its number, and tells whether it wants more
 */
export const visitRows = (
  { sourceRows, holds, meter }: CompiledQuery,
  frame: Frame,
  { from, isLate }: Stretch,
  visit: (frame: Frame, row: number) => boolean,
): Visited => {
  let visited: Visited = "all";
  let row = 0;
  meter.begin();
  sourceRows(frame, (present) => {
    const at = row++;
    if (at < from) return true;
    if (at > from && isLate()) {
      visited = { row: at };
      return false;
    }
    meter.begin();
    if (holds !== undefined && holds(present) !== true) return true;
    if (visit(present, at)) return true;
    visited = "enough";
    return false;
  });
  return visited;
};
