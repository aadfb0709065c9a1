// @ts-check

/** @typedef {import("./client.js").Range} Range */

/**
 * Where a reader of the change feed is in each range: an ETag, `*` for now, undefined for the beginning.
 * @typedef {ReadonlyMap<string, string | undefined>} Positions
 */

/**
 * The positions of a reader who begins.
 * @param {readonly Range[]} ranges
 * @param {boolean} fromBeginning
 * @returns {Positions}
 */
export const firstPositions = (ranges, fromBeginning) =>
  new Map(ranges.map(({ id }) => [id, fromBeginning ? undefined : "*"]));

/**
 * The positions after ranges were split: a new range goes on where the nearest of its parents was, since the numbers of
 * the changes go on, too. A range that nobody has heard of is read from its beginning, so that nothing is missed.
 * @param {Positions} positions
 * @param {readonly Range[]} ranges the ranges as they are now
 * @returns {Positions}
 */
export const positionsAfterSplit = (positions, ranges) =>
  new Map(
    ranges.map(({ id, parents }) => {
      const known = [id, ...(parents ?? []).toReversed()].find((name) => positions.has(name));
      return [id, known === undefined ? undefined : positions.get(known)];
    }),
  );

/**
 * Puts new entries before those that are there, as far as there is room.
 * @template Entry
 * @param {readonly Entry[]} shown the newest first
 * @param {readonly Entry[]} fresh the oldest first
 * @param {number} most
 * @returns {Entry[]}
 */
export const withNewest = (shown, fresh, most) => [...fresh.toReversed(), ...shown].slice(0, most);
