import { compile } from "../../../deploy/local/cosmos/sql/evaluate.ts";
import { parseQuery } from "../../../deploy/local/cosmos/sql/parser.ts";
import type { Expression } from "../../../deploy/local/cosmos/sql/syntax.ts";
import type { Value } from "../../../deploy/local/cosmos/sql/values.ts";

/** Parses a scalar expression over an item called c. */
export const expressionOf = (text: string): Expression => {
  const { selection } = parseQuery(`SELECT VALUE ${text} FROM c`);
  if (selection.kind !== "value") throw new Error("The query selects no value.");
  return selection.value.expression;
};

/** Evaluates a scalar expression over an item called c. */
export const evaluate = (text: string, item: Value = {}, parameters: Record<string, Value> = {}): Value =>
  compile(expressionOf(text), { parameters: new Map(Object.entries(parameters)), aggregations: undefined })(item);
