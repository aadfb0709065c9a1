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

/** Reads `property IN values` out of the ways in which a query can say it. */
const membership = (
  expression: Expression,
  parameters: Parameters,
): { of: Expression; values: Value[] } | undefined => {
  if (expression.kind === "in" && expression.choices.every(isFixed)) {
    return { of: expression.operand, values: expression.choices.map((choice) => fixedValue(choice, parameters)) };
  }
  if (expression.kind !== "call" || expression.name !== "ARRAY_CONTAINS" || expression.parts.length !== 2)
    return undefined;
  const [list, of] = expression.parts;
  const values = list === undefined ? undefined : fixedValue(list, parameters);
  return of !== undefined && Array.isArray(values) ? { of, values } : undefined;
};

/** Reads `property operator value`, whichever way round it is written. */
const comparison = (
  expression: Expression,
  parameters: Parameters,
): { of: Expression; operator: string; value: Value } | undefined => {
  if (expression.kind !== "binary") return undefined;
  const mirrored = MIRRORED[expression.operator];
  if (mirrored === undefined) return undefined;
  const { operator, left, right } = expression;
  if (isFixed(right)) return { of: left, operator, value: fixedValue(right, parameters) };
  return isFixed(left) ? { of: right, operator: mirrored, value: fixedValue(left, parameters) } : undefined;
};

const isId = (path: string[] | undefined): boolean => path?.length === 1 && path[0] === "id";

/** The least text that is above every text with a prefix, or undefined when there is none. */
const afterPrefix = (prefix: string): string | undefined => {
  const letters = Array.from(prefix);
  const last = letters.pop()?.codePointAt(0);
  if (last === undefined || last >= 0x10_ffff) return undefined;
  return letters.join("") + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
};

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
  if (where === undefined) return found;
  const [keySteps] = definition.steps;
  const isKey = (path: string[] | undefined): boolean =>
    definition.steps.length === 1 && path !== undefined && path.join("\0") === keySteps?.join("\0");
  const atLeast = (id: string): void => {
    if (found.lowId === undefined || id > found.lowId) found.lowId = id;
  };
  const atMost = (id: string | undefined): void => {
    if (id !== undefined && (found.highId === undefined || id < found.highId)) found.highId = id;
  };
  const oneOf = (path: string[] | undefined, values: readonly Value[]): void => {
    if (isKey(path) && values.every((value) => value === null || typeof value !== "object")) found.keys = values;
    if (isId(path)) found.ids = values.filter((value) => typeof value === "string");
  };

  for (const conjunct of conjuncts(where)) {
    const member = membership(conjunct, parameters);
    if (member !== undefined) oneOf(pathOf(member.of), member.values);
    const compared = comparison(conjunct, parameters);
    const path = compared === undefined ? undefined : pathOf(compared.of);
    if (compared?.operator === "=") oneOf(path, [compared.value]);
    else if (compared !== undefined && isId(path) && typeof compared.value === "string") {
      if (compared.operator.startsWith(">")) atLeast(compared.value);
      else atMost(compared.value);
    }
    if (conjunct.kind === "between" && isId(pathOf(conjunct.operand))) {
      const [low, high] = [fixedValue(conjunct.low, parameters), fixedValue(conjunct.high, parameters)];
      if (typeof low === "string" && typeof high === "string") {
        atLeast(low);
        atMost(high);
      }
    }
    if (conjunct.kind === "call" && conjunct.name === "STARTSWITH" && conjunct.parts.length === 2) {
      const [of, prefix] = conjunct.parts;
      const text = prefix === undefined ? undefined : fixedValue(prefix, parameters);
      if (of !== undefined && isId(pathOf(of)) && typeof text === "string") {
        atLeast(text);
        atMost(afterPrefix(text));
      }
    }
  }
  return found;
};
