import type { Json } from "../json.ts";
import type { AggregateName } from "./syntax.ts";
import { canonical } from "./canonical.ts";
import { gathered, sizeOf } from "./size.ts";
import { compareValues, type Value } from "./values.ts";

/** Gathers one aggregate over the rows of a query, or of one of its groups. */
export interface Accumulator {
  readonly add: (value: Value) => void;
  readonly result: () => Value;
  /** About how many characters it keeps of what it was given. */
  readonly size: () => number;
}

/** For those that keep a number or two, or one value. */
const keepsNothing = (): number => 0;

const count = (counts: (value: Value) => boolean): Accumulator => {
  let total = 0;
  return {
    add: (value) => {
      if (counts(value)) total++;
    },
    result: () => total,
    size: keepsNothing,
  };
};

/** Sums numbers; anything else that is defined makes the result undefined. */
const sum = (finish: (total: number, count: number) => Value): Accumulator => {
  let total = 0;
  let seen = 0;
  let spoilt = false;
  return {
    add: (value) => {
      if (value === undefined) return;
      if (typeof value === "number") {
        total += value;
        seen++;
      } else spoilt = true;
    },
    result: () => (spoilt ? undefined : finish(total, seen)),
    size: keepsNothing,
  };
};

/** Keeps the first of the values in an order; arrays and objects make the result undefined. */
const extreme = (isBetter: (order: number) => boolean): Accumulator => {
  let best: Value;
  let spoilt = false;
  return {
    add: (value) => {
      if (value === undefined) return;
      if (typeof value === "object" && value !== null) spoilt = true;
      if (best === undefined || isBetter(compareValues(value, best))) best = value;
    },
    result: () => (spoilt ? undefined : best),
    size: () => sizeOf(best),
  };
};

/** Keeps all defined values, in the order of the rows, or each of them once. */
const collected = (once: boolean): Accumulator => {
  const values: Json[] = [];
  const seen = new Set<string>();
  const kept = gathered();
  return {
    add: (value) => {
      if (value === undefined) return;
      if (once) {
        const text = canonical(value);
        if (seen.has(text)) return;
        seen.add(text);
        kept.add(text);
      }
      values.push(value);
      kept.add(value);
    },
    result: () => values,
    size: kept.size,
  };
};

/** Makes an empty accumulator for an aggregate function. */
export const accumulator = (name: AggregateName): Accumulator => {
  switch (name) {
    case "COUNT":
      return count((value) => value !== undefined);
    case "COUNTIF":
      return count((value) => value === true);
    case "SUM":
      return sum((total) => total);
    case "AVG":
      return sum((total, seen) => (seen === 0 ? undefined : total / seen));
    case "MIN":
      return extreme((order) => order < 0);
    case "MAX":
      return extreme((order) => order > 0);
    case "MAKELIST":
      return collected(false);
    default:
      return collected(true);
  }
};
