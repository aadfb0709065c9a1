import * as fc from "fast-check";
import type { PublicationLimits } from "../../../../actors/host/publication/publication-ports.ts";
import type { Sabotage } from "./host.ts";
import { createWorld, streamIds, type Action, type Faults, type World } from "./world.ts";

/** One run of the model: the limits of the hosts, what may fail, and a number for each choice of what happens next. */
export interface Scenario {
  readonly limits: PublicationLimits;
  readonly choices: readonly number[];
}

export interface Result {
  readonly broken: readonly string[];
  readonly steps: readonly string[];
  readonly world: World;
}

const mostHealingSteps = 3_000;

/** Small limits, so that queues overflow, `except` fills up and streams are forgotten within a few steps. */
const smallLimits: fc.Arbitrary<PublicationLimits> = fc.record({
  maxQueuedEvents: fc.integer({ min: 1, max: 6 }),
  maxQueuedCharacters: fc.constantFrom(400, 100_000),
  maxQueuedPerStream: fc.integer({ min: 1, max: 3 }),
  maxIdleStreams: fc.integer({ min: 1, max: 3 }),
  maxExcept: fc.integer({ min: 0, max: 3 }),
  maxHeldPerStream: fc.integer({ min: 1, max: 2 }),
  maxBulkEntries: fc.integer({ min: 1, max: 3 }),
  maxBulkCharacters: fc.constantFrom(1, 100_000),
  maxBulksInFlight: fc.integer({ min: 1, max: 2 }),
  maxReadsInFlight: fc.integer({ min: 1, max: 2 }),
  gatherMs: fc.constantFrom(1, 3),
  watermarkEveryMs: fc.constantFrom(5, 20),
  firstRetryMs: fc.constant(3),
  longestRetryMs: fc.constant(20),
});

export const scenarios = (mostChoices: number, limits: Partial<PublicationLimits> = {}): fc.Arbitrary<Scenario> =>
  fc.record({
    limits: smallLimits.map((small) => ({ ...small, ...limits })),
    choices: fc.array(fc.nat({ max: 2 ** 30 }), { maxLength: mostChoices, size: "max" }),
  });

const choose = (world: World, faults: Faults, choice: number): Action | undefined => {
  const kinds = world.kinds(faults).filter(({ weight, actions }) => weight > 0 && actions.length > 0);
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  let left = choice % total;
  for (const { weight, actions } of kinds) {
    if (left < weight) return actions[Math.floor(choice / total) % actions.length];
    left -= weight;
  }
  return undefined;
};

/** Lets everything that was answered run until it waits again. */
const turnOfTheEventLoop = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const checkAtRest = (world: World, broken: string[]): void => {
  for (const streamId of streamIds) {
    const published = world.outside.published(streamId);
    for (const { version } of world.outside.stream(streamId)) {
      if (!published.has(version)) broken.push(`${streamId}/${version} is stored and never came to Kafka`);
    }
  }
  for (const { epoch, publication, unknownSeqs } of world.hosts) {
    const { unsettled } = publication.stats();
    if (unsettled > unknownSeqs()) broken.push(`${epoch} has ${unsettled} unsettled seqs, ${unknownSeqs()} unknown`);
  }
};

/** Lets the choices happen, then heals every fault, goes on until nothing is left to do, and says what did not hold. */
export const runScenario = async (
  { limits, choices }: Scenario,
  faults: Faults,
  sabotage: Sabotage = {},
): Promise<Result> => {
  const world = createWorld(limits, sabotage);
  const steps: string[] = [];
  const result = (more: readonly string[] = []): Result => ({
    broken: [...world.outside.broken, ...more],
    steps,
    world,
  });
  for (const choice of choices) {
    const action = choose(world, faults, choice);
    if (action === undefined) continue;
    steps.push(action.label);
    action.run();
    await turnOfTheEventLoop();
    if (world.outside.broken.length > 0) return result();
  }
  steps.push("healed");
  world.heal((index) => ((choices[index] ?? 0) & 1) === 1);
  for (let step = 0; !world.isQuiet(); step += 1) {
    if (step >= mostHealingSteps) return result(["it never came to rest"]);
    world.stepOn();
    await turnOfTheEventLoop();
  }
  const broken: string[] = [];
  checkAtRest(world, broken);
  return result(broken);
};
