import type { Cursor } from "./cursor.ts";
import type { Expression, Query } from "./syntax.ts";

/** What is counted over a whole query, subqueries and all. */
export interface ParseState {
  slots: number;
  depth: number;
  sources: number;
  operators: number;
}

/** What names mean at a place in a query. */
export interface Scope {
  /** What each alias stands for. */
  readonly aliases: ReadonlyMap<string, Expression>;
  /** Whether a FROM clause may still name the container: only what the outermost rows come from can. */
  readonly mayReadContainer: boolean;
  readonly state: ParseState;
  /** Parses a subquery at the cursor, up to its closing parenthesis. */
  readonly subquery: (cursor: Cursor, scope: Scope) => Query;
}

/** Makes the scope of text that knows no names. */
export const emptyScope = (subquery: Scope["subquery"]): Scope => ({
  aliases: new Map(),
  mayReadContainer: true,
  // The item of the container has the first slot.
  state: { slots: 1, depth: 0, sources: 0, operators: 0 },
  subquery,
});

/** Reserves the place where a row keeps the value of a source. */
export const newSlot = ({ state }: Scope): number => state.slots++;

/** Deeper nesting is refused rather than overflowing the stack. */
const DEEPEST = 200;

/** Parses what stands inside of something else. @throws Refusal (400) when that is too deep */
export const nested = <Result>(cursor: Cursor, { state }: Scope, parse: () => Result): Result => {
  state.depth++;
  if (state.depth > DEEPEST) cursor.fail("The query is nested too deeply.");
  const result = parse();
  state.depth--;
  return result;
};

/** Refuses (400) a path of more steps than the tree of a query may be deep. */
export const checkPath = (cursor: Cursor, steps: number): void => {
  if (steps > DEEPEST) cursor.fail(`A path may have ${DEEPEST} steps at most.`);
};
