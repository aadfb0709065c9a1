import { finite } from "./function-definition.ts";
import type { BinaryOperator, UnaryOperator } from "./syntax.ts";
import { equalValues, orderOf, type Value } from "./values.ts";

/** A row: the values of a query's sources by their slots, the item of the container first. */
export type Frame = Value[];

/** Makes an empty frame. @param slots how many values it has */
export const newFrame = (slots: number): Frame => {
  const frame: Frame = [];
  for (let slot = 0; slot < slots; slot++) frame.push(undefined);
  return frame;
};

/** Computes an expression for one row. */
export type Evaluate = (frame: Frame) => Value;

/** Applies an operator to one value. */
export const evaluateUnary = (operator: UnaryOperator, value: Value): Value => {
  if (operator === "NOT") return typeof value === "boolean" ? !value : undefined;
  if (typeof value !== "number") return undefined;
  if (operator === "-") return -value;
  return operator === "~" ? ~value : value;
};

/** False decides AND, also beside what is undefined. */
const conjunction =
  (left: Evaluate, right: Evaluate): Evaluate =>
  (frame) => {
    const first = left(frame);
    if (first === false) return false;
    const second = right(frame);
    if (second === false) return false;
    return first === true && second === true ? true : undefined;
  };

/** True decides OR, also beside what is undefined. */
const disjunction =
  (left: Evaluate, right: Evaluate): Evaluate =>
  (frame) => {
    const first = left(frame);
    if (first === true) return true;
    const second = right(frame);
    if (second === true) return true;
    return first === false && second === false ? false : undefined;
  };

const order =
  (left: Evaluate, right: Evaluate, holds: (order: number) => boolean): Evaluate =>
  (frame) => {
    const found = orderOf(left(frame), right(frame));
    return found === undefined ? undefined : holds(found);
  };

/** Values of different types are unequal; what is undefined is neither equal nor unequal to anything. */
const equality =
  (left: Evaluate, right: Evaluate, wanted: boolean): Evaluate =>
  (frame) => {
    const first = left(frame);
    const second = right(frame);
    return first === undefined || second === undefined ? undefined : equalValues(first, second) === wanted;
  };

const arithmetic =
  (left: Evaluate, right: Evaluate, apply: (left: number, right: number) => number): Evaluate =>
  (frame) => {
    const first = left(frame);
    const second = right(frame);
    return typeof first === "number" && typeof second === "number" ? finite(apply(first, second)) : undefined;
  };

const concatenation =
  (left: Evaluate, right: Evaluate): Evaluate =>
  (frame) => {
    const first = left(frame);
    const second = right(frame);
    return typeof first === "string" && typeof second === "string" ? first + second : undefined;
  };

/** Joins two compiled operands by an operator. */
export const evaluateBinary = (operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate => {
  switch (operator) {
    case "AND":
      return conjunction(left, right);
    case "OR":
      return disjunction(left, right);
    case "??":
      return (frame) => {
        const first = left(frame);
        return first === undefined ? right(frame) : first;
      };
    case "=":
      return equality(left, right, true);
    case "!=":
      return equality(left, right, false);
    case "<":
      return order(left, right, (found) => found < 0);
    case "<=":
      return order(left, right, (found) => found <= 0);
    case ">":
      return order(left, right, (found) => found > 0);
    case ">=":
      return order(left, right, (found) => found >= 0);
    case "||":
      return concatenation(left, right);
    case "+":
      return arithmetic(left, right, (first, second) => first + second);
    case "-":
      return arithmetic(left, right, (first, second) => first - second);
    case "*":
      return arithmetic(left, right, (first, second) => first * second);
    case "/":
      return arithmetic(left, right, (first, second) => first / second);
    case "%":
      return arithmetic(left, right, (first, second) => first % second);
    case "|":
      return arithmetic(left, right, (first, second) => first | second);
    case "^":
      return arithmetic(left, right, (first, second) => first ^ second);
    case "&":
      return arithmetic(left, right, (first, second) => first & second);
    case "<<":
      return arithmetic(left, right, (first, second) => first << second);
    case ">>":
      return arithmetic(left, right, (first, second) => first >> second);
    default:
      return arithmetic(left, right, (first, second) => first >>> second);
  }
};
