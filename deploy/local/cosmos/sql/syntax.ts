import type { Json } from "../json.ts";

export type UnaryOperator = "NOT" | "-" | "+" | "~";

export type BinaryOperator =
  | "AND"
  | "OR"
  | "??"
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "||"
  | "|"
  | "^"
  | "&"
  | "<<"
  | ">>"
  | ">>>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

export type AggregateName = "COUNT" | "SUM" | "MIN" | "MAX" | "AVG" | "COUNTIF" | "MAKELIST" | "MAKESET";

/** What an expression makes of the rows of a subquery. */
export type SubqueryForm = "scalar" | "exists" | "array" | "all" | "first" | "last";

/** A scalar expression. `at` and `to` are offsets into the query's text, for messages. */
export type Expression =
  | { readonly kind: "constant"; readonly value: Json | undefined }
  | { readonly kind: "parameter"; readonly name: string; readonly at: number; readonly to: number }
  /** The item of the container. */
  | { readonly kind: "root" }
  /** What another source of a FROM clause gives, by the place where a row keeps it. */
  | { readonly kind: "alias"; readonly slot: number; readonly name: string }
  | { readonly kind: "member"; readonly of: Expression; readonly name: Expression }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "conditional"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "in"; readonly operand: Expression; readonly choices: readonly Expression[] }
  | { readonly kind: "between"; readonly operand: Expression; readonly low: Expression; readonly high: Expression }
  | {
      readonly kind: "like";
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape: string | undefined;
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly parts: readonly Expression[];
      readonly at: number;
      readonly to: number;
    }
  | {
      readonly kind: "aggregate";
      readonly name: AggregateName;
      readonly operand: Expression;
      readonly at: number;
      readonly to: number;
    }
  | {
      readonly kind: "subquery";
      readonly form: SubqueryForm;
      readonly query: Query;
      readonly at: number;
      readonly to: number;
    }
  | { readonly kind: "array"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [string, Expression])[] };

/** A place in the query's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An expression and its place in the query's text. */
export interface Located extends Span {
  readonly expression: Expression;
}

export interface Column extends Located {
  readonly name: string;
}

export type Selection =
  /** `SELECT *`: the only source as it is. */
  | { readonly kind: "all"; readonly of: Expression }
  | { readonly kind: "value"; readonly value: Located }
  | { readonly kind: "columns"; readonly columns: readonly Column[] };

export interface OrderKey extends Located {
  readonly descending: boolean;
}

/**
 * A source of a FROM clause. A row keeps its value in a slot; the container's item is always in slot 0.
 * `each` stands for `IN`: the source gives the elements of the arrays, not the arrays.
 */
export type Source =
  | { readonly kind: "container" }
  | { readonly kind: "path"; readonly slot: number; readonly each: boolean; readonly of: Expression }
  | { readonly kind: "query"; readonly slot: number; readonly each: boolean; readonly query: Query };

/** A query or a subquery, as its text says it. */
export interface Query extends Span {
  /** The text of the whole query, also for a subquery. */
  readonly text: string;
  readonly distinct: boolean;
  readonly top: Expression | undefined;
  readonly selection: Selection;
  readonly sources: readonly Source[];
  /** Where the FROM clause stands, without the word FROM; undefined when there is none. */
  readonly from: Span | undefined;
  /** The name of the first source, if it has one. */
  readonly alias: string | undefined;
  readonly where: Located | undefined;
  readonly groupBy: readonly Located[];
  readonly orderBy: readonly OrderKey[];
  readonly offset: Expression | undefined;
  readonly limit: Expression | undefined;
  /** Whether its rows come from the container, rather than from an item that an outer query reads. */
  readonly readsContainer: boolean;
  /** Whether it has aggregates of its own, so that many rows give one result. */
  readonly aggregates: boolean;
  /** How many slots a row of the whole query needs; of no meaning for a subquery. */
  readonly slots: number;
}

/** The query that reads the container: the query itself, or the subquery that its rows come from. */
export const readingQuery = (query: Query): Query => {
  const [first] = query.sources;
  return first?.kind === "query" && first.query.readsContainer ? readingQuery(first.query) : query;
};
