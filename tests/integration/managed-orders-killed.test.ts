import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { openGateway, type GatewayApi } from "../support/api.ts";
import { breakStream } from "../support/broken-stream.ts";
import { killProcess, sharedStack, untilRestarted, waitFor } from "../support/stack.ts";
import { managedOrders, type ManagedOrders } from "./managed-order.ts";
import { openStandIn, type StandIn } from "./stand-in.ts";

const run = Date.now().toString(36);
const settleMs = 60_000;

let api: GatewayApi;
let orders: ManagedOrders;

beforeAll(() => {
  api = openGateway(sharedStack().gateway);
  orders = managedOrders(api);
});
afterAll(async () => api.close());

const typesOf = async (orderId: string): Promise<string[]> => (await api.readEvents(orderId)).map(({ type }) => type);

/** Goods for an order of three cups and a pot. */
const goodsOf = async (orderId: string): Promise<{ cup: string; pot: string }> => {
  const [cup, pot] = [`cup-${orderId}`, `pot-${orderId}`];
  await Promise.all([orders.receive(cup, 5), orders.receive(pot, 2)]);
  return { cup, pot };
};

describe("a process manager that is killed between two steps of an order", () => {
  let standIn: StandIn;

  beforeAll(async () => {
    // A step that is left since this machine is busy is taken again while the test still waits for it.
    standIn = await openStandIn("process-manager", {
      STEP_LIMITS: "reservation=9,authorisation=9,plan=9,capture=9,dispatch=9,refund=9,void=9,release=9,cancel=9",
      WATCHDOG_INTERVAL_MS: "1000",
      PARKED_RETRY_MS: "1000",
    });
  });
  afterEach(() => expect(standIn.kills()).toBe(standIn.armed()));
  afterAll(async () => standIn.close());

  test("lets the order go its whole way all the same, each step once", async () => {
    const orderId = `whole-${run}`;
    const { cup, pot } = await goodsOf(orderId);
    const beforePacking = [
      "after-reserve",
      "before-record",
      "after-record",
      "after-authorise",
      "after-confirm",
      "after-plan",
    ];
    const afterPacking = ["before-checkpoint", "after-capture", "after-book", "after-commit"];
    for (const point of [...beforePacking, ...afterPacking]) standIn.arm(`pm-${point}`, orderId);
    await orders.place(orderId, { [cup]: 3, [pot]: 1 });
    await orders.untilStatus(orderId, "Fulfilling", settleMs);
    await orders.pack(orderId, "s1");
    await orders.untilShipment(orderId, "s1", "Dispatched", settleMs);
    await orders.untilStock(cup, { onHand: 2, reserved: 0 }, settleMs);
    await orders.untilStock(pot, { onHand: 1, reserved: 0 }, settleMs);
    await orders.deliver(orderId, "s1");
    await orders.untilStatus(orderId, "Completed", settleMs);
    expect(await typesOf(orderId)).toEqual([
      "OrderPlaced",
      "ReservationRequested",
      "LinesReserved",
      "AuthorisationRequested",
      "PaymentAuthorised",
      "FulfilmentPlanned",
      "ShipmentPacked",
      "CaptureRequested",
      "PaymentCaptured",
      "ShipmentDispatched",
      "ShipmentDelivered",
      "OrderCompleted",
    ]);
    expect(await orders.balanceOf(orderId)).toEqual({
      authorisedMinor: 400,
      capturedMinor: 400,
      voidedMinor: 0,
      refundedMinor: 0,
    });
    await standIn.untilAllHit(settleMs);
  });

  test("undoes a cancelled order: stock and money come back and the order is cancelled", async () => {
    const orderId = `undone-${run}`;
    const { cup, pot } = await goodsOf(orderId);
    await orders.place(orderId, { [cup]: 3, [pot]: 1 });
    await orders.untilStatus(orderId, "Fulfilling", settleMs);
    for (const point of ["after-release", "after-record", "after-void", "after-complete", "before-checkpoint"])
      standIn.arm(`pm-${point}`, orderId);
    await orders.cancel(orderId);
    await orders.untilStatus(orderId, "Cancelled", settleMs);
    await orders.untilStock(cup, { onHand: 5, reserved: 0 }, settleMs);
    await orders.untilStock(pot, { onHand: 2, reserved: 0 }, settleMs);
    expect(await orders.balanceOf(orderId)).toMatchObject({ voidedMinor: 400, capturedMinor: 0 });
    await standIn.untilAllHit(settleMs);
  });

  test("gives an order the goods that it waited for", async () => {
    const orderId = `waits-${run}`;
    const { cup, pot } = await goodsOf(orderId);
    await orders.place(orderId, { [cup]: 3, [pot]: 3 });
    await orders.untilStatus(orderId, "AwaitingCustomer", settleMs);
    for (const point of ["pm-after-confirm", "pm-after-reserve", "pm-after-record"]) standIn.arm(point, orderId);
    await orders.send(orderId, "ConfirmShortage", { choice: "wait" });
    await orders.untilStock(pot, { backordered: 1 }, settleMs);
    await orders.receive(pot, 4);
    await orders.untilStatus(orderId, "Fulfilling", settleMs);
    await orders.untilStock(pot, { onHand: 6, reserved: 3, backordered: 0 }, settleMs);
    await standIn.untilAllHit(settleMs);
  });

  test("counts every unit and every cent once while lines are cancelled, and goods come back", async () => {
    const [orderId, cup] = [`counted-${run}`, `cup-counted-${run}`];
    await orders.receive(cup, 9);
    await orders.place(orderId, { [cup]: 5 });
    await orders.untilStatus(orderId, "Fulfilling", settleMs);
    standIn.arm("pm-after-release", orderId);
    await orders.send(orderId, "RequestCancel", { reason: "too many", lines: [{ lineId: cup, quantity: 2 }] });
    await orders.untilStock(cup, { onHand: 9, reserved: 3 }, settleMs);
    await orders.pack(orderId, "s1");
    await orders.untilShipment(orderId, "s1", "Dispatched", settleMs);
    standIn.arm("pm-after-void", orderId);
    await orders.deliver(orderId, "s1");
    await orders.untilStatus(orderId, "Completed", settleMs);
    await waitFor(async () => (await orders.balanceOf(orderId)).voidedMinor === 200, {
      what: "the rest of the authorisation to be let go of",
      timeoutMs: settleMs,
    });
    standIn.arm("pm-after-restock", orderId);
    standIn.arm("pm-after-refund", orderId);
    const lines = [{ lineId: cup, quantity: 1, condition: "resalable" }];
    await orders.send(orderId, "ReceiveReturn", { returnId: "b1", lines });
    await orders.untilStock(cup, { onHand: 7, reserved: 0 }, settleMs);
    await orders.untilOrder(orderId, "to be refunded", ({ payment }) => payment?.refundedMinor === 100, settleMs);
    expect(await orders.balanceOf(orderId)).toEqual({
      authorisedMinor: 500,
      capturedMinor: 300,
      voidedMinor: 200,
      refundedMinor: 100,
    });
    await standIn.untilAllHit(settleMs);
  });

  test("while goods are brought to shards and taken from them: each unit is in one of them, and given once", async () => {
    const [sku, orderId] = [`cup-shards-${run}`, `shards-${run}`];
    await orders.receive(sku, 6);
    standIn.arm("pm-after-allocate", `${sku}~berlin`);
    const sharded = await api.sendStockCommand(sku, "berlin", "shard", { type: "ShardStock", shards: 2 });
    expect(sharded.httpStatus).toBe(200);
    await standIn.untilAllHit(settleMs);
    // What is on its way to a shard is nowhere available.
    await orders.untilStock(sku, { onHand: 6, available: 6, shards: 2 }, settleMs);
    standIn.arm("pm-after-shard", orderId);
    standIn.arm("pm-before-settle", orderId);
    await orders.place(orderId, { [sku]: 5 });
    await orders.untilStatus(orderId, "Fulfilling", settleMs);
    await orders.untilStock(sku, { onHand: 6, reserved: 5 }, settleMs);
    await standIn.untilAllHit(settleMs);
  });

  test("while shards give back what an order waits for: it gets each unit once", async () => {
    const [sku, holder, waiting] = [`cup-recalled-${run}`, `holder-${run}`, `waiting-${run}`];
    await orders.receive(sku, 4);
    await api.sendStockCommand(sku, "berlin", "shard", { type: "ShardStock", shards: 2 });
    await orders.untilStock(sku, { onHand: 4, available: 4, shards: 2 }, settleMs);
    await orders.place(holder, { [sku]: 4 });
    await orders.untilStatus(holder, "Fulfilling", settleMs);
    await orders.place(waiting, { [sku]: 4 });
    await orders.untilStatus(waiting, "AwaitingCustomer", settleMs);
    await orders.send(waiting, "ConfirmShortage", { choice: "wait" });
    await orders.untilStock(sku, { backordered: 4 }, settleMs);
    standIn.arm("pm-after-recall", `${sku}~berlin~0`);
    standIn.arm("pm-after-bring-back", `${sku}~berlin~1`);
    await orders.send(holder, "RequestCancel", { reason: "changed my mind" });
    await orders.untilStatus(waiting, "Fulfilling", settleMs);
    await standIn.untilAllHit(settleMs);
    await orders.untilStock(sku, { onHand: 4, reserved: 4, backordered: 0 }, settleMs);
  });

  test("while a sale takes more than there is: what is owed is owed once", async () => {
    const [sku, receiptNumber] = [`cup-sold-${run}`, `n-${run}`];
    const saleId = `pos.store.till.${receiptNumber}`;
    await orders.receive(sku, 1);
    standIn.arm("pm-after-adjust", saleId);
    await orders.send(saleId, "RecordSale", {
      storeId: "store",
      terminalId: "till",
      receiptNumber,
      currency: "EUR",
      soldAt: "2026-01-01T00:00:00Z",
      lines: [{ lineId: "cup", sku, location: "berlin", quantity: 3, unitPriceMinor: 100 }],
      tenders: [{ tenderId: "t", method: "cash", amountMinor: 300 }],
    });
    await orders.untilStock(sku, { onHand: 0, oversold: 2 }, settleMs);
    await standIn.untilAllHit(settleMs);
    await orders.untilStock(sku, { onHand: 0, oversold: 2 }, settleMs);
  });

  test("while an order is parked for its goods, and while it is let go on: they leave the stock once", async () => {
    const [sku, orderId] = [`cup-parked-${run}`, `parked-${run}`];
    await orders.receive(sku, 5);
    await orders.place(orderId, { [sku]: 2 });
    await orders.untilStatus(orderId, "Fulfilling", settleMs);
    const repair = await breakStream(sharedStack(), `${sku}~berlin`);
    standIn.arm("pm-after-park", orderId);
    await orders.pack(orderId, "s1");
    await orders.untilShipment(orderId, "s1", "Dispatched", settleMs);
    await standIn.untilAllHit(settleMs);
    await orders.deliver(orderId, "s1");
    standIn.arm("pm-after-unpark", orderId);
    await repair();
    await orders.untilStock(sku, { onHand: 3, reserved: 0 }, settleMs);
    await orders.untilStatus(orderId, "Completed", settleMs);
    await standIn.untilAllHit(settleMs);
  });
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
    await Promise.all(orderIds.map(async (orderId) => orders.untilStatus(orderId, "Fulfilling", settleMs)));
    await orders.untilStock(sku, { onHand: count * 2, reserved: count * 2 }, settleMs);
  });
});
