import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { killProcess, untilRestarted, waitFor } from "../support/stack.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";
import { loadWhile } from "./load.ts";

let fault: FaultTest;
beforeAll(async () => {
  fault = await beginFaultTest("store");
});
afterAll(async () => fault.close());

/** Nothing is violated, and every order that was begun was taken to its end by its client. */
const expectAllCompleted = async (orderIds: readonly string[]): Promise<void> => {
  const { history, violations } = await fault.observer.settle(fault.recorder.operations);
  expect(violations).toEqual([]);
  const completed = history.orders.filter(({ view }) => view?.status === "Completed").map(({ streamId }) => streamId);
  expect(completed).toEqual(expect.arrayContaining([...orderIds]));
};

describe("a Cosmos endpoint", () => {
  test("that is killed under load loses no acknowledged command, and answers stay honest", async () => {
    const { recorder, prefix } = fault;
    const orderIds = await loadWhile(recorder, { clients: 16, prefix: `${prefix}-killed` }, async () => {
      await waitFor(() => recorder.accepted() >= 50, { what: "50 accepted commands", timeoutMs: 15_000 });
      await untilRestarted("cosmos", await killProcess("cosmos", "SIGKILL"));
      const before = recorder.accepted();
      await waitFor(() => recorder.accepted() > before, { what: "commands to be accepted again", timeoutMs: 30_000 });
    });

    await expectAllCompleted(orderIds);
  });

  test("that hangs is reported with 503, and what it stores when it goes on is no second effect", async () => {
    const { recorder, prefix } = fault;
    const before = recorder.accepted();
    const hangs = `${prefix}-hangs`;
    const isReported = (): boolean =>
      recorder.operations.some(({ streamId, httpStatus }) => streamId.startsWith(hangs) && httpStatus === 503);
    const orderIds = await loadWhile(recorder, { clients: 8, prefix: hangs }, async () => {
      await waitFor(() => recorder.accepted() >= before + 10, { what: "10 accepted commands", timeoutMs: 15_000 });
      await killProcess("cosmos", "SIGSTOP");
      try {
        await waitFor(isReported, { what: "a 503", timeoutMs: 20_000 });
      } finally {
        await killProcess("cosmos", "SIGCONT");
      }
    });

    await expectAllCompleted(orderIds);
  });
});
