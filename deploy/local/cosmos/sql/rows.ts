import { badRequest } from "../errors.ts";
import type { Json } from "../json.ts";
import { type Compilation, compile } from "./evaluate.ts";
import type { Evaluate, Frame } from "./operators.ts";
import type { Query, Source } from "./syntax.ts";
import type { Value } from "./values.ts";

/** Takes a row, and tells whether it wants more. The frame is used again for the next row. */
export type Visit = (frame: Frame) => boolean;

/**
 * Visits the rows that the sources of a query make of a frame, which has the values of the outer query's sources and,
 * for a query of the container, an item in its first slot.
 * @returns false when the visitor wanted no more
 */
export type Rows = (frame: Frame, visit: Visit) => boolean;

/** Joins that make more rows of one frame are refused, as they would hold up all other requests. */
const MOST_JOINED_ROWS = 1_000_000;

/** @param build builds the rows that end in some others */
const bounded = (build: (last: Rows) => Rows, last: Rows): Rows => {
  let count = 0;
  const rows = build((frame, visit) => {
    if (++count > MOST_JOINED_ROWS) {
      throw badRequest(`The joins of the query make more than ${MOST_JOINED_ROWS} rows of one item.`);
    }
    return last(frame, visit);
  });
  return (frame, visit) => {
    count = 0;
    return rows(frame, visit);
  };
};

/** The frame itself is the only row. */
const asItIs: Rows = (frame, visit) => visit(frame);

/** Keeps the rows that a condition holds for. */
export const filtered = (rows: Rows, holds: Evaluate | undefined): Rows =>
  holds === undefined ? rows : (frame, visit) => rows(frame, (present) => holds(present) !== true || visit(present));

/** Counts rows. @param count throws when there are too many */
export const counted =
  (rows: Rows, count: () => void): Rows =>
  (frame, visit) =>
    rows(frame, (present) => {
      count();
      return visit(present);
    });

/** Visits the values of a source: themselves, or the elements of those that are arrays. */
const spread =
  (valuesOf: (frame: Frame) => readonly Value[], slot: number, each: boolean, next: Rows): Rows =>
  (frame, visit) => {
    for (const value of valuesOf(frame)) {
      if (value === undefined) continue;
      if (!each) {
        frame[slot] = value;
        if (!next(frame, visit)) return false;
      } else if (Array.isArray(value)) {
        for (const element of value) {
          frame[slot] = element;
          if (!next(frame, visit)) return false;
        }
      }
    }
    return true;
  };

/** How the results of a subquery are computed for a frame. */
export type Values = (query: Query, compilation: Compilation) => (frame: Frame) => Json[];

const joined = (source: Source, next: Rows, compilation: Compilation, values: Values): Rows => {
  if (source.kind === "container") return next;
  if (source.kind === "query") return spread(values(source.query, compilation), source.slot, source.each, next);
  const valueOf = compile(source.of, compilation);
  return spread((frame) => [valueOf(frame)], source.slot, source.each, next);
};

/**
 * Compiles what makes rows: some sources, one after the other.
 * @param values computes the results of a subquery that is a source
 */
export const compileRows = (sources: readonly Source[], compilation: Compilation, values: Values): Rows => {
  const build = (end: Rows): Rows =>
    sources.toReversed().reduce((next, source) => joined(source, next, compilation, values), end);
  return sources.length > 1 ? bounded(build, asItIs) : build(asItIs);
};
