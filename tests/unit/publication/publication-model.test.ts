import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { runScenario, scenarios, type Result } from "./simulation/run.ts";
import { streamIds } from "./simulation/world.ts";

/** Scenarios per property; raise it for a long search. */
const runs = Number(process.env["PUBLICATION_MODEL_RUNS"] ?? 300);
const mostChoices = 250;
const timeoutMs = 900_000 + runs * 500;

const mustHold = ({ broken, steps }: Pick<Result, "broken" | "steps">): void => {
  if (broken.length > 0) throw new Error([...broken, "after:", ...steps].join("\n"));
};

describe("the publication protocol", () => {
  test(
    "loses, reorders and hides nothing, whatever fails and whoever dies",
    async () => {
      const faults = { store: true, kafka: true, hosts: true };
      const property = fc.asyncProperty(scenarios(mostChoices), async (scenario) => {
        mustHold(await runScenario(scenario, faults));
      });
      await fc.assert(property, { numRuns: runs });
    },
    timeoutMs,
  );

  test(
    "publishes every event just once while every host lives and Kafka answers",
    async () => {
      const faults = { store: true, kafka: false, hosts: false };
      const noneForgotten = { maxIdleStreams: streamIds.length };
      const property = fc.asyncProperty(scenarios(mostChoices, noneForgotten), async (scenario) => {
        const { world, ...result } = await runScenario(scenario, faults);
        mustHold(result);
        const counts = streamIds.flatMap((streamId) => [...world.outside.published(streamId).values()]);
        expect(counts.filter((count) => count !== 1)).toEqual([]);
      });
      await fc.assert(property, { numRuns: runs });
    },
    timeoutMs,
  );
});
