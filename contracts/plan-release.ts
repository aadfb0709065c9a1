import { isDeepStrictEqual } from "node:util";
import { compareContracts } from "./compatibility/compare-contracts.ts";
import type { Break, Retired } from "./compatibility/compare-contracts.ts";
import type { Contract } from "./contract-schema.ts";
import type { Release } from "./releases.ts";

/**
 * What is to be done to release a contract.
 *
 * - `write`: write this release.
 * - `released`: nothing; it is there and says the same.
 * - `taken`: the version is released with another contract, and a release never changes.
 * - `broken`: the contract breaks the one that was released last.
 */
export type ReleasePlan =
  | { readonly outcome: "write"; readonly release: Release }
  | { readonly outcome: "released" }
  | { readonly outcome: "taken" }
  | { readonly outcome: "broken"; readonly since: string; readonly breaks: readonly Break[] };

/** The contract as it is once it was written and read: in the order of names, as JSON keeps it. */
const asKept = (contract: Contract): unknown =>
  JSON.parse(JSON.stringify(contract.toSorted((a, b) => (a.name < b.name ? -1 : 1))));

/**
 * Decides how to release the contract under a version.
 *
 * @param existing the release of this version, if there is one
 * @param last the release with the highest version, if there is one
 */
export const planRelease = (
  release: Release,
  existing: Release | undefined,
  last: Release | undefined,
  retired: readonly Retired[],
): ReleasePlan => {
  if (existing !== undefined) {
    const isSame = isDeepStrictEqual(asKept(existing.contract), asKept(release.contract));
    return { outcome: isSame ? "released" : "taken" };
  }
  const breaks = last === undefined ? [] : compareContracts(last.contract, release.contract, retired).breaks;
  return last === undefined || breaks.length === 0
    ? { outcome: "write", release }
    : { outcome: "broken", since: last.version, breaks };
};
