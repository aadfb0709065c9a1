import {
  isQuery,
  type ModelExpression,
  type ModelItem,
  type ModelJoin,
  type ModelQuery,
  type ModelValue,
} from "./syntax.ts";

/** What the names of a query stand for in one row. */
type Bindings = Readonly<Record<string, ModelValue>>;

const TYPES = ["undefined", "null", "boolean", "number", "string", "array", "object"];

const typeOf = (value: ModelValue): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** A text that equal values share. */
const textOf = (value: ModelValue): string => {
  if (Array.isArray(value)) return `[${value.map(textOf).join(",")}]`;
  if (typeof value !== "object" || value === null) return value === undefined ? "undefined" : JSON.stringify(value);
  const names = Object.keys(value).toSorted();
  return `{${names.map((name) => `${JSON.stringify(name)}:${textOf(value[name])}`).join(",")}}`;
};

/** Orders values as ORDER BY does: by type, then by value. Items have no arrays or objects where they are ordered. */
const compare = (left: ModelValue, right: ModelValue): number => {
  const types = TYPES.indexOf(typeOf(left)) - TYPES.indexOf(typeOf(right));
  if (types !== 0) return types;
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  return typeof left === "string" && typeof right === "string" ? Number(left > right) - Number(left < right) : 0;
};

const isOrdered = (value: ModelValue): boolean => ["null", "boolean", "number", "string"].includes(typeOf(value));

const LOGIC: Readonly<Record<string, (left: ModelValue, right: ModelValue) => ModelValue>> = {
  AND: (left, right) =>
    left === false || right === false ? false : left === true && right === true ? true : undefined,
  OR: (left, right) => (left === true || right === true ? true : left === false && right === false ? false : undefined),
  "??": (left, right) => (left === undefined ? right : left),
};

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const NUMBERS: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
};

const operate = (operator: string, left: ModelValue, right: ModelValue): ModelValue => {
  const logic = LOGIC[operator];
  if (logic !== undefined) return logic(left, right);
  if (left === undefined || right === undefined) return undefined;
  if (operator === "=" || operator === "!=") return (textOf(left) === textOf(right)) === (operator === "=");
  const order = ORDERS[operator];
  if (order !== undefined) {
    return typeOf(left) === typeOf(right) && isOrdered(left) ? order(compare(left, right)) : undefined;
  }
  if (operator === "||") return typeof left === "string" && typeof right === "string" ? left + right : undefined;
  const arithmetic = NUMBERS[operator];
  if (arithmetic === undefined) throw new Error(`The model has no operator ${operator}.`);
  return typeof left === "number" && typeof right === "number" ? arithmetic(left, right) : undefined;
};

const apply = (name: string, [first, second]: readonly ModelValue[]): ModelValue => {
  switch (name) {
    case "IS_DEFINED":
      return first !== undefined;
    case "IS_NUMBER":
      return typeof first === "number";
    case "UPPER":
      return typeof first === "string" ? first.toUpperCase() : undefined;
    case "LENGTH":
      return typeof first === "string" ? first.length : undefined;
    case "ARRAY_LENGTH":
      return Array.isArray(first) ? first.length : undefined;
    case "ARRAY_CONTAINS":
      if (!Array.isArray(first) || second === undefined) return undefined;
      return first.map(textOf).includes(textOf(second));
    default:
      throw new Error(`The model has no function ${name}.`);
  }
};

const sumOf = (values: readonly ModelValue[]): number | undefined => {
  let total = 0;
  for (const value of values) {
    if (typeof value !== "number") return undefined;
    total += value;
  }
  return total;
};

const distinctValues = (values: readonly ModelValue[]): ModelValue[] =>
  values.filter((value, index) => values.findIndex((other) => textOf(other) === textOf(value)) === index);

const aggregate = (name: string, all: readonly ModelValue[]): ModelValue => {
  const values = all.filter((value) => value !== undefined);
  if (name === "COUNT") return values.length;
  if (name === "COUNTIF") return values.filter((value) => value === true).length;
  if (name === "MAKELIST") return values;
  const sum = sumOf(values);
  if (name === "SUM") return sum;
  if (name === "AVG") return sum === undefined || values.length === 0 ? undefined : sum / values.length;
  if (!values.every(isOrdered)) return undefined;
  return values.toSorted(compare).at(name === "MIN" ? 0 : -1);
};

const evaluateSubquery = (
  { form, query }: Extract<ModelExpression, { kind: "subquery" }>,
  bindings: Bindings,
): ModelValue => {
  if (form === "ALL") {
    const counter = { ...query, where: { kind: "not", operand: query.where ?? TRUE } as const };
    return evaluateQuery(counter, [], bindings).length === 0;
  }
  const results = evaluateQuery(query, [], bindings);
  if (form === "EXISTS") return results.length > 0;
  if (form === "ARRAY") return results.filter((result) => result !== undefined);
  return results[0];
};

const TRUE: ModelExpression = { kind: "constant", value: true };

