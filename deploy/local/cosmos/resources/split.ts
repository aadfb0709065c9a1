import type { Endpoint } from "../endpoint.ts";
import { badRequest, Refusal, SUBSTATUS } from "../errors.ts";
import { middleOf } from "../keys/effective-partition-key.ts";
import type { Container, Range } from "../storage/catalogue.ts";
import { integer, text } from "../storage/rows.ts";

/** What came of a split. */
export interface SplitOutcome {
  readonly container: Container;
  /** The range that is gone. */
  readonly parent: Range;
  /** The ranges in its place, in the order of their keys. */
  readonly children: readonly Range[];
}

const middleOfKeys = ({ items }: Container, range: Range): string => {
  const counted = items.prepare("SELECT count(DISTINCT epk) AS keys FROM $table WHERE range = ?").get(range.key);
  const count = counted === undefined ? 0 : integer(counted, "keys");
  if (count < 2) throw badRequest(`The range '${range.id}' holds fewer than two partition keys: nothing to split.`);
  const nth = items.prepare("SELECT DISTINCT epk FROM $table WHERE range = ? ORDER BY epk LIMIT 1 OFFSET ?");
  return text(nth.get(range.key, Math.floor(count / 2)) ?? {}, "epk");
};

const placeOf = (container: Container, range: Range, at: string): string => {
  if (at === "middle") return middleOf(container.key, range);
  if (at === "keys") return middleOfKeys(container, range);
  if (!/^[0-9A-F]+$/.test(at)) throw badRequest(`'${at}' is neither 'middle', 'keys' nor an effective partition key.`);
  return at;
};

/**
 * Cuts a range in two, as Azure does when it has grown: the range is gone (410, substatus 1002 to whoever names it), and
 * its items, their LSNs and its LSN itself go on in two new ranges with ids that were never used. To be called in a
 * write of the group commit, so that it is on the disk before it is answered, and wholly or not at all.
 * @param at where to cut: `middle` of the range's key space, between the `keys` that it holds so that both children get
 *   some, or an effective partition key, the first of the right child
 * @throws Refusal (410, substatus 1002) when there is no such range, (400) when it cannot be cut there
 */
export const splitRange = (
  { catalogue }: Endpoint,
  container: Container,
  rangeId: string,
  at = "middle",
): SplitOutcome => {
  const parent = container.ranges.find(({ id }) => id === rangeId);
  if (parent === undefined) {
    throw new Refusal(410, `The partition key range '${rangeId}' is gone.`, SUBSTATUS.rangeGone);
  }
  const place = placeOf(container, parent, at);
  if (place <= parent.min || place >= parent.max) {
    throw badRequest(`The range '${rangeId}' cannot be cut at '${place}'.`);
  }
  const replaced = catalogue.splitRange(container, parent, place);
  return { container: replaced, parent, children: replaced.ranges.filter(({ parents }) => parents.at(-1) === rangeId) };
};
