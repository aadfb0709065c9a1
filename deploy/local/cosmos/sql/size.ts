import type { Value } from "./values.ts";

/** What an array, an object or a text takes beside what is in it. */
const ENVELOPE = 16;

/** About how many characters of memory a value takes. */
export const sizeOf = (value: Value): number => {
  if (typeof value === "string") return ENVELOPE + value.length;
  if (typeof value !== "object" || value === null) return ENVELOPE / 2;
  let size = ENVELOPE;
  if (Array.isArray(value)) for (const element of value) size += sizeOf(element);
  else for (const [name, member] of Object.entries(value)) size += name.length + sizeOf(member);
  return size;
};

/** Adds up what values take that are kept one after the other. */
export interface Gathered {
  readonly add: (value: Value) => void;
  readonly size: () => number;
}

/** Begins with nothing. A value that is given again at once, as by the rows of one item, is kept once. */
export const gathered = (): Gathered => {
  let size = 0;
  let last: Value;
  return {
    add: (value) => {
      size += value === last ? ENVELOPE : sizeOf(value);
      last = value;
    },
    size: () => size,
  };
};
