import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { armFailpoint, processNamed, untilRestarted } from "../support/stack.ts";
import { externalOrder } from "./external-order.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";

let fault: FaultTest;
beforeAll(async () => {
  fault = await beginFaultTest("host");
});
afterAll(async () => fault.close());

describe("an actor host that is killed", () => {
  test.each(["before-append", "after-append", "before-reply"])(
    "%s carries a repeated command out once, and its event reaches Kafka in order",
    async (failpoint) => {
      const { recorder, observer, prefix, gateway } = fault;
      const orderId = `${prefix}-${failpoint}`;
      const { place, reserve, authorise, dispatch, deliver } = externalOrder(orderId);
      expect((await recorder.insist(orderId, place)).outcome).toBe("accepted");
      const { pid } = await processNamed("actor-host");
      if (pid === null) throw new Error("the actor host does not run");

      armFailpoint(failpoint, orderId);
      const reserved = await recorder.insist(orderId, reserve);
      expect(reserved).toMatchObject({ outcome: "accepted", events: [{ type: "LinesReserved", version: 2 }] });
      await untilRestarted("actor-host", pid);

      const repeated = await gateway.sendOrderCommand(orderId, reserve.commandId, reserve.body);
      expect({ replayed: repeated.replayed, text: repeated.text }).toEqual({ replayed: true, text: reserved.text });
      for (const command of [authorise, dispatch, deliver]) await recorder.insist(orderId, command);

      const { history, violations } = await observer.settle(recorder.operations);
      expect(violations).toEqual([]);
      const order = history.orders.find(({ streamId }) => streamId === orderId);
      expect(order?.view).toMatchObject({ status: "Completed", version: 7 });
    },
  );
});
