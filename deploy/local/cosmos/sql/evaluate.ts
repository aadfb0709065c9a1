import { isObject, type Json, type JsonObject } from "../json.ts";
import type { CallContext } from "./function-definition.ts";
import { FUNCTIONS } from "./functions.ts";
import { likeTest } from "./like.ts";
import { type Evaluate, evaluateBinary, evaluateUnary, type Frame } from "./operators.ts";
import type { RowMeter } from "./row-meter.ts";
import type { AggregateName, Expression } from "./syntax.ts";
import { syntaxError } from "./tokenizer.ts";
import { equalValues, orderOf, type Value } from "./values.ts";
import { isFixed } from "./walk.ts";

/** The values of a query's parameters, by name with the @. */
export type Parameters = ReadonlyMap<string, Value>;

/** An aggregate that a select list reads. */
export interface AggregatePart {
  readonly name: AggregateName;
  /** Computes, for a row, what is aggregated. */
  readonly operand: Evaluate;
}

/** The aggregates of one query: what must be gathered from its rows, and what came of it for the present group. */
export interface Aggregates {
  readonly parts: AggregatePart[];
  results: readonly Value[];
}

/** What compiling an expression needs, and what it finds. */
export interface Compilation {
  readonly parameters: Parameters;
  readonly context: CallContext;
  /** Bounds what subqueries do for a row. */
  readonly meter: RowMeter;
  /** Filled with the aggregates found. */
  readonly aggregates: Aggregates;
  /** Compiles what is made of a subquery's rows. */
  readonly subquery: (expression: Extract<Expression, { kind: "subquery" }>, compilation: Compilation) => Evaluate;
}

const memberOf = (of: Value, name: Value): Value => {
  if (typeof name === "string") return isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;
  return typeof name === "number" && Array.isArray(of) ? of[name] : undefined;
};

const compileMember = (of: Expression, name: Expression, compilation: Compilation): Evaluate => {
  const ofOf = compile(of, compilation);
  if (name.kind !== "constant") {
    const nameOf = compile(name, compilation);
    return (frame) => memberOf(ofOf(frame), nameOf(frame));
  }
  const { value } = name;
  return (frame) => memberOf(ofOf(frame), value);
};

const compileAll = (expressions: readonly Expression[], compilation: Compilation): Evaluate[] =>
  expressions.map((expression) => compile(expression, compilation));

/** Values that are equal exactly when they are the same: all but arrays, objects and what is no number. */
const isPlain = (value: Value): boolean => (typeof value !== "object" || value === null) && !Number.isNaN(value);

/** Choices that are the same for all rows are looked up: there may be thousands of them. */
const compileIn = (operand: Expression, choices: readonly Expression[], compilation: Compilation): Evaluate => {
  const operandOf = compile(operand, compilation);
  const fixed = compileAll(choices.filter(isFixed), compilation).map((choiceOf) => choiceOf([]));
  const plain = new Set(fixed.filter(isPlain));
  const others: Evaluate[] = [
    ...fixed.filter((choice) => !isPlain(choice)).map((choice) => () => choice),
    ...compileAll(
      choices.filter((choice) => !isFixed(choice)),
      compilation,
    ),
  ];
  return (frame) => {
    const value = operandOf(frame);
    if (value === undefined) return undefined;
    if (plain.has(value)) return true;
    return others.some((choiceOf) => {
      const choice = choiceOf(frame);
      return choice !== undefined && equalValues(value, choice);
    });
  };
};

const compileLike = (
  operand: Expression,
  pattern: Expression,
  escape: string | undefined,
  compilation: Compilation,
): Evaluate => {
  const operandOf = compile(operand, compilation);
  const patternOf = compile(pattern, compilation);
  const fixed = isFixed(pattern) ? patternOf([]) : undefined;
  const test = typeof fixed === "string" ? likeTest(fixed, escape) : undefined;
  return (frame) => {
    const value = operandOf(frame);
    if (typeof value !== "string") return undefined;
    if (test !== undefined) return test(value);
    const text = patternOf(frame);
    return typeof text === "string" ? likeTest(text, escape)(value) : undefined;
  };
};

