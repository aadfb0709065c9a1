import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { sharedStack } from "../support/stack.ts";
import { managedOrders, type ManagedOrders } from "./managed-order.ts";

const run = Date.now().toString(36);

let api: GatewayApi;
let orders: ManagedOrders;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
  orders = managedOrders(api);
});
afterAll(async () => api.close());

describe("a managed order", () => {
  test("is reserved and authorised by itself, and its shipments take its goods out of stock", async () => {
    const [cup, pot, orderId] = [`cup-happy-${run}`, `pot-happy-${run}`, `happy-${run}`];
    await Promise.all([orders.receive(cup, 5), orders.receive(pot, 2)]);
    await orders.place(orderId, { [cup]: 3, [pot]: 1 });
    const authorised = await orders.untilStatus(orderId, "Authorised");
    expect(authorised).toMatchObject({
      reservationId: orderId,
      payment: { authorisedMinor: 400, capturedMinor: 0 },
      lines: [
        { open: 0, reserved: 3 },
        { open: 0, reserved: 1 },
      ],
    });
    await orders.untilStock(cup, { onHand: 5, reserved: 3 });

    await orders.dispatch(orderId, "s1", [cup]);
    await orders.untilStock(cup, { onHand: 2, reserved: 0 });
    await orders.untilStock(pot, { onHand: 2, reserved: 1 });
    await orders.dispatch(orderId, "s2");
    await orders.untilStock(pot, { onHand: 1, reserved: 0 });
    await orders.deliver(orderId, "s1");
    await orders.deliver(orderId, "s2");
    const completed = await orders.untilStatus(orderId, "Completed");
    expect(completed.payment).toMatchObject({ authorisedMinor: 400, capturedMinor: 400 });
    expect(completed).toEqual(await api.readOrder(orderId, "strong"));
  });

  test("that is short of stock waits for its customer, holds nothing, and can only be cancelled", async () => {
    const [cup, pot, orderId] = [`cup-short-${run}`, `pot-short-${run}`, `short-${run}`];
    await Promise.all([orders.receive(cup, 5), orders.receive(pot, 1)]);
    await orders.place(orderId, { [cup]: 3, [pot]: 2, [`never-${run}`]: 1 });
    const waiting = await orders.untilStatus(orderId, "AwaitingCustomer");
    expect(waiting.shortage?.lines).toContainEqual(expect.objectContaining({ missing: 1 }));
    await orders.untilStock(cup, { onHand: 5, reserved: 0 });
    await orders.untilStock(pot, { onHand: 1, reserved: 0 });
    const refused = await api.sendOrderCommand(orderId, "dispatch", {
      type: "DispatchShipment",
      shipmentId: "s1",
      carrier: "Hare",
      trackingNumber: "T1",
    });
    expect(refused).toMatchObject({ httpStatus: 409, problem: { code: "AwaitingCustomer" } });
    await orders.cancel(orderId);
    await orders.untilStatus(orderId, "Cancelled");
  });

  test("leaves nothing to be seen of an item that nobody ever had, until its first goods, which it does not take", async () => {
    const [sku, orderId] = [`first-${run}`, `too-early-${run}`];
    await orders.place(orderId, { [sku]: 1 });
    await orders.untilStatus(orderId, "AwaitingCustomer");
    await orders.cancel(orderId);
    await orders.untilStatus(orderId, "Cancelled");
    expect(await api.readStock(sku, "berlin")).toBeUndefined();
    await orders.receive(sku, 5);
    await orders.untilStock(sku, { onHand: 5, reserved: 0 });
    // The release that the item remembers is its first event.
    expect(await api.readStock(sku, "berlin")).toMatchObject({ available: 5, version: 2 });
  });

  test("gives its stock back when it is cancelled before dispatch", async () => {
    const [cup, orderId] = [`cup-cancelled-${run}`, `cancelled-${run}`];
    await orders.receive(cup, 5);
    await orders.place(orderId, { [cup]: 3 });
    await orders.untilStatus(orderId, "Authorised");
    await orders.cancel(orderId);
    expect(await orders.untilStatus(orderId, "Cancelled")).toMatchObject({ lines: [{ reserved: 0, cancelled: 3 }] });
    await orders.untilStock(cup, { onHand: 5, reserved: 0 });
  });

  test("can be cancelled at once after it was placed", async () => {
    const [cup, orderId] = [`cup-hasty-${run}`, `hasty-${run}`];
    await orders.receive(cup, 5);
    await orders.place(orderId, { [cup]: 3 });
    await orders.cancel(orderId);
    await orders.untilStatus(orderId, "Cancelled");
    await orders.untilStock(cup, { onHand: 5, reserved: 0 });
  });

  test("takes its steps from nobody but the process manager", async () => {
    const orderId = `guarded-${run}`;
    await orders.place(orderId, { [`none-${run}`]: 1 });
    for (const body of [
      { type: "RecordReservation", reservationId: "mine" },
      { type: "RecordAuthorisation", authorisationId: "mine", amountMinor: 100 },
    ]) {
      const { httpStatus, problem } = await api.sendOrderCommand(orderId, body.type, body);
      expect({ httpStatus, code: problem?.code }).toEqual({ httpStatus: 409, code: "ManagedOrder" });
    }
    await orders.untilStatus(orderId, "AwaitingCustomer");
  });
});

describe("orders that want the same goods", () => {
  test("never get more of them than there are", async () => {
    const sku = `scarce-${run}`;
    await orders.receive(sku, 7);
    const orderIds = Array.from({ length: 6 }, (_, index) => `scarce-${run}-${index}`);
    await Promise.all(orderIds.map(async (orderId) => orders.place(orderId, { [sku]: 2 })));
    const settled = await Promise.all(
      orderIds.map(async (orderId) =>
        Promise.any([orders.untilStatus(orderId, "Authorised"), orders.untilStatus(orderId, "AwaitingCustomer")]),
      ),
    );
    expect(settled.filter(({ status }) => status === "Authorised")).toHaveLength(3);
    await orders.untilStock(sku, { onHand: 7, reserved: 6 });
  });
});
