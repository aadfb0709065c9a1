import type { Scope } from "../feed/scope.ts";
import { badRequest } from "../errors.ts";
import { MAXIMUM_KEY, MINIMUM_KEY } from "../keys/effective-partition-key.ts";
import type { Container } from "../storage/catalogue.ts";
import { BEGINNING, type Continuation } from "./continuation.ts";
import type { Page } from "./page.ts";
import type { QueryRange } from "./plan-ranges.ts";

type Slice = NonNullable<Continuation["slice"]>;

const overlaps = ({ min, max }: Slice, wanted: readonly QueryRange[]): boolean =>
  wanted.some((range) => range.min < max && (range.isMaxInclusive ? range.max >= min : range.max > min));

/** The slice of the first range at or behind a place in the key space that can have results. */
const sliceFrom = (container: Container, place: string, wanted: readonly QueryRange[]): Slice | undefined => {
  let first: Slice | undefined;
  for (const { min, max } of container.ranges) {
    if (min < place || (first !== undefined && min > first.min)) continue;
    if (overlaps({ min, max }, wanted)) first = { min, max };
  }
  return first;
};

/** What a page is read from, and how the pages after it go on. */
export interface Turn {
  readonly scope: Scope;
  /** Says in the page's continuation which range it is of, or, when the range has no more, which one is next. */
  readonly goOn: (page: Page) => Page;
}

/**
 * Finds the range whose turn it is in a query for which no part of the container is named. As on Azure, such a query is
 * answered range by range: no page has results of two. A range that has been split since is still read as one.
 * @param wanted where in the key space results can lie
 * @throws Refusal (400) when the continuation names no range of the container
 */
export const rangeInTurn = (
  container: Container,
  wanted: readonly QueryRange[],
  from: Continuation | undefined,
): Turn => {
  const everything = { min: MINIMUM_KEY, max: MAXIMUM_KEY };
  const slice = from?.slice ?? sliceFrom(container, MINIMUM_KEY, wanted) ?? everything;
  const ranges = container.ranges.filter(({ min, max }) => min >= slice.min && max <= slice.max);
  if (ranges.length === 0) throw badRequest("The continuation token is of another container.");
  return {
    scope: { container, key: undefined, ranges, ...everything },
    goOn: (page) => {
      if (page.continuation !== undefined) return { ...page, continuation: { ...page.continuation, slice } };
      const next = sliceFrom(container, slice.max, wanted);
      return next === undefined ? page : { ...page, continuation: { ...BEGINNING, slice: next } };
    },
  };
};
