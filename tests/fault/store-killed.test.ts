import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { killProcess, untilRestarted, waitFor } from "../support/stack.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";
import { runLoad } from "./load.ts";

const testTimeoutMs = 120_000;

let fault: FaultTest;
beforeAll(async () => {
  fault = await beginFaultTest("store");
});
afterAll(async () => fault.close());

describe("a Cosmos endpoint that is killed under load", () => {
  test(
    "loses no acknowledged command, and answers stay honest",
    async () => {
      const { recorder, observer, prefix } = fault;
      const load = runLoad(recorder, { clients: 16, forMs: 15_000, prefix });

      const killed = (async () => {
        await waitFor(() => recorder.accepted() >= 100, { what: "100 accepted commands", timeoutMs: 15_000 });
        await untilRestarted("cosmos", await killProcess("cosmos", "SIGKILL"));
        return recorder.accepted();
      })();
      const [orderIds, acceptedAtReturn] = await Promise.all([load, killed]);

      // Every order that was begun was taken to its end by its client, so each of its commands was acknowledged in the end.
      expect(recorder.accepted()).toBeGreaterThan(acceptedAtReturn);
      const { history, violations } = await observer.settle(recorder.operations);
      expect(violations).toEqual([]);
      expect(history.orders).toHaveLength(orderIds.length);
      expect(history.orders.filter(({ view }) => view?.status !== "Completed")).toEqual([]);
    },
    testTimeoutMs,
  );
});
