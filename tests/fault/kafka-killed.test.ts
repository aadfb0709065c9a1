import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { killProcess, processNamed, untilRestarted } from "../support/stack.ts";
import { externalOrder } from "./external-order.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";

const testTimeoutMs = 120_000;
const orders = 10;

let fault: FaultTest;
beforeAll(async () => {
  fault = await beginFaultTest("kafka");
});
afterAll(async () => fault.close());

describe("a Kafka broker that is killed", () => {
  test(
    "keeps no command from being accepted, and gets every event in order when it is back",
    async () => {
      const { recorder, observer, prefix, gateway } = fault;
      const orderIds = Array.from({ length: orders }, (_, index) => `${prefix}-${index}`);
      // Half of each order's events are published before, half of them must wait.
      for (const orderId of orderIds) {
        const { place, reserve } = externalOrder(orderId);
        for (const command of [place, reserve]) await recorder.insist(orderId, command);
      }

      const pid = await killProcess("kafka", "SIGKILL");
      for (const orderId of orderIds) {
        const { authorise, dispatch, deliver } = externalOrder(orderId);
        for (const command of [authorise, dispatch, deliver]) {
          expect(await recorder.send(orderId, command)).toMatchObject({ outcome: "accepted" });
        }
      }
      expect(await gateway.isReady()).toBe(true);
      // All of that happened while the broker was away.
      expect((await processNamed("kafka")).state).not.toBe("ready");

      await untilRestarted("kafka", pid, 60_000);
      const { history, violations } = await observer.settle(recorder.operations);
      expect(violations).toEqual([]);
      expect(history.orders.map(({ view }) => view?.status)).toEqual(orderIds.map(() => "Completed"));
    },
    testTimeoutMs,
  );
});
