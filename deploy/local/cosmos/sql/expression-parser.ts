import type { Cursor } from "./cursor.ts";
import { FUNCTIONS } from "./functions.ts";
import type { AggregateName, BinaryOperator, Expression } from "./syntax.ts";
import { syntaxError } from "./tokenizer.ts";

/** Deeper nesting is refused rather than overflowing the stack. */
const DEEPEST = 200;

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

const AGGREGATES: ReadonlySet<string> = new Set(["COUNT", "SUM", "MIN", "MAX", "AVG"]);
const isAggregate = (name: string): name is AggregateName => AGGREGATES.has(name);

const LITERALS: ReadonlyMap<string, Expression> = new Map([
  ["TRUE", { kind: "constant", value: true }],
  ["FALSE", { kind: "constant", value: false }],
  ["NULL", { kind: "constant", value: null }],
  ["UNDEFINED", { kind: "constant", value: undefined }],
]);

const RESERVED: ReadonlySet<string> = new Set(
  "SELECT FROM WHERE ORDER BY GROUP OFFSET LIMIT TOP DISTINCT VALUE AS IN AND OR NOT BETWEEN LIKE ESCAPE JOIN ASC DESC EXISTS ARRAY".split(
    " ",
  ),
);

/** Tells whether a word has a meaning of its own, so that it cannot be a name. */
export const isReserved = (word: string): boolean => RESERVED.has(word.toUpperCase());

/** Tells whether a name may stand for the item. */
export interface Names {
  readonly isAlias: (name: string) => boolean;
}

const not = (operand: Expression): Expression => ({ kind: "unary", operator: "NOT", operand });

/**
 * Parses a scalar expression at the cursor.
 * @param names tells which name stands for the item
 * @throws Refusal (400) with the place of what is wrong
 */
export const parseExpression = (cursor: Cursor, names: Names): Expression => {
  let depth = 0;

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

  const call = (): Expression => {
    const start = cursor.now().start;
    const written = cursor.take().text;
    const name = written.toUpperCase();
    cursor.expectSymbol("(");
    if (name === "COUNT" && cursor.takeSymbol("*")) {
      cursor.expectSymbol(")");
      return { kind: "aggregate", name, operand: { kind: "constant", value: 1 }, at: start, to: cursor.end() };
    }
    const parts = list(")");
    const to = cursor.end();
    if (isAggregate(name)) {
      const [operand] = parts;
      if (operand === undefined || parts.length > 1) throw syntaxError(`${name} takes one argument.`, start, to);
      return { kind: "aggregate", name, operand, at: start, to };
    }
    const known = FUNCTIONS.get(name);
    if (known === undefined) throw syntaxError(`'${written}' is not a function that this endpoint has.`, start, to);
    if (parts.length < known.least || parts.length > known.most) {
      throw syntaxError(`The function '${written}' does not take ${parts.length} arguments.`, start, to);
    }
    return { kind: "call", name, parts, at: start, to };
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
      if (cursor.isWord("SELECT")) cursor.fail("Subqueries are not supported by this endpoint.");
      const inner = whole();
      cursor.expectSymbol(")");
      return inner;
    }
    if (cursor.takeSymbol("[")) return { kind: "array", items: list("]") };
    if (cursor.takeSymbol("{")) return objectLiteral();
    if (token.kind !== "name") return cursor.fail();
    if (cursor.next().kind === "symbol" && cursor.next().text === "(") {
      if (/^(?:EXISTS|ARRAY)$/i.test(token.text)) cursor.fail("Subqueries are not supported by this endpoint.");
      return call();
    }
    if (names.isAlias(token.text)) {
      cursor.take();
      return { kind: "root" };
    }
    const literal = LITERALS.get(token.text.toUpperCase());
    if (literal !== undefined) {
      cursor.take();
      return literal;
    }
    if (isReserved(token.text)) return cursor.fail();
    return cursor.fail(`Identifier '${token.text}' could not be resolved.`);
  };

  const postfix = (): Expression => {
    let of = primary();
    while (true) {
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
      if (cursor.takeSymbol(operator)) return { kind: "unary", operator, operand: nested(unary) };
    }
    return postfix();
  };

  const operators = (level: number): Expression => {
    const symbols = LEVELS[level];
    if (symbols === undefined) return unary();
    let left = operators(level + 1);
    while (true) {
      const operator = symbols.find((symbol) => cursor.takeSymbol(symbol));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: operators(level + 1) };
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

  const comparison = (): Expression => {
    const left = operators(0);
    const negated = cursor.takeWord("NOT");
    const maybeNot = negated ? not : (expression: Expression): Expression => expression;
    if (cursor.takeWord("IN")) {
      cursor.expectSymbol("(");
      return maybeNot({ kind: "in", operand: left, choices: list(")") });
    }
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

  const negation = (): Expression => (cursor.takeWord("NOT") ? not(nested(negation)) : comparison());

  const conjunction = (): Expression => {
    let left = negation();
    while (cursor.takeWord("AND")) left = { kind: "binary", operator: "AND", left, right: negation() };
    return left;
  };

  const disjunction = (): Expression => {
    let left = conjunction();
    while (cursor.takeWord("OR")) left = { kind: "binary", operator: "OR", left, right: conjunction() };
    return left;
  };

  const coalescence = (): Expression => {
    let left = disjunction();
    while (cursor.takeSymbol("??")) left = { kind: "binary", operator: "??", left, right: disjunction() };
    return left;
  };

  const conditional = (): Expression => {
    const test = coalescence();
    if (!cursor.takeSymbol("?")) return test;
    const yes = whole();
    cursor.expectSymbol(":");
    return { kind: "conditional", test, yes, no: whole() };
  };

  const nested = (parse: () => Expression): Expression => {
    depth++;
    if (depth > DEEPEST) cursor.fail("The query is nested too deeply.");
    const expression = parse();
    depth--;
    return expression;
  };

  const whole = (): Expression => nested(conditional);

  return whole();
};
