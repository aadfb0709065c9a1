import { badRequest, type Refusal } from "../errors.ts";

/** A piece of query text; `start` and `end` are offsets into it. */
export interface Token {
  readonly kind: "name" | "number" | "string" | "parameter" | "symbol" | "end";
  readonly text: string;
  /** The string's content, for a string. */
  readonly content: string;
  readonly start: number;
  readonly end: number;
}

/** Cosmos's own codes for what is wrong with a query. */
export const FAULT = {
  syntax: "SC1001",
  unresolvedName: "SC2001",
  unknownFunction: "SC2005",
  duplicateAlias: "SC2011",
  starWithoutFrom: "SC2030",
  starOverManySources: "SC2040",
  starWithGroups: "SC2041",
  argumentCount: "SC2050",
  countNotInteger: "SC2060",
  aggregateOfAggregate: "SC2101",
  neitherGroupedNorAggregated: "SC2102",
} as const;

/** Refuses a query (400) in the form clients know, with the place of what is wrong. */
export const syntaxError = (message: string, start: number, end: number, code: string = FAULT.syntax): Refusal => {
  const error = { severity: "Error", location: { start, end }, code, message };
  return badRequest(`Message: ${JSON.stringify({ errors: [error] })}`);
};

const SPACE = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y;
const PARAMETER = /@[\p{L}_\p{N}$]+/uy;
const SYMBOL = /!=|<>|<=|>=|<<|>>>|>>|\|\||\?\?|[()[\]{},.:*/%+\-=<>&|^~?]/y;

const PATTERNS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["name", NAME],
  ["number", NUMBER],
  ["string", STRING],
  ["parameter", PARAMETER],
  ["symbol", SYMBOL],
];

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

const contentOf = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, code, letter) =>
      code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
    );

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

/**
 * Cuts query text into tokens; the last one is of the kind `end`.
 * @throws Refusal (400) at the first character that begins no token
 */
export const tokenize = (text: string): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (true) {
    at += matchAt(SPACE, text, at)?.length ?? 0;
    if (at >= text.length) break;
    let found: Token | undefined;
    for (const [kind, pattern] of PATTERNS) {
      const match = matchAt(pattern, text, at);
      if (match === undefined) continue;
      const content = kind === "string" ? contentOf(match) : match;
      found = { kind, text: match, content, start: at, end: at + match.length };
      break;
    }
    if (found === undefined) {
      throw syntaxError(`Syntax error, invalid token '${text.slice(at, at + 20)}'.`, at, at + 1);
    }
    tokens.push(found);
    at = found.end;
  }
  tokens.push({ kind: "end", text: "", content: "", start: text.length, end: text.length });
  return tokens;
};
