import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { killProcess, untilRestarted, waitFor } from "../support/stack.ts";
import { beginFaultTest, type FaultTest } from "./fault-test.ts";
import { loadWhile } from "./load.ts";

let fault: FaultTest;
beforeAll(async () => {
  fault = await beginFaultTest("sidecar");
});
afterAll(async () => fault.close());

describe("a sidecar of the actor host that is killed under load", () => {
  test("loses no acknowledged command and carries none out twice", async () => {
    const { recorder, observer, prefix } = fault;
    const orderIds = await loadWhile(recorder, { clients: 4, prefix }, async () => {
      await waitFor(() => recorder.accepted() >= 20, { what: "20 accepted commands", timeoutMs: 15_000 });
      await untilRestarted("actor-host-daprd", await killProcess("actor-host-daprd", "SIGKILL"));
    });

    const { history, violations } = await observer.settle(recorder.operations);
    expect(violations).toEqual([]);
    expect(history.orders).toHaveLength(orderIds.length);
    expect(history.orders.filter(({ view }) => view?.status !== "Completed")).toEqual([]);
  });
});
