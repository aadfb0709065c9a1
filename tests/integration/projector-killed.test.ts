import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { insist, openGateway, type GatewayApi } from "../support/api.ts";
import { killProcess, processNamed, sharedStack, untilRestarted, waitFor } from "../support/stack.ts";
import { openStandIn } from "./stand-in.ts";

const run = Date.now().toString(36);
const settleMs = 60_000;
const statuses = ["Placed", "Reserved", "Authorised", "Fulfilling", "Completed", "Cancelled"];

let api: GatewayApi;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
});
afterAll(async () => api.close());

const commands = [
  {
    type: "PlaceOrder",
    currency: "EUR",
    fulfilment: "external",
    lines: [{ lineId: "1", sku: "tea", location: "berlin", quantity: 2, unitPriceMinor: 450 }],
  },
  { type: "RecordReservation", reservationId: "r-1" },
  { type: "RecordAuthorisation", authorisationId: "a-1", amountMinor: 900 },
  { type: "DispatchShipment", shipmentId: "s-1", carrier: "Hare", trackingNumber: "T1" },
  { type: "RecordDelivery", shipmentId: "s-1" },
];

/** Sends the first commands of an order, one after the other. */
const advance = async (orderId: string, customerId: string, from: number, to: number): Promise<void> => {
  for (const command of commands.slice(from, to)) {
    const body = command.type === "PlaceOrder" ? { ...command, customerId } : command;
    expect((await insist(async () => api.sendOrderCommand(orderId, command.type, body))).httpStatus).toBe(200);
  }
};

/** Waits until the read model has the order's last version, and checks that everything in it is as the actor says. */
const expectProjected = async (orderIds: readonly string[], customerId: string): Promise<void> => {
  const actual = new Map(
    await Promise.all(orderIds.map(async (orderId) => [orderId, await api.readOrder(orderId, "strong")] as const)),
  );
  await waitFor(
    async () => {
      for (const orderId of orderIds)
        if ((await api.readOrder(orderId))?.version !== actual.get(orderId)?.version) return false;
      return true;
    },
    { what: `the projection of ${orderIds.length} orders`, timeoutMs: settleMs },
  );
  for (const orderId of orderIds) expect(await api.readOrder(orderId)).toEqual(actual.get(orderId));

  const ofCustomer = await api.listOrders({ customerId });
  expect(ofCustomer.map(({ orderId }) => orderId).toSorted()).toEqual(orderIds.toSorted());
  for (const { orderId, version, status } of ofCustomer)
    expect({ orderId, version, status }).toMatchObject({
      version: actual.get(orderId)?.version,
      status: actual.get(orderId)?.status,
    });
  for (const status of statuses) {
    const inList = (await api.listOrders({ status })).filter(
      (order) => "customerId" in order && order.customerId === customerId,
    );
    const expected = orderIds.filter((orderId) => actual.get(orderId)?.status === status);
    expect({ status, orders: inList.map(({ orderId }) => orderId).toSorted() }).toEqual({
      status,
      orders: expected.toSorted(),
    });
  }
};

describe("a projector that is killed", () => {
  test("before any of its writes, for one order after the other, misses nothing and applies nothing twice", async () => {
    const standIn = await openStandIn("projector");
    try {
      const customerId = `killed-${run}`;
      const points = ["projector-before-view", "projector-before-snapshot", "projector-before-checkpoint"];
      const orderIds = points.map((point) => `${point}-${run}`);
      for (const [index, point] of points.entries()) standIn.arm(point, orderIds[index] ?? "");
      await Promise.all(
        orderIds.map(async (orderId, index) => advance(orderId, customerId, 0, commands.length - index)),
      );
      await standIn.untilAllHit(settleMs);
      expect(standIn.kills()).toBe(points.length);
      await expectProjected(orderIds, customerId);

      // Once more, for orders that have documents and list entries already.
      for (const [index, point] of points.slice(1).entries()) standIn.arm(point, orderIds[index + 1] ?? "");
      await Promise.all(
        orderIds.map(async (orderId, index) => advance(orderId, customerId, commands.length - index, commands.length)),
      );
      await standIn.untilAllHit(settleMs);
      await expectProjected(orderIds, customerId);
    } finally {
      await standIn.close();
    }
  });

  test("in the middle of many orders is restarted and catches up", async () => {
    const customerId = `many-${run}`;
    const orderIds = Array.from({ length: 30 }, (_, index) => `many-projected-${run}-${index}`);
    const sending = Promise.all(
      orderIds.map(async (orderId, index) => advance(orderId, customerId, 0, 1 + (index % commands.length))),
    );
    const pid = await killProcess("projector", "SIGKILL");
    await sending;
    await untilRestarted("projector", pid);
    await expectProjected(orderIds, customerId);
  });
});

describe("the relay", () => {
  test("has a consumer group of its own", async () => {
    const { ports } = await processNamed("projector");
    // It was killed, and takes the leases again once they have run out.
    await waitFor(
      async () => {
        const metrics = await (await fetch(`http://127.0.0.1:${ports.at(-1) ?? 0}/metrics`)).text();
        return ["relay", "projection"].every((group) =>
          new RegExp(`change_feed_ranges\\{group="${group}"[^}]*\\} [1-9]`).test(metrics),
        );
      },
      { what: "both groups to have ranges", timeoutMs: settleMs },
    );
  });
});
