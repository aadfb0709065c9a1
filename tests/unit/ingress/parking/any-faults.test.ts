import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { runScenario } from "./simulation/run.ts";
import { scenarios } from "./simulation/scenario.ts";
import type { Sabotage } from "./simulation/world.ts";

/** More of them by the environment. */
const runs = Number(process.env["FUZZ_SEQUENCES"] ?? 300);
const choices = 300;

describe("commands of a partition, with faults, crashes, redeliveries, rebalances, redrives and discards in any order", () => {
  test("are all carried out or discarded, each stream's in order", async () => {
    const seen = { parked: 0, discarded: 0, redriven: 0 };
    await fc.assert(
      fc.asyncProperty(scenarios(choices), async (scenario) => {
        const outcome = await runScenario(scenario);
        seen.parked += outcome.seen.parked;
        seen.discarded += outcome.seen.discarded;
        seen.redriven += outcome.seen.redriven;
        if (outcome.broken.length > 0) throw new Error([...outcome.broken, ...outcome.steps].join("\n"));
      }),
      { numRuns: runs, interruptAfterTimeLimit: 5_000 * runs, markInterruptAsFailure: true },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(runs / 20);
  }, 3_600_000);
});

const sabotages: Readonly<Record<string, Sabotage>> = {
  "does not tell what is parked": (store) => ({
    ...store,
    load: async (...given) => ({ ...(await store.load(...given)), streams: [] }),
    park: async (claimTag, before, next, message) =>
      store.park(claimTag, before ?? (await store.readStream(next.partition, next.streamId)), next, message),
  }),
  "does not tell what was discarded": (store) => ({
    ...store,
    load: async (...given) => ({ ...(await store.load(...given)), discarded: [] }),
  }),
  "lets every instance keep what it knows": (store) => ({ ...store, holdsClaim: async () => true }),
  "does not tell what was put behind": (store) => ({
    ...store,
    firstMessages: async (partition, streamId, fromOffset) => store.firstMessages(partition, streamId, fromOffset, 1),
  }),
  "forgets a message that it has promised to keep": (store, items) => ({
    ...store,
    park: async (claimTag, before, next, message) => {
      const result = await store.park(claimTag, before, next, message);
      if (before !== undefined) items.messages.delete(message.messageId);
      return result;
    },
  }),
};

describe("the simulation finds a store that", () => {
  test.each(Object.entries(sabotages))(
    "%s",
    async (_what, sabotage) => {
      const found: string[] = [];
      for (const scenario of fc.sample(scenarios(choices), { numRuns: 400, seed: 1 })) {
        found.push(...(await runScenario(scenario, sabotage)).broken);
        if (found.length > 0) break;
      }
      expect(found).not.toEqual([]);
    },
    60_000,
  );
});
