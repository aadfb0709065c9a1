import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Sabotage } from "./simulation/host.ts";
import { runScenario, scenarios } from "./simulation/run.ts";

/** Enough for every rule below, by a factor of ten; the seed keeps the test from depending on luck. */
const runs = 200;
const seed = 20_260_101;

const everything = Number.MAX_SAFE_INTEGER;

/** Each leaves out one rule of the protocol, or believes what it must not believe. */
const withoutRule: Readonly<Record<string, Sabotage>> = {
  "a seq of unknown outcome is listed in except": {
    ports: (ports) => ({
      ...ports,
      writeWatermark: async (watermark) => ports.writeWatermark({ ...watermark, except: [] }),
    }),
  },
  "a write that may be stored is not taken for one that is not": {
    publication: (publication) => ({ ...publication, unknown: (ticket) => publication.abandoned(ticket) }),
  },
  "what a reload finds is queued": {
    publication: (publication) => ({ ...publication, loaded: () => undefined }),
  },
  "an unanswered publish is repeated before its successor": {
    ports: (ports) => ({
      ...ports,
      publishBulk: async (topic, entries) => ports.publishBulk(topic, entries).catch(() => new Set<string>()),
    }),
  },
  "an event that failed in a bulk is repeated before its successor": {
    ports: (ports) => ({
      ...ports,
      publishBulk: async (topic, entries) => {
        await ports.publishBulk(topic, entries);
        return new Set();
      },
    }),
  },
  "commits that are not stored yet hold the watermark": {
    core: (core) => ({ ...core, watermark: () => ({ through: core.stats(0).lastSeq, except: [] }) }),
  },
  "an overflowed stream holds the watermark": {
    core: (core) => ({
      ...core,
      watermark: () => {
        const { behind, queued, lastSeq } = core.stats(0);
        return behind > 0 && queued === 0 ? { through: lastSeq, except: [] } : core.watermark();
      },
    }),
  },
  "another host's events are published unless its watermark covers them": {
    ports: (ports) => ({
      ...ports,
      readWatermark: async (hostEpoch) => {
        const watermark = await ports.readWatermark(hostEpoch);
        return watermark && { ...watermark, through: everything };
      },
    }),
  },
  "the host's own events of unknown outcome are published when they are found": {
    core: (core) => ({ ...core, isCovered: () => true }),
  },
  "publishedThrough is what Kafka acknowledged": {
    publication: (publication) => ({ ...publication, publishedThrough: () => everything }),
  },
};

/** Whether the model finds something that does not hold. */
const findsFault = async (sabotage: Sabotage): Promise<boolean> => {
  const property = fc.asyncProperty(scenarios(250), async (scenario) => {
    const { broken } = await runScenario(scenario, { store: true, kafka: true, hosts: true }, sabotage);
    return broken.length === 0;
  });
  const { failed, counterexample } = await fc.check(property, { numRuns: runs, seed, endOnFailure: true });
  return failed && counterexample !== null;
};

describe("the model notices when it no longer holds that", () => {
  test.each(Object.entries(withoutRule))("%s", async (_, sabotage) => {
    await expect(findsFault(sabotage)).resolves.toBe(true);
  });
});

test("the model finds no fault with the same choices when every rule holds", async () => {
  await expect(findsFault({})).resolves.toBe(false);
});
