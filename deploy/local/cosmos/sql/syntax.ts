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

export type AggregateName = "COUNT" | "SUM" | "MIN" | "MAX" | "AVG";

/** A scalar expression. `at` and `to` are offsets into the query's text, for messages. */
export type Expression =
  | { readonly kind: "constant"; readonly value: Json | undefined }
  | { readonly kind: "parameter"; readonly name: string; readonly at: number; readonly to: number }
  | { readonly kind: "root" }
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
  | { readonly kind: "array"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [string, Expression])[] };

/** An expression and its place in the query's text. */
export interface Located {
  readonly expression: Expression;
  readonly start: number;
  readonly end: number;
}

export interface Column extends Located {
  readonly name: string;
}

export type Selection =
  | { readonly kind: "all" }
  | { readonly kind: "value"; readonly value: Located }
  | { readonly kind: "columns"; readonly columns: readonly Column[] };

export interface OrderKey extends Located {
  readonly descending: boolean;
}

/** A query, as its text says it. */
export interface Query {
  readonly text: string;
  readonly selection: Selection;
  readonly top: Expression | undefined;
  /** The name by which the query calls the item; undefined when it has no FROM. */
  readonly alias: string | undefined;
  readonly where: Located | undefined;
  readonly orderBy: readonly OrderKey[];
  readonly offset: Expression | undefined;
  readonly limit: Expression | undefined;
}
