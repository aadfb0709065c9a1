import type { Json, JsonObject } from "../json.ts";
import { compileQuery } from "../sql/compile-query.ts";
import type { Parameters } from "../sql/evaluate.ts";
import { newFrame } from "../sql/operators.ts";
import { beginRun } from "../sql/run.ts";
import type { Query } from "../sql/syntax.ts";
import { WHOLE } from "../sql/visit-rows.ts";

/**
 * Runs a query over databases or containers, which are few.
 * @param nowMs the time of the request in milliseconds
 * @throws Refusal (400) when a parameter is missing, or a count is not one
 */
export const queryMetadata = (
  documents: readonly JsonObject[],
  query: Query,
  parameters: Parameters,
  nowMs: number,
): Json[] => {
  const run = beginRun(compileQuery(query, parameters, nowMs));
  const frame = newFrame(query.slots);
  for (const document of query.readsContainer ? documents : [{}]) {
    frame[0] = document;
    if (run.feed(frame, WHOLE) === "enough") break;
  }
  return run.finish(WHOLE.isLate) ?? [];
};
