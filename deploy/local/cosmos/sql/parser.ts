import { type Cursor, cursorOver } from "./cursor.ts";
import { parseExpression } from "./expression-parser.ts";
import { type From, optionalName, parseFrom } from "./from-parser.ts";
import { refuseMissing } from "./call-parser.ts";
import { checkGroups, checkOrder, hasAggregates, refuseAggregates } from "./rules.ts";
import { emptyScope, type Scope } from "./scope.ts";
import type { Column, Expression, Located, OrderKey, Query, Selection, Span } from "./syntax.ts";
import { FAULT, syntaxError, tokenize } from "./tokenizer.ts";

const LONGEST_QUERY = 262_144;
const LARGEST_COUNT = 2 ** 32 - 1;

const located = (cursor: Cursor, scope: Scope): Located => {
  const { start } = cursor.now();
  const expression = parseExpression(cursor, scope);
  return { expression, start, end: cursor.end() };
};

const nameOf = (expression: Expression, unnamed: () => string, root: string | undefined): string => {
  if (expression.kind === "root") return root ?? "";
  if (expression.kind === "alias") return expression.name;
  if (
    expression.kind === "member" &&
    expression.name.kind === "constant" &&
    typeof expression.name.value === "string"
  ) {
    return expression.name.value;
  }
  return unnamed();
};

const columns = (cursor: Cursor, scope: Scope): Column[] => {
  const list: Column[] = [];
  const root = [...scope.aliases].find(([, meaning]) => meaning.kind === "root")?.[0];
  let unnamed = 0;
  do {
    const column = located(cursor, scope);
    // After AS any word is a name, also one with a meaning of its own.
    const explicit =
      cursor.isWord("AS") && cursor.next().kind === "name" ? cursor.take() && cursor.take().text : undefined;
    const name = explicit ?? optionalName(cursor) ?? nameOf(column.expression, () => `$${++unnamed}`, root);
    list.push({ ...column, name });
  } while (cursor.takeSymbol(","));
  return list;
};

/** Refuses `SELECT *` where it is not clear what it stands for. */
const checkStar = (selection: Selection, from: From | undefined, { start, end }: Span): void => {
  if (selection.kind !== "all") return;
  if (from === undefined) {
    throw syntaxError("'SELECT *' is not valid if FROM clause is omitted.", start, end, FAULT.starWithoutFrom);
  }
  if (from.only === undefined) {
    throw syntaxError("'SELECT *' is only valid with a single input set.", start, end, FAULT.starOverManySources);
  }
};

const select = (cursor: Cursor, scope: Scope, from: From | undefined): Selection => {
  if (cursor.takeSymbol("*")) return { kind: "all", of: from?.only ?? { kind: "root" } };
  if (cursor.takeWord("VALUE")) return { kind: "value", value: located(cursor, scope) };
  return { kind: "columns", columns: columns(cursor, scope) };
};

/** A count of TOP, OFFSET or LIMIT: a number or a parameter. */
const count = (cursor: Cursor, clause: string): Expression => {
  const token = cursor.now();
  if (token.kind === "parameter") {
    cursor.take();
    return { kind: "parameter", name: token.text, at: token.start, to: token.end };
  }
  if (token.kind !== "number") return cursor.fail();
  const value = Number(cursor.take().text);
  if (Number.isInteger(value) && value <= LARGEST_COUNT) return { kind: "constant", value };
  throw syntaxError(
    `The count value provided for a ${clause} clause must be an integer.`,
    token.start,
    token.end,
    FAULT.countNotInteger,
  );
};

const list = <Item>(cursor: Cursor, item: () => Item): Item[] => {
  const items: Item[] = [];
  do items.push(item());
  while (cursor.takeSymbol(","));
  return items;
};

const orderKeys = (cursor: Cursor, scope: Scope): OrderKey[] => {
  const { start, end } = cursor.now();
  if (cursor.isWord("RANK") && cursor.next().kind === "name") refuseMissing("FullTextScore", start, end);
  return list(cursor, () => {
    const key = located(cursor, scope);
    const descending = cursor.takeWord("DESC");
    if (!descending) cursor.takeWord("ASC");
    return { ...key, descending };
  });
};

/** Parses a clause that begins with two words, or gives nothing when it is not there. */
const clause = <Item>(cursor: Cursor, word: string, items: () => Item[]): Item[] => {
  if (!cursor.takeWord(word)) return [];
  cursor.expectWord("BY");
  return items();
};

const parseSelect = (cursor: Cursor, outer: Scope, text: string): Query => {
  const { start } = cursor.now();
  cursor.expectWord("SELECT");
  const distinct = cursor.takeWord("DISTINCT");
  const top = cursor.takeWord("TOP") ? count(cursor, "TOP") : undefined;
  const listPlace = cursor.place();
  const from = parseFrom(cursor, outer);
  const fromEnd = { place: cursor.place(), offset: cursor.end() };
  const scope = from?.scope ?? { ...outer, mayReadContainer: false };
  cursor.seek(listPlace);
  const star: Span = cursor.now();
  const selection = select(cursor, scope, from);
  let fromSpan: Span | undefined;
  if (from !== undefined) {
    cursor.expectWord("FROM");
    fromSpan = { start: cursor.now().start, end: fromEnd.offset };
    cursor.seek(fromEnd.place);
  }
  const where = cursor.takeWord("WHERE") ? located(cursor, scope) : undefined;
  if (where !== undefined) refuseAggregates(where, "WHERE");
  const groupBy = clause(cursor, "GROUP", () => list(cursor, () => located(cursor, scope)));
  const orderBy = clause(cursor, "ORDER", () => orderKeys(cursor, scope));
  const offset = cursor.takeWord("OFFSET") ? count(cursor, "OFFSET") : undefined;
  if (offset !== undefined) cursor.expectWord("LIMIT");
  const limit = offset === undefined ? undefined : count(cursor, "LIMIT");
  if (outer.state.depth === 0 && cursor.now().kind !== "end") cursor.fail();
  checkStar(selection, from, star);
  checkGroups(text, selection, groupBy, star);
  const query: Query = {
    text,
    start,
    end: cursor.end(),
    distinct,
    top,
    selection,
    where,
    groupBy,
    orderBy,
    offset,
    limit,
    sources: from?.sources ?? [],
    from: fromSpan,
    alias: from?.alias,
    readsContainer: from?.readsContainer ?? false,
    aggregates: hasAggregates(selection),
    slots: outer.state.slots,
  };
  checkOrder(query);
  return query;
};

/**
 * Parses a query.
 * @throws Refusal (400) with the place of what is wrong or not supported
 */
export const parseQuery = (text: string): Query => {
  const cursor = cursorOver(tokenize(text));
  if (text.length > LONGEST_QUERY) cursor.fail("The query is too long.");
  const subquery: Scope["subquery"] = (inner, scope) => parseSelect(inner, scope, text);
  return parseSelect(cursor, emptyScope(subquery), text);
};
