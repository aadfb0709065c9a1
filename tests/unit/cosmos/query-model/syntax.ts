import type { JsonObject, Json } from "../../../../deploy/local/cosmos/json.ts";

/** A value, or undefined as Cosmos has it. */
export type ModelValue = Json | undefined;

/** A scalar expression of the model. Every one that is generated can be rendered as SQL and evaluated. */
export type ModelExpression =
  | { readonly kind: "constant"; readonly value: ModelValue }
  | { readonly kind: "path"; readonly alias: string; readonly steps: readonly string[] }
  | {
      readonly kind: "operator";
      readonly operator: string;
      readonly left: ModelExpression;
      readonly right: ModelExpression;
    }
  | { readonly kind: "not"; readonly operand: ModelExpression }
  | { readonly kind: "in"; readonly operand: ModelExpression; readonly choices: readonly ModelValue[] }
  | {
      readonly kind: "choice";
      readonly test: ModelExpression;
      readonly yes: ModelExpression;
      readonly no: ModelExpression;
    }
  | { readonly kind: "function"; readonly name: string; readonly parts: readonly ModelExpression[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [string, ModelExpression])[] }
  | { readonly kind: "list"; readonly items: readonly ModelExpression[] }
  | { readonly kind: "aggregate"; readonly name: string; readonly operand: ModelExpression }
  | { readonly kind: "subquery"; readonly form: "EXISTS" | "ARRAY" | "ALL" | "FIRST" | ""; readonly query: ModelQuery };

/** A source after the first: the elements of an array, or the results of a subquery. */
export interface ModelJoin {
  readonly alias: string;
  readonly of: Extract<ModelExpression, { kind: "path" }> | ModelQuery;
}

export const isQuery = (of: ModelJoin["of"]): of is ModelQuery => "select" in of;

export interface ModelOrder {
  readonly by: ModelExpression;
  readonly descending: boolean;
}

/** A query of the model. */
export interface ModelQuery {
  readonly distinct: boolean;
  readonly top: number | undefined;
  readonly select:
    | { readonly kind: "all" }
    | { readonly kind: "value"; readonly value: ModelExpression }
    | { readonly kind: "columns"; readonly columns: readonly (readonly [string, ModelExpression])[] };
  /** The first source: the container (`c`), the results of a query, the elements of an array, or nothing. */
  readonly from: { readonly alias: string; readonly of: "container" | ModelJoin["of"] } | undefined;
  readonly joins: readonly ModelJoin[];
  readonly where: ModelExpression | undefined;
  readonly groupBy: readonly ModelExpression[];
  readonly orderBy: readonly ModelOrder[];
  readonly offsetLimit: readonly [number, number] | undefined;
}

export type ModelItem = JsonObject;
