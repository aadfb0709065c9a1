import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { sharedStack, waitFor } from "../support/stack.ts";
import { behave, behaveAgain, managedOrders, type ManagedOrders } from "./managed-order.ts";

const run = Date.now().toString(36);

let api: GatewayApi;
let orders: ManagedOrders;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
  orders = managedOrders(api);
});
afterEach(async () => behaveAgain());
afterAll(async () => api.close());

describe("a managed order", () => {
  test("is reserved, authorised and planned by itself, and each of its shipments is paid for and leaves the stock", async () => {
    const [cup, pot, orderId] = [`cup-happy-${run}`, `pot-happy-${run}`, `happy-${run}`];
    await Promise.all([orders.receive(cup, 5), orders.receive(pot, 2)]);
    await orders.place(orderId, { [cup]: 3, [pot]: 1 });
    const planned = await orders.untilStatus(orderId, "Fulfilling");
    expect(planned).toMatchObject({
      reservationId: `${orderId}~r1`,
      payment: { authorisedMinor: 400, capturedMinor: 0 },
      lines: [
        { open: 0, reserved: 3 },
        { open: 0, reserved: 1 },
      ],
    });
    await orders.untilStock(cup, { onHand: 5, reserved: 3 });

    await orders.pack(orderId, "s1", [cup]);
    await orders.untilShipment(orderId, "s1", "Dispatched");
    await orders.untilStock(cup, { onHand: 2, reserved: 0 });
    await orders.untilStock(pot, { onHand: 2, reserved: 1 });
    expect(await orders.balanceOf(orderId)).toMatchObject({ authorisedMinor: 400, capturedMinor: 300 });
    await orders.pack(orderId, "s2");
    await orders.untilShipment(orderId, "s2", "Dispatched");
    await orders.untilStock(pot, { onHand: 1, reserved: 0 });
    await orders.deliver(orderId, "s1");
    await orders.deliver(orderId, "s2");
    const completed = await orders.untilStatus(orderId, "Completed");
    expect(completed.payment).toMatchObject({ authorisedMinor: 400, capturedMinor: 400 });
    expect(completed).toEqual(await api.readOrder(orderId, "strong"));
  });

  test("that is short of stock keeps what is there while its customer decides, and goes on as that says", async () => {
    const [cup, pot] = [`cup-short-${run}`, `pot-short-${run}`];
    await Promise.all([orders.receive(cup, 9), orders.receive(pot, 1)]);
    const [accepts, refuses, waits] = [`accepts-${run}`, `refuses-${run}`, `waits-${run}`];
    await orders.place(accepts, { [cup]: 3, [pot]: 2 });
    const asking = await orders.untilStatus(accepts, "AwaitingCustomer");
    expect(asking.shortage).toEqual({ lines: [{ lineId: pot, missing: 1 }] });
    await orders.untilStock(cup, { reserved: 3 });
    await orders.place(refuses, { [cup]: 1, [pot]: 1 });
    await orders.place(waits, { [cup]: 1, [pot]: 1 });
    await Promise.all([refuses, waits].map(async (orderId) => orders.untilStatus(orderId, "AwaitingCustomer")));

    await orders.send(accepts, "ConfirmShortage", { choice: "accept" });
    await orders.send(refuses, "ConfirmShortage", { choice: "refuse" });
    await orders.send(waits, "ConfirmShortage", { choice: "wait" });
    const accepted = await orders.untilStatus(accepts, "Fulfilling");
    expect(accepted).toMatchObject({ payment: { authorisedMinor: 400 }, lines: [{ reserved: 3 }, { cancelled: 1 }] });
    await orders.untilStatus(refuses, "Cancelled");
    await orders.untilStock(cup, { reserved: 4 });
    await orders.untilStock(pot, { backordered: 1 });
    await orders.receive(pot, 5);
    await orders.untilStatus(waits, "Fulfilling");
    await orders.untilStock(pot, { onHand: 6, reserved: 2, backordered: 0 });
  });

  test("gives its stock and its money back when it is cancelled before anything is packed, wholly or in part", async () => {
    const [cup, whole, part] = [`cup-cancelled-${run}`, `cancelled-${run}`, `reduced-${run}`];
    await orders.receive(cup, 9);
    for (const orderId of [whole, part]) {
      await orders.place(orderId, { [cup]: 3 });
      await orders.untilStatus(orderId, "Fulfilling");
    }
    await orders.cancel(whole);
    await orders.send(part, "RequestCancel", { reason: "too many", lines: [{ lineId: cup, quantity: 2 }] });
    expect(await orders.untilStatus(whole, "Cancelled")).toMatchObject({ lines: [{ reserved: 0, cancelled: 3 }] });
    await orders.untilStock(cup, { onHand: 9, reserved: 1 });
    expect(await orders.balanceOf(whole)).toMatchObject({ authorisedMinor: 300, capturedMinor: 0, voidedMinor: 300 });
    await orders.pack(part, "s1");
    await orders.untilShipment(part, "s1", "Dispatched");
    await orders.deliver(part, "s1");
    await orders.untilStatus(part, "Completed");
    const voided = async () => (await orders.balanceOf(part)).voidedMinor === 200;
    await waitFor(voided, { what: "the rest of the authorisation to be let go of", timeoutMs: 20_000 });
    expect(await orders.balanceOf(part)).toMatchObject({ capturedMinor: 100 });
  });

  test("can be cancelled at once after it was placed", async () => {
    const [cup, orderId] = [`cup-hasty-${run}`, `hasty-${run}`];
    await orders.receive(cup, 5);
    await orders.place(orderId, { [cup]: 3 });
    await orders.cancel(orderId);
    await orders.untilStatus(orderId, "Cancelled");
    await orders.untilStock(cup, { onHand: 5, reserved: 0 });
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
  });

  test("whose payment is declined waits for another attempt, or is rejected", async () => {
    const [cup, again, never] = [`cup-declined-${run}`, `again-${run}`, `never-${run}`];
    await orders.receive(cup, 9);
    const decline = { code: "InsufficientFunds", retryable: true };
    await behave({
      rules: [
        { on: "authorisation", orderIdPrefix: again, times: 1, decline },
        { on: "authorisation", orderIdPrefix: never, decline: { code: "Stolen", retryable: false } },
      ],
    });
    await orders.place(again, { [cup]: 1 });
    await orders.place(never, { [cup]: 1 });
    await orders.untilStatus(never, "Rejected");
    const declined = await orders.untilOrder(again, "to be declined", ({ payment }) => payment?.status === "declined");
    expect(declined).toMatchObject({ status: "Reserved", payment: { declineCode: "InsufficientFunds" } });
    await orders.send(again, "RequestAuthorisation");
    await orders.untilStatus(again, "Fulfilling");
    await orders.untilStock(cup, { onHand: 9, reserved: 1 });
  });

  test("takes goods back, pays for them, and puts on the shelf what can be sold again", async () => {
    const [cup, orderId] = [`cup-back-${run}`, `back-${run}`];
    await orders.receive(cup, 5);
    await orders.place(orderId, { [cup]: 3 });
    await orders.pack(orderId, "s1");
    await orders.untilShipment(orderId, "s1", "Dispatched");
    await orders.deliver(orderId, "s1");
    await orders.untilStatus(orderId, "Completed");
    const lines = [
      { lineId: cup, quantity: 1, condition: "resalable" },
      { lineId: cup, quantity: 1, condition: "damaged" },
    ];
    await orders.send(orderId, "ReceiveReturn", { returnId: "b1", lines });
    await orders.untilStock(cup, { onHand: 3, reserved: 0 });
    const refunded = await orders.untilOrder(
      orderId,
      "to be refunded",
      ({ payment }) => payment?.refundedMinor === 200,
    );
    expect(refunded).toMatchObject({ status: "Completed", payment: { capturedMinor: 300 } });
    expect(await orders.balanceOf(orderId)).toMatchObject({ refundedMinor: 200 });
  });

  test("takes its steps from nobody but the process manager", async () => {
    const orderId = `guarded-${run}`;
    await orders.place(orderId, { [`none-${run}`]: 1 });
    await orders.untilStatus(orderId, "AwaitingCustomer");
    const body = { type: "RecordReservation", reservationId: "mine" };
    const { httpStatus, problem } = await api.sendOrderCommand(orderId, body.type, body);
    expect({ httpStatus, code: problem?.code }).toEqual({ httpStatus: 409, code: "ManagedOrder" });
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
        Promise.any([orders.untilStatus(orderId, "Fulfilling"), orders.untilStatus(orderId, "AwaitingCustomer")]),
      ),
    );
    expect(settled.filter(({ status }) => status === "Fulfilling")).toHaveLength(3);
    await orders.untilStock(sku, { onHand: 7, reserved: 7 });
  });
});
