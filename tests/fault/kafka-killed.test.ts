import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { killProcess, processNamed, untilRestarted } from "../support/stack.ts";
import { externalOrder } from "./external-order.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";

const orders = 6;

let fault: FaultTest;
beforeAll(async () => {
  fault = await beginFaultTest("kafka");
});
afterAll(async () => fault.close());

/** Half of each order's events are published before the broker is killed; the others are stored while it is away, or just back. */
const placeOrdersAroundDeath = async (name: string): Promise<{ orderIds: string[]; pid: number }> => {
  const { recorder, prefix } = fault;
  const orderIds = Array.from({ length: orders }, (_, index) => `${prefix}-${name}-${index}`);
  for (const orderId of orderIds) {
    const { place, reserve } = externalOrder(orderId);
    for (const command of [place, reserve]) await recorder.insist(orderId, command);
  }
  const pid = await killProcess("kafka", "SIGKILL");
  let acceptedWhileAway = 0;
  for (const orderId of orderIds) {
    const { authorise, dispatch, deliver } = externalOrder(orderId);
    for (const command of [authorise, dispatch, deliver]) {
      expect(await recorder.send(orderId, command)).toMatchObject({ outcome: "accepted" });
      if ((await processNamed("kafka")).state !== "ready") acceptedWhileAway += 1;
    }
  }
  // How many it is depends on how soon the broker is back.
  expect(acceptedWhileAway).toBeGreaterThan(0);
  return { orderIds, pid };
};

const expectAllPublished = async (orderIds: readonly string[]): Promise<void> => {
  const { history, violations } = await fault.observer.settle(fault.recorder.operations);
  expect(violations).toEqual([]);
  const completed = history.orders.filter(({ view }) => view?.status === "Completed").map(({ streamId }) => streamId);
  expect(completed).toEqual(expect.arrayContaining([...orderIds]));
};

describe("a Kafka broker that is killed", () => {
  test("keeps no command from being accepted, and gets every event in order when it is back", async () => {
    const { orderIds, pid } = await placeOrdersAroundDeath("away");
    await untilRestarted("kafka", pid, 60_000);
    await expectAllPublished(orderIds);
  });

  test("gets every event also when the host that had to publish them is killed meanwhile, and nobody asks for the orders again", async () => {
    const { orderIds, pid } = await placeOrdersAroundDeath("host-dead");
    await untilRestarted("actor-host", await killProcess("actor-host", "SIGKILL"));
    await untilRestarted("kafka", pid, 60_000);
    await expectAllPublished(orderIds);
  });
});
