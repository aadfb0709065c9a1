import { beforeEach, describe, expect, test } from "@jest/globals";
import { openReservationOf } from "../../../../actors/stock-item/state.ts";
import type { StockRequest } from "../../../../services/process-manager/stock/reserved-stock.ts";
import { shardOrder } from "../../../../services/process-manager/stock/shard-knowledge.ts";
import { createShardWorld, emptyForMs, itemId, location, shardId, sku, type ShardWorld } from "./shard-world.ts";

let shards: ShardWorld;
/** The commands that were sent to each stock item, in order. */
let sent: string[];
beforeEach(() => {
  shards = createShardWorld();
  sent = [];
});

const around = {
  actor: async (streamId: string, command: { readonly type: string } | undefined): Promise<void> => {
    if (command !== undefined) sent.push(`${streamId}: ${command.type}`);
  },
};
/** All that a stock item has under the reservation is counted on. */
const held = (stockItemId: string | undefined, quantity: number) => ({ stockItemId, quantity, held: quantity });
const request = (orderId: string, quantity: number, mode: StockRequest["mode"] = "partial"): StockRequest => ({
  orderId,
  reservationId: `${orderId}~r1`,
  sku,
  location,
  quantity,
  mode,
  expiresAt: "2026-01-01T00:30:00.000Z",
});
const reserve = async (orderId: string, quantity: number, mode?: StockRequest["mode"]) =>
  shards.coordinator().reserve(shards.run(orderId, around), request(orderId, quantity, mode));
/** From so many shards at most. */
const reserveIn = async (places: number, quantity: number) =>
  shards.coordinator().reserve(shards.run("o1", around), { ...request("o1", quantity), places });
const release = async (orderId: string) =>
  shards.coordinator().release(shards.run(orderId, around), { reservationId: `${orderId}~r1`, sku, location });
const heldAt = (stockItemId: string, orderId: string): number => {
  const item = shards.world.actors.stock().get(stockItemId);
  return item === undefined ? 0 : (openReservationOf(item, `${orderId}~r1`)?.held ?? 0);
};
const waitingAt = (stockItemId: string, orderId: string): number => {
  const item = shards.world.actors.stock().get(stockItemId);
  return item === undefined ? 0 : (openReservationOf(item, `${orderId}~r1`)?.backordered ?? 0);
};
const inOrderOf = (orderId: string, count: number): string[] => shardOrder(orderId, count).map(shardId);
/** An item with 6 units in each of so many shards. */
const stocked = (count: number): void => {
  shards.receive(6 * count);
  shards.shard(count);
  shards.deliver();
};

describe("an item that is in one piece", () => {
  test("is asked itself, and nothing else is", async () => {
    shards.receive(5);
    expect(await reserve("o1", 3)).toEqual({ holds: [held(itemId, 3)], missing: 0 });
    expect(await reserve("o2", 3)).toEqual({ holds: [held(itemId, 2)], missing: 1 });
    expect(await reserve("o3", 3)).toEqual({ holds: [], missing: 3 });
    expect(sent).toEqual([`${itemId}: ReserveStock`, `${itemId}: ReserveStock`, `${itemId}: ReserveStock`]);
  });
  test("gives what there is, and lets an order wait for the rest", async () => {
    shards.receive(5);
    expect(await reserve("o2", 6, "backorder")).toEqual({ holds: [held(itemId, 5)], missing: 1 });
    expect(await reserve("o3", 6, "backorder")).toEqual({ holds: [], missing: 6 });
    expect([waitingAt(itemId, "o2"), waitingAt(itemId, "o3")]).toEqual([1, 6]);
  });
  test("is released itself", async () => {
    shards.receive(5);
    await reserve("o1", 3);
    sent = [];
    await release("o1");
    expect([heldAt(itemId, "o1"), sent]).toEqual([0, [`${itemId}: ReleaseStock`]]);
  });
});

