import { parseQuery } from "../sql/parser.ts";
import type { Query } from "../sql/syntax.ts";

/** Parses the text of a query, or gives what it parsed before: parameters are no part of it. Throws a `Refusal` (400). */
export type ParsedQueries = (text: string) => Query;

const REMEMBERED_QUERIES = 500;

/** Makes a parser that remembers the queries it saw lately. */
export const parsedQueries = (): ParsedQueries => {
  const known = new Map<string, Query>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const query = parseQuery(text);
    if (known.size >= REMEMBERED_QUERIES) known.clear();
    known.set(text, query);
    return query;
  };
};
