import { createHash } from "node:crypto";

const bytes = 6;
const values = 2 ** (8 * bytes);

/**
 * A number from 0 up to, not including, 1 that follows from the seed and from what it is drawn for, and from nothing else:
 * the same request meets the same fate in whatever order requests come, and after every restart.
 */
export const chanceOf = (seed: number, ...drawnFor: readonly (string | number)[]): number =>
  createHash("sha256")
    .update(JSON.stringify([seed, ...drawnFor]))
    .digest()
    .readUIntBE(0, bytes) / values;

/** A span of whole numbers, both ends included. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** The number of a span that a chance (0 up to 1) falls on, each as likely as the others. */
export const pickFrom = ({ least, most }: Span, chance: number): number =>
  least + Math.floor(chance * (most - least + 1));