describe("an item that is sharded", () => {
  test("turns out to be when it is first asked, and then no more", async () => {
    shards.receive(12);
    shards.shard(2);
    // Nothing was learnt from the feed yet, but the units have arrived.
    for (const shard of [0, 1]) shards.drive(shardId(shard), "ReceiveStock", { receiptId: "r", quantity: 6 });
    const [first] = inOrderOf("o1", 2);
    expect(await reserve("o1", 4)).toEqual({ holds: [held(first, 4)], missing: 0 });
    expect(sent).toEqual([`${itemId}: ReserveStock`, `${first}: ReserveStock`]);
    sent = [];
    const [firstOfSecond] = inOrderOf("o2", 2);
    await reserve("o2", 1);
    expect(sent).toEqual([`${firstOfSecond}: ReserveStock`]);
  });
  test("gives from one shard after the other until there is enough", async () => {
    stocked(3);
    const [first, second, third] = inOrderOf("o1", 3);
    expect(await reserve("o1", 14)).toEqual({
      holds: [held(first, 6), held(second, 6), held(third, 2)],
      missing: 0,
    });
    expect([first, second, third].map((id) => heldAt(String(id), "o1"))).toEqual([6, 6, 2]);
  });
  test("gives what is there, and no shard is asked again that is known to be empty", async () => {
    stocked(3);
    expect(await reserve("o1", 20)).toMatchObject({ missing: 2 });
    sent = [];
    expect(await reserve("o2", 1)).toEqual({ holds: [], missing: 1 });
    expect(sent).toEqual([]);
  });
  test("is asked again once units have come to a shard, and only that shard is", async () => {
    stocked(3);
    await reserve("o1", 20);
    shards.drive(shardId(1), "RestockItems", { restockId: "back", quantity: 2 });
    shards.deliver();
    sent = [];
    expect(await reserve("o2", 3)).toEqual({ holds: [held(shardId(1), 2)], missing: 1 });
    expect(sent).toEqual([`${shardId(1)}: ReserveStock`]);
  });
  test("is asked again after a while, since another process may see the feed", async () => {
    stocked(2);
    await reserve("o1", 20);
    shards.world.clock.nowMs += emptyForMs;
    sent = [];
    await reserve("o2", 1);
    expect(sent).toHaveLength(2);
  });
});

describe("an order that waits for a sharded item", () => {
  test("does so at the item, and spends no call on its shards", async () => {
    stocked(2);
    expect(await reserve("o1", 3, "backorder")).toEqual({ holds: [], missing: 3 });
    expect([waitingAt(itemId, "o1"), sent]).toEqual([3, [`${itemId}: ReserveStock`]]);
    shards.receive(4);
    expect([waitingAt(itemId, "o1"), heldAt(itemId, "o1")]).toEqual([0, 3]);
  });
  test("does so once, be the process new and the goods there", async () => {
    stocked(2);
    await reserve("o1", 3, "backorder");
    shards.receive(2);
    shards.restart();
    expect(await reserve("o1", 3, "backorder")).toEqual({ holds: [], missing: 3 });
    expect([waitingAt(itemId, "o1"), heldAt(itemId, "o1")]).toEqual([1, 2]);
  });
  test("is released at the item and at the shards", async () => {
    stocked(2);
    await reserve("o1", 15, "backorder");
    shards.restart();
    await release("o1");
    expect([waitingAt(itemId, "o1"), ...[itemId, shardId(0), shardId(1)].map((id) => heldAt(id, "o1"))]).toEqual([
      0, 0, 0, 0,
    ]);
  });
});

describe("a reservation that may lie in so many places", () => {
  test("asks those shards that have most, and is short of what others have", async () => {
    stocked(4);
    const [first, second, third, fourth] = inOrderOf("o1", 4).map(String);
    shards.drive(String(first), "ReserveStock", { reservationId: "other", quantity: 1 });
    shards.drive(String(third), "RestockItems", { restockId: "back", quantity: 2 });
    expect(await reserveIn(2, 20)).toEqual({ holds: [held(third, 8), held(second, 6)], missing: 6 });
    expect(sent).toEqual([`${third}: ReserveStock`, `${second}: ReserveStock`]);
    expect(heldAt(String(fourth), "o1")).toBe(0);
  });
  test("is taken from one shard that has all of it", async () => {
    stocked(4);
    const last = inOrderOf("o1", 4).at(-1);
    shards.drive(String(last), "RestockItems", { restockId: "back", quantity: 2 });
    expect(await reserveIn(3, 8)).toEqual({ holds: [held(last, 8)], missing: 0 });
  });
  test("finds what it took when it is made again", async () => {
    stocked(4);
    const taken = await reserveIn(3, 15);
    shards.restart();
    expect(await reserveIn(3, 15)).toEqual(taken);
  });
});

