import type { Cursor } from "./cursor.ts";
import { FUNCTIONS } from "./functions.ts";
import type { AggregateName, Expression } from "./syntax.ts";
import { FAULT, syntaxError } from "./tokenizer.ts";
import { hasKind } from "./walk.ts";

const AGGREGATES: ReadonlySet<string> = new Set("COUNT SUM MIN MAX AVG COUNTIF MAKELIST MAKESET".split(" "));
const isAggregate = (name: string): name is AggregateName => AGGREGATES.has(name);

/** Families of functions that Cosmos has and this endpoint has not. */
const MISSING: readonly (readonly [RegExp, string])[] = [
  [/^_?(?:ST_|GEO)/, "Spatial functions"],
  [/^_?(?:FULLTEXT|RRF$)/, "Full-text functions"],
  [/^VECTORDISTANCE$/, "Vector functions"],
];

/** Refuses a family of functions that Cosmos has and this endpoint has not, by the name of one of them. */
export const refuseMissing = (written: string, start: number, end: number): void => {
  const name = written.toUpperCase();
  const family = MISSING.find(([pattern]) => pattern.test(name))?.[1];
  if (family === undefined) return;
  throw syntaxError(
    `${family} such as '${written}' are not supported by this endpoint.`,
    start,
    end,
    FAULT.unknownFunction,
  );
};

const aggregate = (name: AggregateName, parts: readonly Expression[], at: number, to: number): Expression => {
  const [operand] = parts;
  if (operand === undefined || parts.length > 1) {
    throw syntaxError(`The ${name} function requires 1 argument(s).`, at, to, FAULT.argumentCount);
  }
  if (hasKind(operand, "aggregate", "subquery")) {
    throw syntaxError(
      "Cannot perform an aggregate function on an expression containing an aggregate or a subquery.",
      at,
      to,
      FAULT.aggregateOfAggregate,
    );
  }
  return { kind: "aggregate", name, operand, at, to };
};

const many = (least: number, most: number): string => {
  if (most === Number.POSITIVE_INFINITY) return `at least ${least}`;
  return least === most ? String(least) : `${least} to ${most}`;
};

/**
 * Parses a call of a function or an aggregate at the cursor.
 * @param list parses expressions up to a closing symbol
 * @throws Refusal (400) for a function that is not there, or the wrong number of arguments
 */
export const parseCall = (cursor: Cursor, list: (close: string) => Expression[]): Expression => {
  const at = cursor.now().start;
  const written = cursor.take().text;
  const name = written.toUpperCase();
  const nameEnd = cursor.end();
  cursor.expectSymbol("(");
  if (name === "COUNT" && cursor.takeSymbol("*")) {
    cursor.expectSymbol(")");
    return { kind: "aggregate", name, operand: { kind: "constant", value: 1 }, at, to: cursor.end() };
  }
  refuseMissing(written, at, nameEnd);
  const known = FUNCTIONS.get(name);
  if (known === undefined && !isAggregate(name)) {
    throw syntaxError(`'${written}' is not a recognized built-in function name.`, at, nameEnd, FAULT.unknownFunction);
  }
  const parts = list(")");
  const to = cursor.end();
  if (known === undefined) return isAggregate(name) ? aggregate(name, parts, at, to) : cursor.fail();
  if (parts.length < known.least || parts.length > known.most) {
    throw syntaxError(
      `The ${name} function requires ${many(known.least, known.most)} argument(s).`,
      at,
      to,
      FAULT.argumentCount,
    );
  }
  return { kind: "call", name, parts, at, to };
};
