import type { Expression } from "./syntax.ts";

/** The expressions that an expression is made of. Those of a subquery are its own, not part of what stands around it. */
export const childrenOf = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case "member":
      return [expression.of, expression.name];
    case "unary":
    case "aggregate":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.test, expression.yes, expression.no];
    case "in":
      return [expression.operand, ...expression.choices];
    case "between":
      return [expression.operand, expression.low, expression.high];
    case "like":
      return [expression.operand, expression.pattern];
    case "call":
      return expression.parts;
    case "array":
      return expression.items;
    case "object":
      return expression.members.map(([, member]) => member);
    default:
      return [];
  }
};

/** Tells whether an expression is the same for all rows at sight. */
export const isFixed = ({ kind }: Expression): boolean => kind === "constant" || kind === "parameter";

/** Tells whether an expression, or one that it is made of, is of a kind. */
export const hasKind = (expression: Expression, ...kinds: readonly Expression["kind"][]): boolean =>
  kinds.includes(expression.kind) || childrenOf(expression).some((child) => hasKind(child, ...kinds));

/** A text that is the same for expressions that say the same, wherever in the query they stand. */
export const fingerprint = (expression: Expression): string =>
  JSON.stringify(expression, (name, value: unknown) => (name === "at" || name === "to" ? undefined : value));
