import { setFlagsFromString } from "node:v8";
import { createContext, Script } from "node:vm";
import { badRequest } from "../errors.ts";

// Where going back and forth takes long, V8 goes on with its engine that takes linear time. The second flag lets it tell
// which expressions that engine knows: all but those that ignore the case, look ahead, refer back or repeat very often.
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
setFlagsFromString("--enable-experimental-regexp-engine");

/** A match that takes longer is refused, as it would hold up all other requests. */
const LONGEST_MATCH_MS = 100;

/** A match of fewer steps takes some 20 ms at most; to watch over it would take half a millisecond. */
const MOST_UNWATCHED_STEPS = 1_000_000;

/** Without these there is one way to match at each place of a text. */
const CHOICES = /[*+?{|(]/g;

/** To compile a pattern takes longer than in proportion to them, and nothing can stop it: some 150 ms for so many. */
const MOST_CHOICES = 500;

const choicesIn = (source: string): number => source.match(CHOICES)?.length ?? 0;

const isLinear = (source: string, flags: string): boolean => {
  if (choicesIn(source) === 0) return true;
  try {
    return new RegExp(source, `${flags}l`).flags.includes("l");
  } catch {
    return false;
  }
};

const watched = new Script("expression.test(text)");
const context: { expression: RegExp; text: string } = { expression: CHOICES, text: "" };
const realm = createContext(context);

const watchedTest = (expression: RegExp, text: string): boolean => {
  context.expression = expression;
  context.text = text;
  return watched.runInContext(realm, { timeout: LONGEST_MATCH_MS }) === true;
};

const isTimeout = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";

/** A pattern as a message can show it. */
const shown = (source: string): string => (source.length <= 100 ? source : `${source.slice(0, 100)} ...`);

/**
 * Makes the test of a regular expression, which takes a bounded time whatever pattern and text are.
 * @returns a test that throws a `Refusal` (400) for a text on which it takes too long
 * @throws SyntaxError when the source is no regular expression, Refusal (400) when it is too large
 */
export const boundedMatch = (source: string, flags: string): ((text: string) => boolean) => {
  if (choicesIn(source) > MOST_CHOICES) {
    throw badRequest(`The pattern '${shown(source)}' has more than ${MOST_CHOICES} choices, repetitions and groups.`);
  }
  const expression = new RegExp(source, flags);
  const mostUnwatched = isLinear(source, flags) ? MOST_UNWATCHED_STEPS / Math.max(1, source.length) : 0;
  return (text) => {
    try {
      return text.length <= mostUnwatched ? expression.test(text) : watchedTest(expression, text);
    } catch (error) {
      const why = isTimeout(error) ? `takes longer than ${LONGEST_MATCH_MS} ms` : "is too large to be made";
      throw badRequest(`A match of the pattern '${shown(source)}' ${why}.`);
    }
  };
};
