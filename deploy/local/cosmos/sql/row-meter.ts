import { badRequest } from "../errors.ts";

/** Subqueries that make more rows for one row are refused, as they would hold up all other requests. */
const MOST_ROWS = 1_000_000;

/** So are those that take longer for one row. */
const LONGEST_MS = 2_000;

/** The clock is looked at once in so many rows. */
const ROWS_PER_LOOK = 1_024;

/** Bounds what subqueries do for one row of the query that they stand in. */
export interface RowMeter {
  /** Begins with a row of the query. */
  readonly begin: () => void;
  /** Counts a row of a subquery. @throws Refusal (400) when it is one too many, or when they take too long */
  readonly count: () => void;
}

/** Makes a meter that has begun with a row. */
export const rowMeter = (): RowMeter => {
  let rows = 0;
  let deadline = Number.POSITIVE_INFINITY;
  return {
    begin: () => {
      rows = 0;
      deadline = Number.POSITIVE_INFINITY;
    },
    count: () => {
      if (++rows > MOST_ROWS) {
        throw badRequest(`The subqueries of the query make more than ${MOST_ROWS} rows for one row.`);
      }
      if (rows % ROWS_PER_LOOK !== 0) return;
      const now = performance.now();
      // Most rows need fewer: for them the clock is not looked at.
      if (deadline === Number.POSITIVE_INFINITY) deadline = now + LONGEST_MS;
      if (now > deadline)
        throw badRequest(`The subqueries of the query take longer than ${LONGEST_MS} ms for one row.`);
    },
  };
};
