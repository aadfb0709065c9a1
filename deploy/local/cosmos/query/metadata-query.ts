import { badRequest } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { compile, type Parameters } from "../sql/evaluate.ts";
import type { Query } from "../sql/syntax.ts";

/**
 * Runs a query over databases or containers, which are few: they can be filtered, not reshaped.
 * @throws Refusal (400) when the query asks for more than a filter
 */
export const filterDocuments = (documents: JsonObject[], query: Query, parameters: Parameters): JsonObject[] => {
  const { selection, where, orderBy } = query;
  const selectsAll =
    selection.kind === "all" || (selection.kind === "value" && selection.value.expression.kind === "root");
  if (!selectsAll || orderBy.length > 0) {
    throw badRequest("Queries over databases and containers can only filter (SELECT * FROM c WHERE ...).");
  }
  if (where === undefined) return documents;
  const accepts = compile(where.expression, { parameters, aggregations: undefined });
  return documents.filter((document) => accepts(document) === true);
};
