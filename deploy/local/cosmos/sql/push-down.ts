import type { PartitionKeyDefinition } from "../keys/partition-key.ts";
import type { Parameters } from "./evaluate.ts";
import type { Expression } from "./syntax.ts";
import type { Value } from "./values.ts";

/**
 * What a WHERE clause demands of partition key and id. It may demand more than this says, never less, so that the
 * data file can skip what this excludes and the clause is evaluated on the rest.
 */
export interface Demands {
  /** The partition keys that can match, when the clause names them. */
  readonly keys: readonly Value[] | undefined;
  /** The ids that can match, when the clause names them. */
  readonly ids: readonly string[] | undefined;
  /** Matching ids are not below this ... */
  readonly lowId: string | undefined;
  /** ... and not above this. */
  readonly highId: string | undefined;
}

interface Found {
  keys: readonly Value[] | undefined;
  ids: readonly string[] | undefined;
  lowId: string | undefined;
  highId: string | undefined;
}

const conjuncts = (expression: Expression): Expression[] =>
  expression.kind === "binary" && expression.operator === "AND"
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression];

/** The property names from the item to an expression, or undefined when it is no fixed property. */
const pathOf = (expression: Expression): string[] | undefined => {
  if (expression.kind === "root") return [];
  if (expression.kind !== "member" || expression.name.kind !== "constant") return undefined;
  const { value } = expression.name;
  const path = pathOf(expression.of);
  return path === undefined || typeof value !== "string" ? undefined : [...path, value];
};

const isFixed = (expression: Expression): boolean => expression.kind === "constant" || expression.kind === "parameter";

const fixedValue = (expression: Expression, parameters: Parameters): Value => {
  if (expression.kind === "constant") return expression.value;
  return expression.kind === "parameter" ? parameters.get(expression.name) : undefined;
};

const MIRRORED: Readonly<Record<string, string>> = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** What one condition demands of one property: to be one of some values, or to lie between two. */
interface Demand {
  readonly of: Expression;
  readonly oneOf?: readonly Value[];
  readonly low?: Value;
  readonly high?: Value;
}

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

const demandOf = (condition: Expression, parameters: Parameters): Demand | undefined => {
  switch (condition.kind) {
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

const isSimple = (value: Value): boolean => value === null || typeof value !== "object";
const isText = (value: Value): value is string => typeof value === "string";

/**
 * Finds what a WHERE clause demands of partition key and id.
 * @param definition the container's partition key
 */
export const demandsOf = (
  where: Expression | undefined,
  parameters: Parameters,
  definition: PartitionKeyDefinition,
): Demands => {
  const found: Found = { keys: undefined, ids: undefined, lowId: undefined, highId: undefined };
  const keyPath = definition.steps.length === 1 ? definition.steps[0]?.join("\0") : undefined;
  for (const condition of where === undefined ? [] : conjuncts(where)) {
    const demand = demandOf(condition, parameters);
    const path = demand === undefined ? undefined : pathOf(demand.of)?.join("\0");
    if (demand === undefined || path === undefined) continue;
    const { oneOf, low, high } = demand;
    if (path === keyPath && oneOf?.every(isSimple) === true) found.keys = oneOf;
    if (path !== "id") continue;
    if (oneOf !== undefined) found.ids = oneOf.filter(isText);
    if (isText(low) && (found.lowId === undefined || low > found.lowId)) found.lowId = low;
    if (isText(high) && (found.highId === undefined || high < found.highId)) found.highId = high;
  }
  return found;
};
