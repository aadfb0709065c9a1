import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { killProcess, sharedStack, untilRestarted } from "../support/stack.ts";
import { managedOrders, type ManagedOrders } from "./managed-order.ts";
import { openStandIn, type StandIn } from "./stand-in.ts";

const run = Date.now().toString(36);
const settleMs = 60_000;
const named = (point: string): string => `${point}-${run}`;

let api: GatewayApi;
let orders: ManagedOrders;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
  orders = managedOrders(api);
});
afterAll(async () => api.close());

describe("a process manager that is killed between two steps of an order", () => {
  let standIn: StandIn;

  beforeEach(async () => {
    standIn = await openStandIn("process-manager");
  });
  afterEach(async () => standIn.close());

  test.each([
    ["pm-after-reserve"],
    ["pm-before-record"],
    ["pm-after-record"],
    ["pm-after-authorise"],
    ["pm-before-checkpoint"],
    ["pm-after-capture", "pm-after-commit"],
  ])(
    "at %s: the order is authorised, dispatched and settled all the same, each step once",
    async (...points) => {
      const [orderId, cup, pot] = [
        `order-${named(points[0] ?? "")}`,
        `cup-${named(points[0] ?? "")}`,
        `pot-${named(points[0] ?? "")}`,
      ];
      await Promise.all([orders.receive(cup, 5), orders.receive(pot, 2)]);
      for (const point of points) standIn.arm(point, orderId);
      await orders.place(orderId, { [cup]: 3, [pot]: 1 });
      await orders.untilStatus(orderId, "Authorised", settleMs);
      await orders.dispatch(orderId, "s1");
      await orders.untilStock(cup, { onHand: 2, reserved: 0 }, settleMs);
      await orders.untilStock(pot, { onHand: 1, reserved: 0 }, settleMs);
      await orders.deliver(orderId, "s1");
      await orders.untilStatus(orderId, "Completed", settleMs);
      expect((await api.readEvents(orderId)).map(({ type }) => type)).toEqual([
        "OrderPlaced",
        "LinesReserved",
        "PaymentAuthorised",
        "PaymentCaptured",
        "ShipmentDispatched",
        "ShipmentDelivered",
        "OrderCompleted",
      ]);
      await standIn.untilAllHit(1_000);
      expect(standIn.kills()).toBe(points.length);
    },
    120_000,
  );

  test("while it finds and records a shortage: the order waits, and nothing stays reserved", async () => {
    const points = ["pm-after-reserve", "pm-before-record", "pm-after-record", "pm-after-release"];
    // One order after the other: a kill meant for one would take another past its own failpoint.
    for (const point of points) {
      const [orderId, cup, pot] = [`short-${named(point)}`, `cup-short-${named(point)}`, `pot-short-${named(point)}`];
      await Promise.all([orders.receive(cup, 5), orders.receive(pot, 1)]);
      standIn.arm(point, orderId);
      await orders.place(orderId, { [cup]: 3, [pot]: 2 });
      const { shortage } = await orders.untilStatus(orderId, "AwaitingCustomer", settleMs);
      expect(shortage).toMatchObject({ reserved: [{ sku: cup, quantity: 3 }], short: [{ sku: pot, available: 1 }] });
      await orders.untilStock(cup, { onHand: 5, reserved: 0 }, settleMs);
      await orders.untilStock(pot, { onHand: 1, reserved: 0 }, settleMs);
      await standIn.untilAllHit(settleMs);
    }
    expect(standIn.kills()).toBe(points.length);
  }, 120_000);

  test("while it undoes a cancelled order: the stock comes back and the order is cancelled", async () => {
    const points = ["pm-after-release", "pm-after-void", "pm-after-record", "pm-before-checkpoint"];
    for (const point of points) {
      const [orderId, cup, pot] = [
        `undone-${named(point)}`,
        `cup-undone-${named(point)}`,
        `pot-undone-${named(point)}`,
      ];
      await Promise.all([orders.receive(cup, 5), orders.receive(pot, 2)]);
      await orders.place(orderId, { [cup]: 3, [pot]: 1 });
      await orders.untilStatus(orderId, "Authorised", settleMs);
      standIn.arm(point, orderId);
      await orders.cancel(orderId);
      await orders.untilStatus(orderId, "Cancelled", settleMs);
      await orders.untilStock(cup, { onHand: 5, reserved: 0 }, settleMs);
      await orders.untilStock(pot, { onHand: 2, reserved: 0 }, settleMs);
      await standIn.untilAllHit(settleMs);
    }
    expect(standIn.kills()).toBe(points.length);
  }, 120_000);
});

describe("the stack's own process manager", () => {
  test("goes on after it was killed in the middle of many orders", async () => {
    const sku = `many-${run}`;
    const count = 20;
    await orders.receive(sku, count * 2);
    const orderIds = Array.from({ length: count }, (_, index) => `many-${run}-${index}`);
    const placing = Promise.all(orderIds.map(async (orderId) => orders.place(orderId, { [sku]: 2 })));
    const pid = await killProcess("process-manager", "SIGKILL");
    await placing;
    await untilRestarted("process-manager", pid);
    await Promise.all(orderIds.map(async (orderId) => orders.untilStatus(orderId, "Authorised", settleMs)));
    await orders.untilStock(sku, { onHand: count * 2, reserved: count * 2 }, settleMs);
  }, 120_000);
});
