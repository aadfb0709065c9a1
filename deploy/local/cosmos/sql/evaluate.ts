import { isObject, type Json, type JsonObject } from "../json.ts";
import { type Accumulator, accumulator } from "./aggregates.ts";
import { FUNCTIONS } from "./functions.ts";
import { likeTest } from "./like.ts";
import { evaluateBinary, evaluateUnary } from "./operators.ts";
import type { Expression } from "./syntax.ts";
import { syntaxError } from "./tokenizer.ts";
import { equalValues, orderOf, type Value } from "./values.ts";

/** Computes an expression for one item. */
export type Evaluate = (item: Value) => Value;

/** The values of a query's parameters, by name with the @. */
export type Parameters = ReadonlyMap<string, Value>;

/** An aggregate that the query's expressions read: it must be given every item first. */
export interface Aggregation {
  readonly operand: Evaluate;
  accumulator: Accumulator;
}

/** What compiling an expression needs, and what it finds. */
export interface Compilation {
  readonly parameters: Parameters;
  /** Filled with the aggregates found; undefined where an aggregate may not stand. */
  readonly aggregations: Aggregation[] | undefined;
}

const memberOf = (of: Value, name: Value): Value => {
  if (typeof name === "string") return isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;
  return typeof name === "number" && Array.isArray(of) ? of[name] : undefined;
};

const compileMember = (of: Expression, name: Expression, compilation: Compilation): Evaluate => {
  const ofOf = compile(of, compilation);
  if (name.kind !== "constant") {
    const nameOf = compile(name, compilation);
    return (item) => memberOf(ofOf(item), nameOf(item));
  }
  const { value } = name;
  return (item) => memberOf(ofOf(item), value);
};

const compileAll = (expressions: readonly Expression[], compilation: Compilation): Evaluate[] =>
  expressions.map((expression) => compile(expression, compilation));

const compileIn = (operand: Expression, choices: readonly Expression[], compilation: Compilation): Evaluate => {
  const operandOf = compile(operand, compilation);
  const choicesOf = compileAll(choices, compilation);
  return (item) => {
    const value = operandOf(item);
    if (value === undefined) return undefined;
    return choicesOf.some((choiceOf) => {
      const choice = choiceOf(item);
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
  const fixed = pattern.kind === "constant" || pattern.kind === "parameter" ? patternOf(undefined) : undefined;
  const test = typeof fixed === "string" ? likeTest(fixed, escape) : undefined;
  return (item) => {
    const value = operandOf(item);
    if (typeof value !== "string") return undefined;
    if (test !== undefined) return test(value);
    const text = patternOf(item);
    return typeof text === "string" ? likeTest(text, escape)(value) : undefined;
  };
};

const compileObject = (members: readonly (readonly [string, Expression])[], compilation: Compilation): Evaluate => {
  const compiled = members.map(([name, expression]) => [name, compile(expression, compilation)] as const);
  return (item) => {
    const object: JsonObject = {};
    for (const [name, valueOf] of compiled) {
      const value = valueOf(item);
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
  return (item) => {
    const value = operandOf(item);
    const [fromLow, fromHigh] = [orderOf(value, lowOf(item)), orderOf(value, highOf(item))];
    return fromLow === undefined || fromHigh === undefined ? undefined : fromLow >= 0 && fromHigh <= 0;
  };
};

/**
 * Compiles an expression to a function of the item.
 * @throws Refusal (400) when a parameter has no value, or an aggregate stands where none may
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
      return (item) => item;
    case "member":
      return compileMember(expression.of, expression.name, compilation);
    case "unary": {
      const { operator } = expression;
      const operandOf = compile(expression.operand, compilation);
      return (item) => evaluateUnary(operator, operandOf(item));
    }
    case "binary":
      return evaluateBinary(
        expression.operator,
        compile(expression.left, compilation),
        compile(expression.right, compilation),
      );
    case "conditional": {
      const [testOf, yesOf, noOf] = compileAll([expression.test, expression.yes, expression.no], compilation);
      return (item) => (testOf?.(item) === true ? yesOf?.(item) : noOf?.(item));
    }
    case "in":
      return compileIn(expression.operand, expression.choices, compilation);
    case "between":
      return compileBetween(expression.operand, expression.low, expression.high, compilation);
    case "like":
      return compileLike(expression.operand, expression.pattern, expression.escape, compilation);
    case "call": {
      const { name, at, to } = expression;
      const definition = FUNCTIONS.get(name);
      if (definition === undefined) throw syntaxError(`'${name}' is not a function that this endpoint has.`, at, to);
      const partsOf = compileAll(expression.parts, compilation);
      return (item) => definition.apply(partsOf.map((partOf) => partOf(item)));
    }
    case "aggregate": {
      const { name, at, to } = expression;
      if (compilation.aggregations === undefined)
        throw syntaxError(`The aggregate ${name} may not stand here.`, at, to);
      const operand = compile(expression.operand, { ...compilation, aggregations: undefined });
      const aggregation: Aggregation = { operand, accumulator: accumulator(name) };
      compilation.aggregations.push(aggregation);
      return () => aggregation.accumulator.result();
    }
    case "array": {
      const itemsOf = compileAll(expression.items, compilation);
      return (item) => itemsOf.map((itemOf) => itemOf(item)).filter((value): value is Json => value !== undefined);
    }
    default:
      return compileObject(expression.members, compilation);
  }
};
