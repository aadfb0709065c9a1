import { syntaxError, type Token } from "./tokenizer.ts";

/** Walks over the tokens of a query. */
export interface Cursor {
  /** The token at the present place. */
  readonly now: () => Token;
  /** The token one further. */
  readonly next: () => Token;
  /** Where the cursor is, for a later `seek`. */
  readonly place: () => number;
  readonly seek: (place: number) => void;
  /** Takes the present token. */
  readonly take: () => Token;
  /** The end offset of the token taken last. */
  readonly end: () => number;
  readonly isSymbol: (symbol: string) => boolean;
  readonly isWord: (word: string) => boolean;
  readonly takeSymbol: (symbol: string) => boolean;
  /** Takes a keyword, in any case. */
  readonly takeWord: (word: string) => boolean;
  readonly expectSymbol: (symbol: string) => void;
  readonly expectWord: (word: string) => void;
  /** Refuses the query at the present token. */
  readonly fail: (message?: string, code?: string) => never;
}

const END: Token = { kind: "end", text: "", content: "", start: 0, end: 0 };

/** Makes a cursor at the first of the tokens. */
export const cursorOver = (tokens: readonly Token[]): Cursor => {
  let at = 0;
  const peek = (ahead: number): Token => tokens[Math.min(at + ahead, tokens.length - 1)] ?? END;
  const fail = (message?: string, code?: string): never => {
    const token = peek(0);
    const near = token.kind === "end" ? "the end of the query" : `'${token.text}'`;
    throw syntaxError(message ?? `Syntax error, incorrect syntax near ${near}.`, token.start, token.end, code);
  };
  const isSymbol = (symbol: string): boolean => peek(0).kind === "symbol" && peek(0).text === symbol;
  const isWord = (word: string): boolean => peek(0).kind === "name" && peek(0).text.toUpperCase() === word;
  const takeIf = (condition: boolean): boolean => {
    if (condition) at++;
    return condition;
  };
  return {
    now: () => peek(0),
    next: () => peek(1),
    place: () => at,
    seek: (place) => {
      at = place;
    },
    take: () => {
      const token = peek(0);
      at++;
      return token;
    },
    end: () => tokens[at - 1]?.end ?? 0,
    isSymbol,
    isWord,
    takeSymbol: (symbol) => takeIf(isSymbol(symbol)),
    takeWord: (word) => takeIf(isWord(word)),
    expectSymbol: (symbol) => {
      if (!takeIf(isSymbol(symbol))) fail();
    },
    expectWord: (word) => {
      if (!takeIf(isWord(word))) fail();
    },
    fail,
  };
};
