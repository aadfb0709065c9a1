import { beforeEach, describe, expect, test } from "@jest/globals";
import type { StockItemEvent } from "../../../../actors/stock-item/events.ts";
import {
  createShardKnowledge,
  shardOrder,
  type ShardKnowledge,
} from "../../../../services/process-manager/stock/shard-knowledge.ts";
import { stockItemEventHistories } from "../../../../actors/stock-item/events.ts";

const shard = "tea~berlin~1";
const nobody = new Set<string>();
let nowMs: number;
let knowledge: ShardKnowledge;
beforeEach(() => {
  nowMs = 0;
  knowledge = createShardKnowledge({ now: () => nowMs, emptyForMs: 1_000, most: 3 });
});

const received: StockItemEvent = { type: "StockReceived", data: { receiptId: "r", quantity: 1 } };
const released = (quantity: number): StockItemEvent => ({
  type: "ReservationReleased",
  data: { reservationId: "o", quantity, releaseId: null },
});
const expired = (quantity: number): StockItemEvent => ({
  type: "ReservationExpired",
  data: { reservationId: "o", quantity },
});
const adjusted = (delta: number): StockItemEvent => ({
  type: "StockAdjusted",
  data: { adjustmentId: "a", delta, reason: "counted", oversold: 0 },
});
const bringing: StockItemEvent[] = [
  received,
  { type: "StockRestocked", data: { restockId: "r", quantity: 1 } },
  released(1),
  expired(1),
  adjusted(1),
];
const others: StockItemEvent[] = [
  released(0),
  expired(0),
  adjusted(-1),
  { type: "StockReserved", data: { reservationId: "o", quantity: 1, expiresAt: null } },
  { type: "StockCommitted", data: { reservationId: "o", commitId: "c", quantity: 1 } },
];

describe("a shard that said that it is empty", () => {
  test("is known to be for a while", () => {
    expect(knowledge.hasNothingFor(shard, "o1~r1")).toBe(false);
    knowledge.learnEmpty(shard, 5, nobody);
    nowMs = 999;
    expect([knowledge.hasNothingFor(shard, "o1~r1"), knowledge.hasNothingFor("tea~berlin~2", "o1~r1")]).toEqual([
      true,
      false,
    ]);
    nowMs = 1_000;
    expect(knowledge.hasNothingFor(shard, "o1~r1")).toBe(false);
  });
  test.each(bringing)("is not when units have come to it since: $type", (event) => {
    knowledge.learnEmpty(shard, 5, nobody);
    knowledge.note("tea~berlin~2", 6, event);
    knowledge.note("tea~berlin", 6, event);
    knowledge.note("order-1", 6, event);
    expect(knowledge.hasNothingFor(shard, "o1~r1")).toBe(true);
    knowledge.note(shard, 6, event);
    expect(knowledge.hasNothingFor(shard, "o1~r1")).toBe(false);
  });
  test("still is when the feed tells of what came before, and of what brings nothing", () => {
    knowledge.learnEmpty(shard, 5, nobody);
    for (const event of bringing) knowledge.note(shard, 4, event);
    for (const event of others) knowledge.note(shard, 6, event);
    expect(knowledge.hasNothingFor(shard, "o1~r1")).toBe(true);
    expect(bringing.length + others.length).toBeLessThan(Object.keys(stockItemEventHistories).length);
  });
  test("is not if the feed was faster than its answer", () => {
    knowledge.note(shard, 6, received);
    knowledge.note(shard, 3, received);
    knowledge.learnEmpty(shard, 5, nobody);
    expect(knowledge.hasNothingFor(shard, "o1~r1")).toBe(false);
    knowledge.learnEmpty(shard, 7, nobody);
    expect(knowledge.hasNothingFor(shard, "o1~r1")).toBe(true);
  });
  test("still has something for a reservation that holds some of it", () => {
    knowledge.learnEmpty(shard, 5, new Set(["o1~r1", "o2~r1"]));
    expect(["o1~r1", "o2~r1", "o1~r2"].map((id) => knowledge.hasNothingFor(shard, id))).toEqual([false, false, true]);
  });
  test("is known by its latest answer", () => {
    knowledge.learnEmpty(shard, 7, nobody);
    knowledge.learnEmpty(shard, 5, nobody);
    knowledge.note(shard, 6, received);
    expect(knowledge.hasNothingFor(shard, "o1~r1")).toBe(true);
  });
  test("is forgotten when there are too many to remember", () => {
    for (const name of ["a", "b", "c", "d"]) knowledge.learnEmpty(`tea~${name}~0`, 1, nobody);
    expect(["a", "b", "c", "d"].map((name) => knowledge.hasNothingFor(`tea~${name}~0`, "o1~r1"))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
});

describe("how many shards an item has", () => {
  test("is learnt from it or from the feed", () => {
    expect(knowledge.shardsOf("tea~berlin")).toBeUndefined();
    knowledge.note("tea~berlin", 3, { type: "StockSharded", data: { shards: 4 } });
    knowledge.learnShards("tea~munich", 8);
    expect([knowledge.shardsOf("tea~berlin"), knowledge.shardsOf("tea~munich")]).toEqual([4, 8]);
  });
});

describe("the order in which shards are asked", () => {
  test("has every shard once, and begins where the order's id says", () => {
    for (const shards of [1, 2, 3, 64]) {
      const order = shardOrder("order-1", shards);
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: shards }, (_, index) => index));
      expect(shardOrder("order-1", shards)).toEqual(order);
      order.forEach((next, index) => expect(next).toBe(((order[0] ?? 0) + index) % shards));
    }
  });
  test("spreads the orders over the shards", () => {
    const firsts = Array.from({ length: 800 }, (_, index) => shardOrder(`order-${index}`, 8)[0]);
    for (let shard = 0; shard < 8; shard += 1) {
      expect(firsts.filter((first) => first === shard).length).toBeGreaterThan(60);
    }
  });
});
