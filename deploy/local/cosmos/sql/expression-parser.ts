import { parseCall } from "./call-parser.ts";
import type { Cursor } from "./cursor.ts";
import { isReserved } from "./names.ts";
import { checkPath, nested, type Scope } from "./scope.ts";
import type { BinaryOperator, Expression, SubqueryForm } from "./syntax.ts";
import { FAULT, syntaxError } from "./tokenizer.ts";

/** Cosmos's own limit (`maxInExpressionItemsCount`). */
const MOST_CHOICES = 16_000;

/** More could overflow the stack: each makes the tree of a query deeper by one. AND and OR do not. */
const MOST_OPERATORS = 1_000;

/** Binary operators that associate to the left, from the weakest to the strongest. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["||"],
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>>", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

const COMPARISONS: Readonly<Record<string, BinaryOperator>> = {
  "=": "=",
  "!=": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

const LITERALS: ReadonlyMap<string, Expression> = new Map([
  ["TRUE", { kind: "constant", value: true }],
  ["FALSE", { kind: "constant", value: false }],
  ["NULL", { kind: "constant", value: null }],
  ["UNDEFINED", { kind: "constant", value: undefined }],
  ["NAN", { kind: "constant", value: Number.NaN }],
  ["INFINITY", { kind: "constant", value: Number.POSITIVE_INFINITY }],
]);

/** What stands before the parenthesis of a subquery, and what is then made of its rows. */
const SUBQUERY_FORMS: ReadonlyMap<string, SubqueryForm> = new Map([
  ["EXISTS", "exists"],
  ["ARRAY", "array"],
  ["ALL", "all"],
  ["FIRST", "first"],
  ["LAST", "last"],
]);

/** Joins conditions to a tree that is no deeper than it must be: SDKs that read many items write thousands of them. */
const balanced = (operator: "AND" | "OR", first: Expression, others: readonly Expression[]): Expression => {
  let level: readonly Expression[] = [first, ...others];
  while (level.length > 1) {
    const pairs: Expression[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left = first, right] = level.slice(index, index + 2);
      pairs.push(right === undefined ? left : { kind: "binary", operator, left, right });
    }
    level = pairs;
  }
  return level[0] ?? first;
};

const not = (operand: Expression): Expression => ({ kind: "unary", operator: "NOT", operand });

/**
 * Parses a scalar expression at the cursor.
 * @param scope tells what names mean here
 * @throws Refusal (400) with the place of what is wrong
 */
