import type { Aggregates } from "./evaluate.ts";
import type { Evaluate } from "./operators.ts";
import type { RowMeter } from "./row-meter.ts";
import type { Rows } from "./rows.ts";
import type { Query, Source } from "./syntax.ts";

/** A query whose expressions are functions. */
export interface CompiledQuery {
  readonly query: Query;
  /** Makes the rows, before the WHERE clause chooses among them. */
  readonly sourceRows: Rows;
  /** The WHERE clause. */
  readonly holds: Evaluate | undefined;
  /** Bounds what the subqueries do for a row. */
  readonly meter: RowMeter;
  /** Set when the rows come from a subquery that must see the whole container first. */
  readonly over: { readonly source: Extract<Source, { kind: "query" }>; readonly inner: CompiledQuery } | undefined;
  /** Gives the result of a row, or of a group; undefined when there is none. */
  readonly project: Evaluate;
  readonly groupKeys: readonly Evaluate[];
  readonly orderKeys: readonly Evaluate[];
  readonly aggregates: Aggregates;
  /** How many results are passed over, and how many there are at most. */
  readonly skip: number;
  readonly take: number | undefined;
}
