import { beforeEach, describe, expect, test } from "@jest/globals";
import type { CommandAnswer } from "../../../actors/kernel/answer.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { createMemoryWorld, openProcessWith, settle, type MemoryWorld } from "./memory-process.ts";

const longest = (prefix: string, length = 128): string => prefix.padEnd(length, "-");
const sku = longest("cup");
const location = longest("berlin");
const itemId = stockStreamId(sku, location);
const orderId = longest("order");
const lineId = longest("line");
const saleId = `pos.${longest("store", 42)}.${longest("till", 32)}.${longest("receipt", 48)}`;
const shards = 64;

let world: MemoryWorld;
let sent: number;
let obstacles: string[];
beforeEach(() => {
  world = createMemoryWorld();
  sent = 0;
  obstacles = [];
});

const send = (streamType: "Order" | "StockItem", streamId: string, type: string, data: Record<string, unknown>) => {
  sent += 1;
  const answer: CommandAnswer = world.actors.send("outside", streamType, streamId, {
    commandId: `client-${sent}`,
    type,
    data,
  });
  expect(answer).toHaveProperty("ok");
};
/** Handles the whole feed again: everything that was done is found to be done. */
const settleAll = async (): Promise<void> => {
  const note = (_: string, reason: string): void => {
    obstacles.push(reason);
  };
  await settle(world, openProcessWith(world, { onObstacle: note, onLeft: note }));
  expect([obstacles, [...world.parked.records]]).toEqual([[], []]);
};
const receive = (quantity: number): void =>
  send("StockItem", itemId, "ReceiveStock", { receiptId: `r${sent}`, quantity });
const place = (quantity: number): void => {
  const lines = [{ lineId, sku, location, quantity, unitPriceMinor: 10 }];
  send("Order", orderId, "PlaceOrder", { customerId: "c", currency: "EUR", fulfilment: "managed", lines });
};
const order = (): OrderState | undefined => world.actors.orders().get(orderId);
const totals = () => {
  const items = [...world.actors.stock().values()];
  return {
    onHand: items.reduce((sum, item) => sum + item.onHand - item.oversold, 0),
    reserved: items.reduce((sum, item) => sum + item.reserved, 0),
  };
};

describe.each([0, shards])("ids as long as they may be, of an item over %i shards", (count) => {
  const shard = (): void => {
    if (count > 0) send("StockItem", itemId, "ShardStock", { shards: count });
  };

  test("let an order wait, be filled, changed, shipped and returned", async () => {
    receive(2 * shards);
    shard();
    await settleAll();
    place(2 * shards + 3);
    await settleAll();
    send("Order", orderId, "ConfirmShortage", { choice: "wait" });
    await settleAll();
    receive(3);
    await settleAll();
    expect(order()?.status).toBe("Fulfilling");
    send("Order", orderId, "RequestCancel", { reason: "too many", lines: [{ lineId, quantity: 1 }] });
    const planned = order();
    if (planned?.status !== "Fulfilling") throw new Error("it is not planned");
    const fulfilmentId = planned.fulfilments[0]?.fulfilmentId;
    const shipmentId = longest("shipment");
    const lines = [{ lineId, quantity: 2 * shards + 2 }];
    send("Order", orderId, "RecordPack", { shipmentId, fulfilmentId, lines });
    await settleAll();
    send("Order", orderId, "RecordDelivery", { shipmentId });
    await settleAll();
    expect([order()?.status, totals()]).toEqual(["Completed", { onHand: 1, reserved: 0 }]);
    const returned = [{ lineId, quantity: 1, condition: "resalable" }];
    send("Order", orderId, "ReceiveReturn", { returnId: longest("return"), lines: returned });
    await settleAll();
    expect([order()?.status, totals()]).toEqual(["Completed", { onHand: 2, reserved: 0 }]);
  });

  test("let an order be amended, and cancelled", async () => {
    receive(2 * shards);
    shard();
    await settleAll();
    place(2 * shards + 1);
    await settleAll();
    send("Order", orderId, "AmendOrder", { lines: [{ lineId, sku, location, quantity: 3, unitPriceMinor: 10 }] });
    await settleAll();
    expect(totals()).toEqual({ onHand: 2 * shards, reserved: 3 });
    send("Order", orderId, "RequestCancel", { reason: "changed my mind" });
    await settleAll();
    expect([order()?.status, totals()]).toEqual(["Cancelled", { onHand: 2 * shards, reserved: 0 }]);
  });

  test("let a sale take what is there and owe the rest, and be voided", async () => {
    receive(2);
    shard();
    await settleAll();
    const [, storeId, terminalId, receiptNumber] = saleId.split(".");
    send("Order", saleId, "RecordSale", {
      storeId,
      terminalId,
      receiptNumber,
      currency: "EUR",
      soldAt: "2026-01-01T00:00:00Z",
      lines: [{ lineId, sku, location, quantity: 3, unitPriceMinor: 10 }],
      tenders: [{ tenderId: "t", method: "cash", amountMinor: 30 }],
    });
    await settleAll();
    expect(totals()).toEqual({ onHand: -1, reserved: 0 });
    send("Order", saleId, "VoidSale", { reason: "wrong button" });
    await settleAll();
    expect(totals()).toEqual({ onHand: 2, reserved: 0 });
  });
});
