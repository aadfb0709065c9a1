import type { Cursor } from "./cursor.ts";
import { isReserved } from "./names.ts";
import { checkPath, nested, newSlot, type Scope } from "./scope.ts";
import type { Expression, Source, Span } from "./syntax.ts";
import { FAULT, syntaxError } from "./tokenizer.ts";

/** Cosmos's own limit on the number of JOINs, and with it on the number of sources. */
const MOST_SOURCES = 11;

/** What a FROM clause adds to a query. */
export interface From {
  readonly sources: readonly Source[];
  /** What names mean after it. */
  readonly scope: Scope;
  /** The name of the first source, if it has one. */
  readonly alias: string | undefined;
  /** What `SELECT *` gives: the only source, or undefined when there are several. */
  readonly only: Expression | undefined;
  readonly readsContainer: boolean;
}

/** Takes a name that is no reserved word. */
export const plainName = (cursor: Cursor): string => {
  const token = cursor.now();
  if (token.kind !== "name" || isReserved(token.text)) return cursor.fail();
  cursor.take();
  return token.text;
};

/** Takes a name after AS, or a name that stands alone. */
export const optionalName = (cursor: Cursor): string | undefined => {
  if (cursor.takeWord("AS")) return plainName(cursor);
  const token = cursor.now();
  return token.kind === "name" && !isReserved(token.text) ? cursor.take().text : undefined;
};

/** A step of a path in a FROM clause: `.name`, `["name"]` or `[0]`. */
const step = (cursor: Cursor): string | number | undefined => {
  if (cursor.takeSymbol(".")) {
    if (cursor.now().kind !== "name") return cursor.fail();
    return cursor.take().text;
  }
  if (!cursor.takeSymbol("[")) return undefined;
  const token = cursor.take();
  if (token.kind !== "string" && token.kind !== "number") return cursor.fail();
  cursor.expectSymbol("]");
  return token.kind === "string" ? token.content : Number(token.text);
};

/** Finds the FROM clause of the query whose select list begins at the cursor: names come later than their use. */
const seekFrom = (cursor: Cursor): boolean => {
  let depth = 0;
  while (cursor.now().kind !== "end") {
    if (depth === 0 && cursor.isWord("FROM")) return true;
    if (cursor.isSymbol("(") || cursor.isSymbol("[") || cursor.isSymbol("{")) depth++;
    if (cursor.isSymbol(")") || cursor.isSymbol("]") || cursor.isSymbol("}")) depth--;
    if (depth < 0) return false;
    // A property may be called what a keyword is called.
    cursor.takeSymbol(".");
    cursor.take();
  }
  return false;
};

/** The sources of one FROM clause, as they are read. */
interface Reading {
  readonly sources: Source[];
  readonly aliases: Map<string, Expression>;
  readonly own: Set<string>;
  readsContainer: boolean;
}

/** Gives a source its name. @param at where the name stands, if not just before the cursor */
const bind = (
  cursor: Cursor,
  { aliases, own }: Reading,
  name: string | undefined,
  meaning: Expression,
  at: Span | undefined,
): Expression => {
  if (name === undefined) return meaning;
  if (own.has(name)) {
    const { start, end } = at ?? { start: cursor.end() - name.length, end: cursor.end() };
    const message = `The input alias '${name}' is specified more than once in the FROM clause.`;
    throw syntaxError(message, start, end, FAULT.duplicateAlias);
  }
  own.add(name);
  aliases.set(name, meaning);
  return meaning;
};

/** The name before IN, and where it stands. */
interface Iterator extends Span {
  readonly name: string;
}

/** What the first name of a path means: an alias that is known by now, or else the container. */
const base = (cursor: Cursor, scope: Scope, reading: Reading): { of: Expression; name: string } => {
  const name = plainName(cursor);
  const known = reading.aliases.get(name);
  if (known !== undefined) return { of: known, name };
  if (!scope.mayReadContainer || reading.sources.length > 0) {
    cursor.seek(cursor.place() - 1);
    cursor.fail(`Identifier '${name}' could not be resolved.`, FAULT.unresolvedName);
  }
  reading.readsContainer = true;
  reading.sources.push({ kind: "container" });
  return { of: { kind: "root" }, name };
};

const pathSource = (cursor: Cursor, scope: Scope, reading: Reading, iterator: Iterator | undefined): Expression => {
  const hadSources = reading.sources.length;
  const { of: start, name } = base(cursor, scope, reading);
  let of = start;
  let last: string | number | undefined = name;
  for (let next = step(cursor), steps = 1; next !== undefined; next = step(cursor), steps++) {
    checkPath(cursor, steps);
    of = { kind: "member", of, name: { kind: "constant", value: next } };
    last = next;
  }
  const alias = iterator?.name ?? optionalName(cursor) ?? (typeof last === "string" ? last : undefined);
  const isContainer = of === start && reading.sources.length > hadSources && iterator === undefined;
  if (isContainer) return bind(cursor, reading, alias, of, iterator);
  const slot = newSlot(scope);
  reading.sources.push({ kind: "path", slot, each: iterator !== undefined, of });
  return bind(cursor, reading, alias, { kind: "alias", slot, name: alias ?? "" }, iterator);
};

const querySource = (cursor: Cursor, scope: Scope, reading: Reading, iterator: Iterator | undefined): Expression => {
  cursor.expectSymbol("(");
  const mayReadContainer = scope.mayReadContainer && reading.sources.length === 0;
  const inner: Scope = { ...scope, aliases: new Map(reading.aliases), mayReadContainer };
  const query = nested(cursor, scope, () => scope.subquery(cursor, inner));
  cursor.expectSymbol(")");
  const alias = iterator?.name ?? optionalName(cursor);
  if (query.readsContainer) reading.readsContainer = true;
  const slot = newSlot(scope);
  reading.sources.push({ kind: "query", slot, each: iterator !== undefined, query });
  return bind(cursor, reading, alias, { kind: "alias", slot, name: alias ?? "" }, iterator);
};

/** Parses a source, and gives the expression that stands for what it gives. */
const source = (cursor: Cursor, scope: Scope, reading: Reading): Expression => {
  if (++scope.state.sources > MOST_SOURCES) {
    cursor.fail(`The query has more than ${MOST_SOURCES - 1} JOINs.`);
  }
  const name = cursor.now();
  const next = cursor.next();
  let iterator: Iterator | undefined;
  if (name.kind === "name" && next.kind === "name" && next.text.toUpperCase() === "IN") {
    iterator = { name: plainName(cursor), start: name.start, end: name.end };
    cursor.expectWord("IN");
  }
  const read = cursor.isSymbol("(") ? querySource : pathSource;
  return read(cursor, scope, reading, iterator);
};

/**
 * Parses the FROM clause of the query whose select list begins at the cursor, and leaves the cursor behind the clause.
 * @returns undefined, the cursor anywhere, when there is none
 * @throws Refusal (400) with the place of what is wrong
 */
export const parseFrom = (cursor: Cursor, outer: Scope): From | undefined => {
  if (!seekFrom(cursor)) return undefined;
  cursor.expectWord("FROM");
  const reading: Reading = { sources: [], aliases: new Map(outer.aliases), own: new Set(), readsContainer: false };
  const first = source(cursor, outer, reading);
  let only: Expression | undefined = first;
  const [alias] = reading.own;
  while (cursor.takeWord("JOIN") || cursor.takeSymbol(",")) {
    source(cursor, outer, reading);
    only = undefined;
  }
  const { sources, aliases, readsContainer } = reading;
  return { sources, scope: { ...outer, aliases, mayReadContainer: false }, alias, only, readsContainer };
};
