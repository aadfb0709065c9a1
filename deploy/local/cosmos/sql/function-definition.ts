import type { Value } from "./values.ts";

/** What a function may know besides its arguments. */
export interface CallContext {
  /** The time of the request in milliseconds, the same for all its rows. */
  readonly nowMs: number;
}

/** A function of the query language. */
export interface FunctionDefinition {
  /** How many arguments it takes at least and at most. */
  readonly least: number;
  readonly most: number;
  /** Makes the function for one place in one query, so that it may remember what it saw there. */
  readonly make: () => Apply;
}

/** Computes a function's value: undefined for arguments of the wrong type. */
export type Apply = (parts: readonly Value[], context: CallContext) => Value;

export type NamedFunction = readonly [string, FunctionDefinition];

/** For functions that take any number of arguments. */
export const ANY_NUMBER: number = Number.POSITIVE_INFINITY;

/** Defines a function of any arguments. */
export const define = (name: string, least: number, most: number, apply: Apply): NamedFunction => [
  name,
  { least, most, make: () => apply },
];

/** Defines a function of one string. */
export const ofText = (name: string, apply: (text: string) => Value): NamedFunction =>
  define(name, 1, 1, ([text]) => (typeof text === "string" ? apply(text) : undefined));

/** Defines a function of one number. What is not a finite number becomes undefined. */
export const ofNumber = (name: string, apply: (value: number) => number): NamedFunction =>
  define(name, 1, 1, ([value]) => (typeof value === "number" ? finite(apply(value)) : undefined));

/** A number that JSON can carry, or undefined. */
export const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