export const parseExpression = (cursor: Cursor, scope: Scope): Expression => {
  const list = (close: string): Expression[] => {
    const items: Expression[] = [];
    if (cursor.takeSymbol(close)) return items;
    do items.push(whole());
    while (cursor.takeSymbol(","));
    cursor.expectSymbol(close);
    return items;
  };

  const objectLiteral = (): Expression => {
    const members: (readonly [string, Expression])[] = [];
    if (cursor.takeSymbol("}")) return { kind: "object", members };
    do {
      const token = cursor.take();
      if (token.kind !== "string" && token.kind !== "name") {
        throw syntaxError(`Syntax error, incorrect syntax near '${token.text}'.`, token.start, token.end);
      }
      cursor.expectSymbol(":");
      members.push([token.content, whole()]);
    } while (cursor.takeSymbol(","));
    cursor.expectSymbol("}");
    return { kind: "object", members };
  };

  /** A subquery whose opening parenthesis has been taken. */
  const subquery = (form: SubqueryForm, at: number): Expression => {
    const query = nested(cursor, scope, () => scope.subquery(cursor, { ...scope, mayReadContainer: false }));
    cursor.expectSymbol(")");
    return { kind: "subquery", form, query, at, to: cursor.end() };
  };

  const callOrSubquery = (): Expression => {
    const { text, start } = cursor.now();
    const form = SUBQUERY_FORMS.get(text.toUpperCase());
    if (form === undefined) return parseCall(cursor, list);
    cursor.take();
    cursor.expectSymbol("(");
    return subquery(form, start);
  };

  const name = (): Expression => {
    const { text, start, end } = cursor.now();
    const known = scope.aliases.get(text) ?? LITERALS.get(text.toUpperCase());
    if (known !== undefined) {
      cursor.take();
      return known;
    }
    if (text.toUpperCase() === "UDF" && cursor.next().text === ".") {
      throw syntaxError(
        "User-defined functions are not supported by this endpoint.",
        start,
        end,
        FAULT.unknownFunction,
      );
    }
    if (isReserved(text)) return cursor.fail();
    return cursor.fail(`Identifier '${text}' could not be resolved.`, FAULT.unresolvedName);
  };

  const primary = (): Expression => {
    const token = cursor.now();
    if (token.kind === "number") return { kind: "constant", value: Number(cursor.take().text) };
    if (token.kind === "string") return { kind: "constant", value: cursor.take().content };
    if (token.kind === "parameter") {
      cursor.take();
      return { kind: "parameter", name: token.text, at: token.start, to: token.end };
    }
    if (cursor.takeSymbol("(")) {
      if (cursor.isWord("SELECT")) return subquery("scalar", token.start);
      const inner = whole();
      cursor.expectSymbol(")");
      return inner;
    }
    if (cursor.takeSymbol("[")) return { kind: "array", items: list("]") };
    if (cursor.takeSymbol("{")) return objectLiteral();
    if (token.kind !== "name") return cursor.fail();
    const next = cursor.next();
    return next.kind === "symbol" && next.text === "(" ? callOrSubquery() : name();
  };

  const postfix = (): Expression => {
    let of = primary();
    for (let steps = 0; ; steps++) {
      checkPath(cursor, steps);
      if (cursor.takeSymbol(".")) {
        const token = cursor.now();
        if (token.kind !== "name") return cursor.fail();
        cursor.take();
        of = { kind: "member", of, name: { kind: "constant", value: token.text } };
      } else if (cursor.takeSymbol("[")) {
        of = { kind: "member", of, name: whole() };
        cursor.expectSymbol("]");
      } else return of;
    }
  };

  const unary = (): Expression => {
    for (const operator of ["-", "+", "~"] as const) {
      if (cursor.takeSymbol(operator)) return { kind: "unary", operator, operand: nested(cursor, scope, unary) };
    }
    return postfix();
  };

  const joined = (operator: BinaryOperator, left: Expression, right: () => Expression): Expression => {
    if (++scope.state.operators > MOST_OPERATORS) cursor.fail(`A query may have ${MOST_OPERATORS} operators at most.`);
    return { kind: "binary", operator, left, right: right() };
  };

  const operators = (level: number): Expression => {
    const symbols = LEVELS[level];
    if (symbols === undefined) return unary();
    let left = operators(level + 1);
    while (true) {
      const operator = symbols.find((symbol) => cursor.takeSymbol(symbol));
      if (operator === undefined) return left;
      left = joined(operator, left, () => operators(level + 1));
    }
  };

  const like = (operand: Expression): Expression => {
    const pattern = operators(0);
    if (!cursor.takeWord("ESCAPE")) return { kind: "like", operand, pattern, escape: undefined };
    const token = cursor.now();
    if (token.kind !== "string" || token.content.length !== 1) cursor.fail("ESCAPE needs a string of one character.");
    cursor.take();
    return { kind: "like", operand, pattern, escape: token.content };
  };

  const choices = (): Expression[] => {
    cursor.expectSymbol("(");
    if (cursor.isSymbol(")")) return cursor.fail();
    const items = list(")");
    if (items.length > MOST_CHOICES) return cursor.fail(`An IN list may have ${MOST_CHOICES} items at most.`);
    return items;
  };

  const comparison = (): Expression => {
    const left = operators(0);
    const negated = cursor.takeWord("NOT");
    const maybeNot = negated ? not : (expression: Expression): Expression => expression;
    if (cursor.takeWord("IN")) return maybeNot({ kind: "in", operand: left, choices: choices() });
    if (cursor.takeWord("BETWEEN")) {
      const low = operators(0);
      cursor.expectWord("AND");
      return maybeNot({ kind: "between", operand: left, low, high: operators(0) });
    }
    if (cursor.takeWord("LIKE")) return maybeNot(like(left));
    if (negated) return cursor.fail();
    const operator = cursor.now().kind === "symbol" ? COMPARISONS[cursor.now().text] : undefined;
    if (operator === undefined) return left;
    cursor.take();
    return { kind: "binary", operator, left, right: operators(0) };
  };

  const negation = (): Expression => (cursor.takeWord("NOT") ? not(nested(cursor, scope, negation)) : comparison());

  /** Conditions of which all, or one, must hold. */
  const conditions = (operator: "AND" | "OR", condition: () => Expression): Expression => {
    const first = condition();
    const others: Expression[] = [];
    while (cursor.takeWord(operator)) others.push(condition());
    return others.length === 0 ? first : balanced(operator, first, others);
  };

  const conjunction = (): Expression => conditions("AND", negation);

  const disjunction = (): Expression => conditions("OR", conjunction);

  const coalescence = (): Expression => {
    let left = disjunction();
    while (cursor.takeSymbol("??")) left = joined("??", left, disjunction);
    return left;
  };

  const conditional = (): Expression => {
    const test = coalescence();
    if (!cursor.takeSymbol("?")) return test;
    const yes = whole();
    cursor.expectSymbol(":");
    return { kind: "conditional", test, yes, no: whole() };
  };

  const whole = (): Expression => nested(cursor, scope, conditional);

  return whole();
};
