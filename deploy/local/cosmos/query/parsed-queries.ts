import { parseQuery } from "../sql/parser.ts";
import type { Query } from "../sql/syntax.ts";

/** Parses the text of a query, or gives what it parsed before: parameters are no part of it. Throws a `Refusal` (400). */
export type ParsedQueries = (text: string) => Query;

const REMEMBERED_QUERIES = 500;
/** A query may have 2 MB, and takes up many times that when it is parsed. */
const LONGEST_REMEMBERED = 16_384;

/** Makes a parser that remembers the queries it saw lately, but for very long ones. */
export const parsedQueries = (): ParsedQueries => {
  const known = new Map<string, Query>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const query = parseQuery(text);
    if (text.length > LONGEST_REMEMBERED) return query;
    if (known.size >= REMEMBERED_QUERIES) known.clear();
    known.set(text, query);
    return query;
  };
};
