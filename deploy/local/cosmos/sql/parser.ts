import { type Cursor, cursorOver } from "./cursor.ts";
import { isReserved, type Names, parseExpression } from "./expression-parser.ts";
import type { Column, Expression, Located, OrderKey, Query, Selection } from "./syntax.ts";
import { tokenize } from "./tokenizer.ts";

const LONGEST_QUERY = 262_144;

const located = (cursor: Cursor, names: Names): Located => {
  const { start } = cursor.now();
  const expression = parseExpression(cursor, names);
  return { expression, start, end: cursor.end() };
};

const nameOf = (expression: Expression, unnamed: () => string, alias: string | undefined): string => {
  if (expression.kind === "root") return alias ?? "";
  if (
    expression.kind === "member" &&
    expression.name.kind === "constant" &&
    typeof expression.name.value === "string"
  ) {
    return expression.name.value;
  }
  return unnamed();
};

const plainName = (cursor: Cursor): string => {
  const token = cursor.now();
  if (token.kind !== "name" || isReserved(token.text)) return cursor.fail();
  cursor.take();
  return token.text;
};

const columns = (cursor: Cursor, names: Names, alias: string | undefined): Column[] => {
  const list: Column[] = [];
  let unnamed = 0;
  do {
    const column = located(cursor, names);
    const explicit = cursor.takeWord("AS") || (cursor.now().kind === "name" && !isReserved(cursor.now().text));
    const name = explicit ? cursor.take().text : nameOf(column.expression, () => `$${++unnamed}`, alias);
    list.push({ ...column, name });
  } while (cursor.takeSymbol(","));
  return list;
};

const selection = (cursor: Cursor, names: Names, alias: string | undefined): Selection => {
  if (cursor.takeSymbol("*")) return { kind: "all" };
  if (cursor.takeWord("VALUE")) return { kind: "value", value: located(cursor, names) };
  return { kind: "columns", columns: columns(cursor, names, alias) };
};

/** Finds the item's alias before the rest is parsed: the select list comes first, but uses it. */
const findAlias = (cursor: Cursor): string | undefined => {
  let depth = 0;
  while (cursor.now().kind !== "end") {
    if (cursor.isSymbol("(") || cursor.isSymbol("[") || cursor.isSymbol("{")) depth++;
    if (cursor.isSymbol(")") || cursor.isSymbol("]") || cursor.isSymbol("}")) depth--;
    if (depth === 0 && cursor.isWord("FROM")) {
      cursor.take();
      return fromClause(cursor);
    }
    // A property may be called what a keyword is called.
    cursor.takeSymbol(".");
    cursor.take();
  }
  return undefined;
};

const fromClause = (cursor: Cursor): string => {
  const source = plainName(cursor);
  if (cursor.isSymbol(".") || cursor.isSymbol("[") || cursor.isWord("IN")) {
    cursor.fail("Only the container itself can stand after FROM on this endpoint.");
  }
  if (cursor.takeWord("AS")) return plainName(cursor);
  const token = cursor.now();
  const alias = token.kind === "name" && !isReserved(token.text) ? cursor.take().text : source;
  if (cursor.isWord("JOIN") || cursor.isSymbol(",")) cursor.fail("JOIN is not supported by this endpoint.");
  return alias;
};

const orderKeys = (cursor: Cursor, names: Names): OrderKey[] => {
  const keys: OrderKey[] = [];
  do {
    const key = located(cursor, names);
    const descending = cursor.takeWord("DESC");
    if (!descending) cursor.takeWord("ASC");
    keys.push({ ...key, descending });
  } while (cursor.takeSymbol(","));
  return keys;
};

/**
 * Parses a query.
 * @throws Refusal (400) with the place of what is wrong or not supported
 */
export const parseQuery = (text: string): Query => {
  const tokens = tokenize(text);
  const cursor = cursorOver(tokens);
  if (text.length > LONGEST_QUERY) cursor.fail("The query is too long.");
  const alias = findAlias(cursorOver(tokens));
  const names: Names = { isAlias: (name) => name === alias };
  const count = (): Expression => parseExpression(cursor, { isAlias: () => false });

  cursor.expectWord("SELECT");
  if (cursor.isWord("DISTINCT")) cursor.fail("DISTINCT is not supported by this endpoint.");
  const top = cursor.takeWord("TOP") ? topCount(cursor) : undefined;
  const selected = selection(cursor, names, alias);
  if (cursor.takeWord("FROM")) fromClause(cursor);
  else if (selected.kind === "all") cursor.fail("SELECT * needs a FROM clause.");
  const where = cursor.takeWord("WHERE") ? located(cursor, names) : undefined;
  if (cursor.isWord("GROUP")) cursor.fail("GROUP BY is not supported by this endpoint.");
  let orderBy: OrderKey[] = [];
  if (cursor.takeWord("ORDER")) {
    cursor.expectWord("BY");
    orderBy = orderKeys(cursor, names);
  }
  const offset = cursor.takeWord("OFFSET") ? count() : undefined;
  if (offset !== undefined && !cursor.isWord("LIMIT")) cursor.fail("OFFSET needs LIMIT after it.");
  const limit = offset !== undefined && cursor.takeWord("LIMIT") ? count() : undefined;
  if (cursor.now().kind !== "end") cursor.fail();
  return { text, selection: selected, top, alias, where, orderBy, offset, limit };
};

const topCount = (cursor: Cursor): Expression => {
  const token = cursor.take();
  if (token.kind === "number") return { kind: "constant", value: Number(token.text) };
  if (token.kind === "parameter") return { kind: "parameter", name: token.text, at: token.start, to: token.end };
  return cursor.fail("TOP needs a number or a parameter.");
};
