import { setTimeout as delay } from "node:timers/promises";
import { mergeBooks, type Books } from "./books.ts";
import { checkAll } from "./check.ts";
import type { Finding } from "./checks/finding.ts";
import { observe, type TopicWatch } from "./observe.ts";
import type { Told } from "./tell.ts";
import type { World } from "./world.ts";

const observeEveryMs = 1_000;

export interface CatchUp {
  readonly run: string;
  /** When the run began: ISO 8601, UTC. */
  readonly since: string;
  readonly told: readonly Told[];
  readonly topics: TopicWatch;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  /** Called after every look, with how many checks hold. */
  readonly onLook?: (holding: number, of: number) => void;
}

/**
 * Looks until everything adds up, or the deadline has passed, and gives the findings of the last look. Looking again cannot
 * hide a fault that stays; what does not stay is only lateness.
 */
export const checkWhenCaughtUp = async (
  world: World,
  { run, since, told, topics, endsAt, onLook }: CatchUp,
): Promise<{ readonly books: Books; readonly findings: readonly Finding[] }> => {
  const books = mergeBooks(told.map((one) => one.books));
  for (;;) {
    try {
      const findings = checkAll(books, await observe({ run, since, books }, world, topics), run);
      onLook?.(findings.filter(({ ok }) => ok).length, findings.length);
      if (Date.now() >= endsAt || findings.every(({ ok }) => ok)) return { books, findings };
    } catch (error) {
      // A part may be away for a while; only the deadline decides.
      if (Date.now() >= endsAt) throw error;
    }
    await delay(observeEveryMs);
  }
};
