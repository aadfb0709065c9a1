import type { Range } from "../storage/catalogue.ts";
import { integer, text } from "../storage/rows.ts";
import { type Change, readChanges } from "./pages.ts";
import type { Start } from "./position.ts";
import type { Scope } from "./scope.ts";

/** The LSN after which the latest versions are to be read. */
export const latestAfter = (start: Start, range: Range): number => {
  if (start.kind === "beginning") return 0;
  return start.kind === "now" ? range.lsn : start.lsn;
};

/**
 * Reads the latest version of each item that has changed after an LSN and has not expired.
 * @param sinceS items that were written before this time (in seconds) are left out
 */
export const readLatestVersions = (
  scope: Scope,
  range: Range,
  afterLsn: number,
  { sinceS, nowMs, limit }: { readonly sinceS: number; readonly nowMs: number; readonly limit: number },
): Change[] => {
  const { items } = scope.container;
  const isOfKey = scope.key !== undefined;
  return readChanges({
    statements: {
      after: isOfKey ? items.feedOfKey : items.feed,
      restOfLsn: isOfKey ? items.restOfLsnOfKey : items.restOfLsn,
    },
    where: scope.key?.text ?? range.key,
    filters: [scope.min, scope.max, sinceS, nowMs],
    afterLsn,
    limit,
    documentOf: (row) => `${text(row, "body").slice(0, -1)},"_lsn":${integer(row, "lsn")}}`,
  });
};
