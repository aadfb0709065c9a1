import type { Parameters } from "./evaluate.ts";
import type { Expression } from "./syntax.ts";
import type { Value } from "./values.ts";
import { isFixed } from "./walk.ts";

const operands = (expression: Expression, operator: "AND" | "OR", found: Expression[]): Expression[] => {
  if (expression.kind !== "binary" || expression.operator !== operator) found.push(expression);
  else operands(expression.right, operator, operands(expression.left, operator, found));
  return found;
};

/** The conditions that must all hold. */
export const conjuncts = (expression: Expression): Expression[] => operands(expression, "AND", []);

/** The conditions one of which must hold. */
export const disjuncts = (expression: Expression): Expression[] => operands(expression, "OR", []);

/** The property names from the item to an expression, or undefined when it is no fixed property. */
export const pathOf = (expression: Expression): string[] | undefined => {
  if (expression.kind === "root") return [];
  if (expression.kind !== "member" || expression.name.kind !== "constant") return undefined;
  const { value } = expression.name;
  const path = pathOf(expression.of);
  return path === undefined || typeof value !== "string" ? undefined : [...path, value];
};

const fixedValue = (expression: Expression, parameters: Parameters): Value => {
  if (expression.kind === "constant") return expression.value;
  return expression.kind === "parameter" ? parameters.get(expression.name) : undefined;
};

const MIRRORED: Readonly<Record<string, string>> = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** What one condition demands of one property: to be one of some values, or to lie between two. */
export interface Demand {
  readonly of: Expression;
  readonly oneOf?: readonly Value[];
  readonly low?: Value;
  readonly high?: Value;
}

/** Reads what `IS_DEFINED(property)` demands when it is not to hold. */
const absence = (condition: Expression): Demand | undefined => {
  if (condition.kind !== "call" || condition.name !== "IS_DEFINED") return undefined;
  const [of, ...others] = condition.parts;
  return of === undefined || others.length > 0 ? undefined : { of, oneOf: [undefined] };
};

/** Reads `property operator value`, whichever way round it is written. */
const comparison = (expression: Expression, parameters: Parameters): Demand | undefined => {
  if (expression.kind !== "binary") return undefined;
  const mirrored = MIRRORED[expression.operator];
  if (mirrored === undefined) return undefined;
  const { left, right } = expression;
  const isForward = isFixed(right);
  if (!isForward && !isFixed(left)) return undefined;
  const of = isForward ? left : right;
  const operator = isForward ? expression.operator : mirrored;
  const value = fixedValue(isForward ? right : left, parameters);
  if (operator === "=" && value === false) return absence(of) ?? { of, oneOf: [value] };
  if (operator === "=") return { of, oneOf: [value] };
  return operator.startsWith(">") ? { of, low: value } : { of, high: value };
};

/** The least text that is above every text with a prefix, or undefined when there is none. */
const afterPrefix = (prefix: string): string | undefined => {
  const letters = Array.from(prefix);
  const last = letters.pop()?.codePointAt(0);
  if (last === undefined || last >= 0x10_ffff) return undefined;
  return letters.join("") + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
};

const functionCall = (
  name: string,
  [first, second, ...others]: readonly Expression[],
  parameters: Parameters,
): Demand | undefined => {
  if (first === undefined || second === undefined || others.length > 0) return undefined;
  if (name === "ARRAY_CONTAINS") {
    const values = fixedValue(first, parameters);
    return Array.isArray(values) ? { of: second, oneOf: values } : undefined;
  }
  const prefix = name === "STARTSWITH" ? fixedValue(second, parameters) : undefined;
  return typeof prefix === "string" ? { of: first, low: prefix, high: afterPrefix(prefix) } : undefined;
};

/** Reads what a condition demands of a property, or gives undefined when it is no demand of one. */
export const demandOf = (condition: Expression, parameters: Parameters): Demand | undefined => {
  switch (condition.kind) {
    case "unary":
      return condition.operator === "NOT" ? absence(condition.operand) : undefined;
    case "in": {
      const { operand, choices } = condition;
      if (!choices.every(isFixed)) return undefined;
      return { of: operand, oneOf: choices.map((choice) => fixedValue(choice, parameters)) };
    }
    case "between": {
      const { operand, low, high } = condition;
      return { of: operand, low: fixedValue(low, parameters), high: fixedValue(high, parameters) };
    }
    case "call":
      return functionCall(condition.name, condition.parts, parameters);
    default:
      return comparison(condition, parameters);
  }
};
