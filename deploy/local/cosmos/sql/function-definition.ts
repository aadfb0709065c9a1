import type { Value } from "./values.ts";

/** A function of the query language. */
export interface FunctionDefinition {
  /** How many arguments it takes at least and at most. */
  readonly least: number;
  readonly most: number;
  /** Gives undefined for arguments of the wrong type. */
  readonly apply: (parts: readonly Value[]) => Value;
}

export type NamedFunction = readonly [string, FunctionDefinition];

/** Defines a function of any arguments. */
export const define = (
  name: string,
  least: number,
  most: number,
  apply: (parts: readonly Value[]) => Value,
): NamedFunction => [name, { least, most, apply }];

/** Defines a function of one string. */
export const ofText = (name: string, apply: (text: string) => Value): NamedFunction =>
  define(name, 1, 1, ([text]) => (typeof text === "string" ? apply(text) : undefined));

/** Defines a function of one number. What is not a finite number becomes undefined. */
export const ofNumber = (name: string, apply: (value: number) => number): NamedFunction =>
  define(name, 1, 1, ([value]) => (typeof value === "number" ? finite(apply(value)) : undefined));

/** A number that JSON can carry, or undefined. */
export const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