/** @param group the rows that aggregates are computed over */
const evaluate = (expression: ModelExpression, bindings: Bindings, group: readonly Bindings[]): ModelValue => {
  const of = (part: ModelExpression): ModelValue => evaluate(part, bindings, group);
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "path": {
      let value: ModelValue = bindings[expression.alias];
      for (const step of expression.steps) {
        value = typeOf(value) === "object" ? Object(value)[step] : undefined;
      }
      return value;
    }
    case "operator":
      return operate(expression.operator, of(expression.left), of(expression.right));
    case "not": {
      const operand = of(expression.operand);
      return typeof operand === "boolean" ? !operand : undefined;
    }
    case "in": {
      const operand = of(expression.operand);
      return operand === undefined ? undefined : expression.choices.map(textOf).includes(textOf(operand));
    }
    case "choice":
      return of(expression.test) === true ? of(expression.yes) : of(expression.no);
    case "function":
      return apply(expression.name, expression.parts.map(of));
    case "object":
      return Object.fromEntries(
        expression.members.map(([name, part]) => [name, of(part)] as const).filter(([, value]) => value !== undefined),
      );
    case "list":
      return expression.items.map(of).filter((value) => value !== undefined);
    case "aggregate":
      return aggregate(
        expression.name,
        group.map((row) => evaluate(expression.operand, row, [])),
      );
    default:
      return evaluateSubquery(expression, bindings);
  }
};

const valuesOf = (of: ModelJoin["of"], items: readonly ModelItem[], bindings: Bindings): ModelValue[] => {
  if (isQuery(of)) return evaluateQuery(of, items, bindings);
  const list = evaluate(of, bindings, []);
  return Array.isArray(list) ? list : [];
};

const rowsOf = ({ from, joins }: ModelQuery, items: readonly ModelItem[], outer: Bindings): Bindings[] => {
  if (from === undefined) return [outer];
  const first: readonly ModelValue[] = from.of === "container" ? items : valuesOf(from.of, items, outer);
  let rows = first.map((value): Bindings => ({ ...outer, [from.alias]: value }));
  for (const { alias, of } of joins) {
    rows = rows.flatMap((row) => valuesOf(of, [], row).map((value) => ({ ...row, [alias]: value })));
  }
  return rows;
};

const hasAggregate = (expression: ModelExpression): boolean => {
  if (expression.kind === "aggregate") return true;
  if (expression.kind === "object") return expression.members.some(([, part]) => hasAggregate(part));
  return expression.kind === "operator" && (hasAggregate(expression.left) || hasAggregate(expression.right));
};

const selectedOf = ({ select }: ModelQuery): ModelExpression[] => {
  if (select.kind === "all") return [];
  return select.kind === "value" ? [select.value] : select.columns.map(([, value]) => value);
};

/** Tells whether many rows give one result, so that the order of the results is the endpoint's own. */
export const isGrouped = (query: ModelQuery): boolean =>
  query.groupBy.length > 0 || selectedOf(query).some(hasAggregate);

const groupsOf = (query: ModelQuery, rows: readonly Bindings[]): Bindings[][] => {
  if (query.groupBy.length === 0) return isGrouped(query) ? [[...rows]] : rows.map((row) => [row]);
  const groups = new Map<string, Bindings[]>();
  for (const row of rows) {
    const key = query.groupBy.map((by) => textOf(evaluate(by, row, []))).join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
};

const project = ({ select, from }: ModelQuery, group: readonly Bindings[]): ModelValue => {
  const row = group[0] ?? {};
  if (select.kind === "all") return from === undefined ? undefined : row[from.alias];
  if (select.kind === "value") return evaluate(select.value, row, group);
  return evaluate({ kind: "object", members: select.columns }, row, group);
};

/** Evaluates a query as plainly as it can be said. @param outer the names of the outer query, for a subquery */
export const evaluateQuery = (query: ModelQuery, items: readonly ModelItem[], outer: Bindings = {}): ModelValue[] => {
  const { where, orderBy, distinct, top, offsetLimit } = query;
  let rows = rowsOf(query, items, outer);
  if (where !== undefined) rows = rows.filter((row) => evaluate(where, row, []) === true);
  rows = rows.toSorted((left, right) => {
    for (const { by, descending } of orderBy) {
      const order = compare(evaluate(by, left, []), evaluate(by, right, []));
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
  let results = groupsOf(query, rows).map((group) => project(query, group));
  results = results.filter((result) => result !== undefined);
  if (distinct) results = distinctValues(results);
  if (top !== undefined) results = results.slice(0, top);
  return offsetLimit === undefined ? results : results.slice(offsetLimit[0], offsetLimit[0] + offsetLimit[1]);
};

/** A text of results whose order is not to be compared. */
export const unorderedText = (results: readonly ModelValue[]): string => results.map(textOf).toSorted().join("\n");

/** A text of results in their order. */
export const orderedText = (results: readonly ModelValue[]): string => results.map(textOf).join("\n");
