import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { externalOrder, type OrderCommand } from "./external-order.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";

const times = 20;

let fault: FaultTest;
beforeAll(async () => {
  fault = await beginFaultTest("repetition");
});
afterAll(async () => fault.close());

const sendAtOnce = async (orderId: string, command: OrderCommand) =>
  Promise.all(Array.from({ length: times }, async () => fault.recorder.send(orderId, command)));

describe("one command id that is sent 20 times at once", () => {
  test("has one effect and 20 equal answers", async () => {
    const { recorder, observer, prefix } = fault;
    const orderId = `${prefix}-accepted`;
    const { place, reserve } = externalOrder(orderId);
    for (const command of [place, reserve]) {
      const answers = await sendAtOnce(orderId, command);
      expect(answers.map(({ httpStatus }) => httpStatus)).toEqual(Array.from({ length: times }, () => 200));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    }
    const { history, violations } = await observer.settle(recorder.operations);
    expect(violations).toEqual([]);
    expect(history.orders[0]?.events.map(({ type }) => type)).toEqual(["OrderPlaced", "LinesReserved"]);
  });

  test("is refused 20 times alike, and leaves no event", async () => {
    const { recorder, observer, prefix } = fault;
    const orderId = `${prefix}-refused`;
    const { place, dispatch } = externalOrder(orderId);
    await recorder.insist(orderId, place);
    const answers = await sendAtOnce(orderId, dispatch);
    expect(answers.map(({ httpStatus }) => httpStatus)).toEqual(Array.from({ length: times }, () => 409));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const { history, violations } = await observer.settle(recorder.operations);
    expect(violations).toEqual([]);
    const order = history.orders.find(({ streamId }) => streamId === orderId);
    expect(order?.events.map(({ type }) => type)).toEqual(["OrderPlaced"]);
  });
});
