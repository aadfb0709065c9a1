import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { checkWhenCaughtUp } from "../scenarios/catch-up.ts";
import { watchTopics, type TopicWatch } from "../scenarios/observe.ts";
import { stories } from "../scenarios/stories.ts";
import { tellStories, type Told } from "../scenarios/tell.ts";
import { openWorld, whereaboutsOf, type World } from "../scenarios/world.ts";
import { sharedStack } from "../support/stack.ts";
import { patient } from "../support/wait-for.ts";

const run = `stories-${Date.now().toString(36)}`;
const since = new Date().toISOString();
const caughtUpMs = 60_000;

let world: World;
let topics: TopicWatch;
/** All are told at once, for each to meet the others, and because one of them mostly waits. */
let telling: Promise<readonly Told[]>;
const endings = new Map(stories.map(({ name }) => [name, Promise.withResolvers<Told>()]));

const onTold = (told: Told): void => endings.get(told.story.name)?.resolve(told);

beforeAll(async () => {
  world = openWorld(whereaboutsOf(sharedStack()));
  topics = await watchTopics(world.whereabouts.brokers, run);
  telling = tellStories(world, { run, stories, rounds: 1, atATime: stories.length, onTold });
  // Without the provider nothing is told, and every story says why.
  telling.catch((error: unknown) => {
    for (const { reject } of endings.values()) reject(error);
  });
});
afterAll(async () => Promise.all([world.close(), topics.close()]));

describe("end to end", () => {
  test.each(stories.map(({ name, title }) => [title, name] as const))("%s", async (_title, name) => {
    expect((await endings.get(name)?.promise)?.failure).toBeUndefined();
  });

  test("all that happened adds up: orders, money, stock and messages", async () => {
    const told = await telling;
    const endsAt = Date.now() + patient(caughtUpMs);
    const { findings } = await checkWhenCaughtUp(world, { run, since, told, topics, endsAt });
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.length).toBeGreaterThan(stories.length);
  });
});