describe("releasing a reservation over shards", () => {
  test("writes to those that hold some of it, and leaves other reservations alone", async () => {
    stocked(3);
    await reserve("o1", 7);
    await reserve("o2", 2);
    const heldBefore = inOrderOf("o2", 3).map((id) => heldAt(id, "o2"));
    const [first, second] = inOrderOf("o1", 3);
    sent = [];
    await release("o1");
    expect(sent.toSorted()).toEqual(
      [itemId, String(first), String(second)].map((id) => `${id}: ReleaseStock`).toSorted(),
    );
    expect(inOrderOf("o2", 3).map((id) => heldAt(id, "o2"))).toEqual(heldBefore);
    expect(inOrderOf("o1", 3).map((id) => heldAt(id, "o1"))).toEqual([0, 0, 0]);
  });
});

describe("a reservation that is made again for the same event", () => {
  test("finds what it took, by the same process and by another", async () => {
    stocked(3);
    const taken = await reserve("o1", 14);
    expect(await reserve("o1", 14)).toEqual(taken);
    shards.restart();
    shards.deliver();
    expect(await reserve("o1", 14)).toEqual(taken);
  });
  test("finds what it took although another order has found the shards empty meanwhile", async () => {
    stocked(3);
    const taken = await reserve("o1", 18);
    expect(await reserve("o2", 1)).toEqual({ holds: [], missing: 1 });
    shards.restart();
    expect(await reserve("o3", 1)).toEqual({ holds: [], missing: 1 });
    expect(await reserve("o1", 18)).toEqual(taken);
  });
  test("finds what an earlier run took elsewhere, where it was denied at first", async () => {
    stocked(2);
    const [first, second] = inOrderOf("o1", 2).map(String);
    // The first shard is empty at first, so that all is asked of the second; then it gets two.
    shards.drive(String(first), "ReserveStock", { reservationId: "other", quantity: 6 });
    expect(await reserve("o1", 5)).toEqual({ holds: [held(second, 5)], missing: 0 });
    shards.drive(String(first), "RestockItems", { restockId: "back", quantity: 2 });
    shards.restart();
    shards.deliver();
    // It was denied at the first shard, under an id that is used up there: the repetition finds what it holds.
    expect(await reserve("o1", 5)).toEqual({ holds: [held(second, 5)], missing: 0 });
    expect(heldAt(String(second), "o1")).toBe(5);
  });
  test("counts on no more than it needs where an earlier run took more, and gives nothing back", async () => {
    stocked(2);
    const [first, second] = inOrderOf("o1", 2).map(String);
    shards.drive(String(first), "ReserveStock", { reservationId: "other", quantity: 6 });
    // Whoever asked before has found the first shard empty.
    shards.coordinator().noteEvent(itemId, 2, { type: "StockSharded", data: { shards: 2 } });
    const askedFirst = Array.from({ length: 50 }, (_, index) => `x${index}`).find(
      (id) => String(inOrderOf(id, 2)[0]) === first,
    );
    await reserve(String(askedFirst), 1);
    expect(await reserve("o1", 4)).toEqual({ holds: [held(second, 4)], missing: 0 });
    shards.drive(String(first), "RestockItems", { restockId: "back", quantity: 3 });
    shards.restart();
    shards.deliver();
    expect(await reserve("o1", 4)).toEqual({
      holds: [held(first, 3), { stockItemId: second, quantity: 1, held: 4 }],
      missing: 0,
    });
    expect([heldAt(String(first), "o1"), heldAt(String(second), "o1")]).toEqual([3, 4]);
  });
});