/** Compiles an object: a member that is undefined is left out. */
export const compileObject = (
  members: readonly (readonly [string, Expression])[],
  compilation: Compilation,
): Evaluate => {
  const compiled = members.map(([name, expression]) => [name, compile(expression, compilation)] as const);
  return (frame) => {
    const object: JsonObject = {};
    for (const [name, valueOf] of compiled) {
      const value = valueOf(frame);
      if (value !== undefined) object[name] = value;
    }
    return object;
  };
};

const compileBetween = (operand: Expression, low: Expression, high: Expression, compilation: Compilation): Evaluate => {
  const [operandOf, lowOf, highOf] = [
    compile(operand, compilation),
    compile(low, compilation),
    compile(high, compilation),
  ];
  return (frame) => {
    const value = operandOf(frame);
    const [fromLow, fromHigh] = [orderOf(value, lowOf(frame)), orderOf(value, highOf(frame))];
    return fromLow === undefined || fromHigh === undefined ? undefined : fromLow >= 0 && fromHigh <= 0;
  };
};

const compileCall = (
  { name, parts, at, to }: Extract<Expression, { kind: "call" }>,
  compilation: Compilation,
): Evaluate => {
  const definition = FUNCTIONS.get(name);
  if (definition === undefined) throw syntaxError(`'${name}' is not a recognized built-in function name.`, at, to);
  const apply = definition.make();
  const { context } = compilation;
  const partsOf = compileAll(parts, compilation);
  const [first, second, ...others] = partsOf;
  if (first === undefined) return () => apply([], context);
  if (second === undefined) return (frame) => apply([first(frame)], context);
  if (others.length === 0) return (frame) => apply([first(frame), second(frame)], context);
  return (frame) =>
    apply(
      partsOf.map((partOf) => partOf(frame)),
      context,
    );
};

const compileAggregate = (
  { name, operand }: Extract<Expression, { kind: "aggregate" }>,
  compilation: Compilation,
): Evaluate => {
  const { aggregates } = compilation;
  const index = aggregates.parts.push({ name, operand: compile(operand, compilation) }) - 1;
  return () => aggregates.results[index];
};

/**
 * Compiles an expression to a function of the row.
 * @throws Refusal (400) when a parameter has no value
 */
export const compile = (expression: Expression, compilation: Compilation): Evaluate => {
  switch (expression.kind) {
    case "constant": {
      const { value } = expression;
      return () => value;
    }
    case "parameter": {
      const { name, at, to } = expression;
      if (!compilation.parameters.has(name)) throw syntaxError(`The parameter '${name}' has no value.`, at, to);
      const value = compilation.parameters.get(name);
      return () => value;
    }
    case "root":
      return (frame) => frame[0];
    case "alias": {
      const { slot } = expression;
      return (frame: Frame) => frame[slot];
    }
    case "member":
      return compileMember(expression.of, expression.name, compilation);
    case "unary": {
      const { operator } = expression;
      const operandOf = compile(expression.operand, compilation);
      return (frame) => evaluateUnary(operator, operandOf(frame));
    }
    case "binary":
      return evaluateBinary(
        expression.operator,
        compile(expression.left, compilation),
        compile(expression.right, compilation),
      );
    case "conditional": {
      const [testOf, yesOf, noOf] = compileAll([expression.test, expression.yes, expression.no], compilation);
      return (frame) => (testOf?.(frame) === true ? yesOf?.(frame) : noOf?.(frame));
    }
    case "in":
      return compileIn(expression.operand, expression.choices, compilation);
    case "between":
      return compileBetween(expression.operand, expression.low, expression.high, compilation);
    case "like":
      return compileLike(expression.operand, expression.pattern, expression.escape, compilation);
    case "call":
      return compileCall(expression, compilation);
    case "aggregate":
      return compileAggregate(expression, compilation);
    case "subquery":
      return compilation.subquery(expression, compilation);
    case "array": {
      const itemsOf = compileAll(expression.items, compilation);
      return (frame) => itemsOf.map((itemOf) => itemOf(frame)).filter((value): value is Json => value !== undefined);
    }
    default:
      return compileObject(expression.members, compilation);
  }
};
