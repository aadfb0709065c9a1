import { compileExpression, compileQuery } from "../../../deploy/local/cosmos/sql/compile-query.ts";
import { newFrame } from "../../../deploy/local/cosmos/sql/operators.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import { beginRun } from "../../../deploy/local/cosmos/sql/run.ts";
import type { Expression } from "../../../deploy/local/cosmos/sql/syntax.ts";
import { WHOLE } from "../../../deploy/local/cosmos/sql/visit-rows.ts";
import type { Value } from "../../../deploy/local/cosmos/sql/values.ts";

/** The time at which queries run here, in milliseconds. */
export const NOW_MS: number = Date.UTC(2026, 6, 1, 12, 30, 15, 250);

/** Parses a scalar expression over an item called c. */
export const expressionOf = (text: string): Expression => {
  const { selection } = parseQuery(`SELECT VALUE ${text} FROM c`);
  if (selection.kind !== "value") throw new Error("The query selects no value.");
  return selection.value.expression;
};

const parametersOf = (parameters: Record<string, Value>): ReadonlyMap<string, Value> =>
  new Map(Object.entries(parameters));

/** Evaluates a scalar expression over an item called c. */
export const evaluate = (text: string, item: Value = {}, parameters: Record<string, Value> = {}): Value =>
  compileExpression(expressionOf(text), parametersOf(parameters), NOW_MS)([item]);

/** Runs a query over some items, all in one go. */
export const run = (text: string, items: readonly Value[] = [], parameters: Record<string, Value> = {}): Value[] => {
  const query = parseQuery(text);
  const started = beginRun(compileQuery(query, parametersOf(parameters), NOW_MS));
  const frame = newFrame(query.slots);
  for (const item of query.readsContainer ? items : [undefined]) {
    frame[0] = item;
    if (started.feed(frame, WHOLE) === "enough") break;
  }
  return started.finish(WHOLE.isLate) ?? [];
};
