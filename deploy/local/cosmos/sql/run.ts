import type { Json } from "../json.ts";
import { collectorOf } from "./collect.ts";
import type { CompiledQuery } from "./compiled-query.ts";
import type { Frame } from "./operators.ts";
import { type Stretch, type Visited, visitRows } from "./visit-rows.ts";

/** A run of a query that needs all rows: it is fed the container's items, and then gives its results. */
export interface Run {
  /** Takes rows of an item, which is in the frame's first slot; of the one it stopped in, the rest is to be fed next. */
  readonly feed: (frame: Frame, stretch: Stretch) => Visited;
  /** Gives the results, or undefined when it got late: then it is to be asked again. */
  readonly finish: (isLate: () => boolean) => Json[] | undefined;
  /** About how many characters of memory it takes. */
  readonly size: () => number;
}

const plainRun = (compiled: CompiledQuery): Run => {
  const collector = collectorOf(compiled);
  return {
    feed: (frame, stretch) => visitRows(compiled, frame, stretch, collector.add),
    finish: collector.results,
    size: collector.size,
  };
};

/** A run over the results of a subquery that had to see the whole container. */
const runOver = (compiled: CompiledQuery, { source, inner }: NonNullable<CompiledQuery["over"]>): Run => {
  const innerRun = beginRun(inner);
  const outerRun = plainRun(compiled);
  let values: readonly Json[] | undefined;
  let [index, row] = [0, 0];
  return {
    feed: innerRun.feed,
    finish: (isLate) => {
      const results = values ?? innerRun.finish(isLate);
      if (results === undefined) return undefined;
      values ??= source.each ? results.flatMap((value) => (Array.isArray(value) ? value : [])) : results;
      for (; index < values.length; index++) {
        if (isLate()) return undefined;
        const frame: Frame = [];
        frame[source.slot] = values[index];
        const visited = outerRun.feed(frame, { from: row, isLate });
        if (visited === "enough") break;
        row = visited === "all" ? 0 : visited.row;
        if (row > 0) return undefined;
      }
      return outerRun.finish(isLate);
    },
    size: () => innerRun.size() + outerRun.size(),
  };
};

/** Begins a run of a query over the items of the container. */
export const beginRun = (compiled: CompiledQuery): Run =>
  compiled.over === undefined ? plainRun(compiled) : runOver(compiled, compiled.over);
