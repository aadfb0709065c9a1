import { randomUUID } from "node:crypto";
import type { Frame } from "../sql/operators.ts";
import type { Run } from "../sql/run.ts";
import type { Value } from "../sql/values.ts";

/** A row that ORDER BY has in hand. */
export interface Sortable {
  readonly seq: number;
  readonly row: number;
  readonly order: readonly Value[];
  readonly frame: Frame;
  readonly body: string;
}

/** The last item that was seen, and how many of its rows; undefined when it was all of them. */
export interface Place {
  readonly seq: number;
  readonly row: number | undefined;
}

/** What a query has gathered when its page had to end before it was done. */
export type Progress =
  /** Items up to a place were fed to a run. */
  | { readonly kind: "run"; readonly run: Run; readonly place: Place }
  /** All results of a run, of which some were returned. */
  | { readonly kind: "results"; readonly documents: readonly string[] }
  /** Items up to a place were sorted, and the first `enough` rows kept, or more. */
  | { readonly kind: "sorted"; readonly kept: readonly Sortable[]; readonly place: Place; readonly enough: number }
  /** The results up to a place, by their canonical texts. */
  | { readonly kind: "distinct"; readonly seen: Set<string>; readonly place: Place };

/**
 * Keeps what queries have gathered until their next pages. It may be lost at any time, also by a restart: then a query
 * gathers it again.
 */
export interface SuspendedQueries {
  /** @returns the name under which `progress` can be had again */
  readonly keep: (text: string, progress: Progress) => string;
  /** @returns what was kept for the same query text under a name, if it is still there */
  readonly find: (text: string, name: string | undefined) => Progress | undefined;
  /** Forgets what was kept: it has moved on. */
  readonly drop: (name: string | undefined) => void;
}

const MOST_KEPT = 32;

/** Makes an empty store of suspended queries; the ones that wait longest make room. */
export const suspendedQueries = (): SuspendedQueries => {
  const kept = new Map<string, { readonly text: string; readonly progress: Progress }>();
  return {
    keep: (text, progress) => {
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      const name = randomUUID();
      kept.set(name, { text, progress });
      return name;
    },
    find: (text, name) => {
      const found = name === undefined ? undefined : kept.get(name);
      return found?.text === text ? found.progress : undefined;
    },
    drop: (name) => {
      if (name !== undefined) kept.delete(name);
    },
  };
};
