const RESERVED: ReadonlySet<string> = new Set(
  "SELECT FROM WHERE ORDER BY GROUP OFFSET LIMIT TOP DISTINCT VALUE AS IN AND OR NOT BETWEEN LIKE ESCAPE JOIN ASC DESC EXISTS ARRAY".split(
    " ",
  ),
);

/** Tells whether a word has a meaning of its own, so that it cannot be a name. */
export const isReserved = (word: string): boolean => RESERVED.has(word.toUpperCase());
