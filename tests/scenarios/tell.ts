import type { Behaviour } from "../../services/simulated-provider/behaviour/behaviour.ts";
import { forEachAtMost } from "../support/concurrency.ts";
import { openBooks, type Books } from "./books.ts";
import { createStage } from "./stage.ts";
import type { Story } from "./story.ts";
import type { World } from "./world.ts";

/** What came of telling a story once. */
export interface Told {
  readonly story: Story;
  /** Begins every id of this telling. */
  readonly prefix: string;
  readonly durationMs: number;
  /** Why it did not go as it must; undefined if it did. */
  readonly failure: string | undefined;
  readonly books: Books;
}

export interface Telling {
  /** Begins every id, so that runs on the same stores do not meet. */
  readonly run: string;
  readonly stories: readonly Story[];
  /** How often each story is told. */
  readonly rounds: number;
  /** How many are told at a time. */
  readonly atATime: number;
  readonly onTold?: (told: Told) => void;
}

/** The parcels of a story arrive after this, unless its own rules say otherwise. */
const deliveredAfterMs = 300;

/**
 * A provider that tells everything twice, under ids of their own, and keeps each of them back for another while, so that
 * later ones overtake it: nothing that is told may depend on its coming once, or in its turn.
 */
const whileTold = (before: Behaviour, run: string, rules: Behaviour["rules"]): Behaviour => ({
  ...before,
  duplicateRate: 1,
  duplicateIds: "fresh",
  reorderRate: 1,
  reorderWithinMs: 400,
  rules: [
    ...rules,
    { on: "delivery", orderIdPrefix: `${run}-`, afterMs: deliveredAfterMs, failures: 0 },
    ...before.rules,
  ],
});

const tellOne = async (story: Story, prefix: string, world: World): Promise<Told> => {
  const books = openBooks();
  const startedAt = Date.now();
  let failure: string | undefined;
  try {
    await story.play(createStage(story.name, prefix, world, books));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  return { story, prefix, durationMs: Date.now() - startedAt, failure, books };
};

/** Tells stories, several at a time, with a provider that makes it hard; afterwards it behaves as it did before. */
export const tellStories = async (world: World, telling: Telling): Promise<Told[]> => {
  const { run, stories, rounds, atATime, onTold } = telling;
  const scheduled = Array.from({ length: rounds }, (_, round) =>
    stories.map((story) => ({ story, prefix: `${run}-${story.name}-${round + 1}` })),
  ).flat();
  const before = await world.provider.readBehaviour();
  const rules = scheduled.flatMap(({ story, prefix }) => [...(story.providerRules?.(`${prefix}-`) ?? [])]);
  await world.provider.setBehaviour(whileTold(before, run, rules));
  const told: Told[] = [];
  try {
    for (const isCrowded of [false, true]) {
      const now = scheduled.filter(({ story }) => (story.isCrowded ?? false) === isCrowded);
      await forEachAtMost(isCrowded ? 1 : atATime, now, async ({ story, prefix }) => {
        const one = await tellOne(story, prefix, world);
        told.push(one);
        onTold?.(one);
      });
    }
  } finally {
    await world.provider.setBehaviour(before);
  }
  return told;
};
