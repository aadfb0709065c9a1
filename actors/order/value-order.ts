import { z } from "zod";
import { units } from "./events/shapes.ts";

/** Places of a line's units that follow each other: the first, and how many. */
const run = z.tuple([units, units]);

/**
 * The order in which a line's units are paid for: first those that were sent, as they were sent, then those that are
 * packed, then the rest. What the first so many of them are worth is then exactly what was captured for the sent and the
 * packed ones, also after a shipment was unpacked whose units had been the first of the line.
 */
export const valueOrder = z.array(run);
export type ValueOrder = z.output<typeof valueOrder>;

/** The order of a line of which nothing is packed yet. */
export const naturalOrder = (quantity: number): ValueOrder => [[0, quantity]];

/** The places from `from` up to, but without, `to` of an order. */
export const placesBetween = (order: ValueOrder, from: number, to: number): ValueOrder => {
  let at = 0;
  return order.flatMap(([first, count]): ValueOrder => {
    const begin = Math.max(from - at, 0);
    const end = Math.min(to - at, count);
    at += count;
    return begin < end ? [[first + begin, end - begin]] : [];
  });
};

const joined = (order: ValueOrder): ValueOrder =>
  order.reduce<ValueOrder>((whole, [first, count]) => {
    const last = whole.at(-1);
    return last !== undefined && last[0] + last[1] === first
      ? [...whole.slice(0, -1), [last[0], last[1] + count]]
      : [...whole, [first, count]];
  }, []);

/** Takes `count` units out at `from`, and puts them in again at `to` of what is left. */
export const moved = (order: ValueOrder, from: number, count: number, to: number): ValueOrder => {
  const left = [...placesBetween(order, 0, from), ...placesBetween(order, from + count, Infinity)];
  return joined([
    ...placesBetween(left, 0, to),
    ...placesBetween(order, from, from + count),
    ...placesBetween(left, to, Infinity),
  ]);
};
