import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isCovered } from "../../actors/host/publication/watermark.ts";
import { openContainers } from "../../services/platform/cosmos.ts";
import { readWatermark } from "../../services/projector/relay/watermarks.ts";
import { insist } from "../support/api.ts";
import { armFailpoint, processNamed, sharedStack, untilRestarted, waitFor } from "../support/stack.ts";
import { externalOrder } from "./external-order.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";

let fault: FaultTest;
beforeAll(async () => {
  fault = await beginFaultTest("host");
});
afterAll(async () => fault.close());

const hostPid = async (): Promise<number> => {
  const { pid } = await processNamed("actor-host");
  if (pid === null) throw new Error("the actor host does not run");
  return pid;
};

/**
 * Waits until nothing is violated, Kafka's order among it, and the order is completed.
 *
 * @returns the ids of its events in Kafka, repetitions included
 */
const expectCompleted = async (orderId: string): Promise<string[]> => {
  const { history, violations } = await fault.observer.settle(fault.recorder.operations);
  expect(violations).toEqual([]);
  const order = history.orders.find(({ streamId }) => streamId === orderId);
  expect(order?.view).toMatchObject({ status: "Completed", version: 8 });
  return history.published.filter(({ subject }) => subject === orderId).map(({ id }) => id);
};

/** Waits until the watermark says that the order's events so far are in Kafka: when they arrive there, it does not yet. */
const untilCovered = async (orderId: string): Promise<void> => {
  const { history, violations } = await fault.observer.settle(fault.recorder.operations);
  expect(violations).toEqual([]);
  const last = history.orders.find(({ streamId }) => streamId === orderId)?.events.at(-1);
  if (last === undefined) throw new Error(`${orderId} has no events`);
  const { endpoint, key, database } = sharedStack().cosmos;
  const { leases } = openContainers({ COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key, COSMOS_DATABASE: database });
  const readStored = readWatermark(leases);
  await waitFor(async () => isCovered(await readStored(last.hostEpoch), last.hostSeq), {
    what: `a watermark that covers ${orderId}`,
    timeoutMs: 15_000,
  });
};

describe("an actor host that is killed", () => {
  test.each(["before-append", "after-append", "before-reply", "before-publish", "after-publish"])(
    "%s carries a repeated command out once, and its event reaches Kafka in order",
    async (failpoint) => {
      const { recorder, prefix, gateway } = fault;
      const orderId = `${prefix}-${failpoint}`;
      const { place, reserve, authorise, dispatch, deliver } = externalOrder(orderId);
      expect((await recorder.insist(orderId, place)).outcome).toBe("accepted");
      const pid = await hostPid();

      armFailpoint(failpoint, orderId);
      const reserved = await recorder.insist(orderId, reserve);
      expect(reserved).toMatchObject({ outcome: "accepted", events: [{ type: "LinesReserved", version: 2 }] });
      await untilRestarted("actor-host", pid);

      const repeated = await insist(async () => gateway.sendOrderCommand(orderId, reserve.commandId, reserve.body));
      expect({ replayed: repeated.replayed, text: repeated.text }).toEqual({ replayed: true, text: reserved.text });
      for (const command of [authorise, dispatch, deliver]) await recorder.insist(orderId, command);

      const published = await expectCompleted(orderId);
      // What Kafka took and nobody wrote down is published again, under the same id.
      if (failpoint === "after-publish") expect(published.length).toBeGreaterThan(new Set(published).size);
    },
  );

  test("after-watermark publishes what follows, and nothing again that the watermark says is in Kafka", async () => {
    const { recorder, prefix } = fault;
    const orderId = `${prefix}-after-watermark`;
    const { place, reserve, authorise, dispatch, deliver } = externalOrder(orderId);
    for (const command of [place, reserve]) await recorder.insist(orderId, command);
    await untilCovered(orderId);
    const pid = await hostPid();

    armFailpoint("after-watermark");
    await untilRestarted("actor-host", pid);
    for (const command of [authorise, dispatch, deliver]) await recorder.insist(orderId, command);

    const published = await expectCompleted(orderId);
    const [placed, reserved] = published;
    expect(published.filter((id) => id === placed || id === reserved)).toEqual([placed, reserved]);
  });

  test.each(["after-append", "before-reply"])(
    "%s gives a rejected command the same rejection for ever, whatever the order has become",
    async (failpoint) => {
      const { recorder, prefix, gateway } = fault;
      const orderId = `${prefix}-rejected-${failpoint}`;
      const { place, reserve, authorise, dispatch, deliver } = externalOrder(orderId);
      const tooEarly = { ...deliver, commandId: `${orderId}-too-early` };
      expect((await recorder.insist(orderId, place)).outcome).toBe("accepted");
      const pid = await hostPid();

      armFailpoint(failpoint, orderId);
      await recorder.send(orderId, tooEarly);
      await untilRestarted("actor-host", pid);

      // Decided now, the command would be accepted: only what was stored before the kill can refuse it.
      for (const command of [reserve, authorise, dispatch]) await recorder.insist(orderId, command);
      const rejected = await recorder.insist(orderId, tooEarly);
      expect(rejected).toMatchObject({ outcome: "refused", httpStatus: 409 });
      expect(JSON.parse(rejected.text)).toMatchObject({ code: "NotDispatched" });

      await recorder.insist(orderId, deliver);
      const { httpStatus, replayed, text } = await insist(async () =>
        gateway.sendOrderCommand(orderId, tooEarly.commandId, tooEarly.body),
      );
      expect({ httpStatus, replayed, text }).toEqual({ httpStatus: 409, replayed: true, text: rejected.text });
      await expectCompleted(orderId);
    },
  );
});
