import { describe, expect, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { specificationOf, specificationTime, stateAfter } from "../../support/specification.ts";
import { neededUnits } from "../../../actors/stock-item/state.ts";
import { later, past } from "./decision-examples.ts";
import {
  adjust,
  adjusted,
  allocated,
  backordered,
  commit,
  committed,
  confirm,
  confirmed,
  denied,
  expire,
  expired,
  filled,
  oversold,
  recall,
  recalled,
  receive,
  received,
  release,
  released,
  releasePart,
  partReleased,
  reserve,
  reserved,
  restock,
  restocked,
  shard,
  sharded,
} from "./examples.ts";

const { given } = specificationOf(stockItemAggregate, "cup~berlin");
const wakeAfter = (...history: readonly StockItemEvent[]): string | undefined =>
  stockItemAggregate.nextWakeAt?.(stateAfter(stockItemAggregate, history));
const neededAfter = (...history: readonly StockItemEvent[]): number => {
  const state = stateAfter(stockItemAggregate, history);
  return state.status === "Unknown" ? 0 : neededUnits(state);
};
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe("units that become available", () => {
  const waiting = [received(4), reserved(4, "a"), backordered(3, "b"), backordered(2, "c")];

  test("go to the reservations that wait, the one that came first first", () => {
    given(...waiting)
      .when(receive(4, "receipt-2"))
      .then(received(4, "receipt-2"), filled(3, "b"), filled(1, "c"));
    given(...waiting)
      .when(receive(2, "receipt-2"))
      .then(received(2, "receipt-2"), filled(2, "b"));
    given(...waiting, received(2, "receipt-2"), filled(2, "b"))
      .when(receive(2, "receipt-3"))
      .then(received(2, "receipt-3"), filled(1, "b"), filled(1, "c"));
  });
  test("do so from wherever they come", () => {
    given(...waiting)
      .whenProcessManager(restock(1))
      .then(restocked(1), filled(1, "b"));
    given(...waiting)
      .when(adjust(1))
      .then(adjusted(1), filled(1, "b"));
    given(...waiting)
      .whenProcessManager(release("a"))
      .then(released(4, "a"), filled(3, "b"), filled(1, "c"));
    given(...waiting)
      .whenProcessManager(releasePart(1, "release-1", "a"))
      .then(partReleased(1, "release-1", "a"), filled(1, "b"));
    given(received(1), reserved(1, "a", past), backordered(3, "b"))
      .whenReminded(expire)
      .then(expired(1, "a"), filled(1, "b"));
  });
  test("repay what is owed before they go to anyone", () =>
    given(...waiting, oversold(-2, 2))
      .when(receive(3, "receipt-2"))
      .then(received(3, "receipt-2"), filled(1, "b")));
  test("stay with the item when nobody waits", () =>
    given(received(4), reserved(4, "a")).whenProcessManager(release("a")).then(released(4, "a")));
  test("are for nobody else while somebody waits", () => {
    // More than one command could hand on is free: so it looks in between.
    const undistributed = [...waiting, received(6, "receipt-2")];
    given(...undistributed)
      .whenProcessManager(reserve(2, "d"))
      .then(denied(2, 1, "d"), filled(3, "b"), filled(2, "c"));
    given(...undistributed)
      .whenProcessManager(reserve(2, "d", "backorder"))
      .then(
        { type: "StockPartlyReserved", data: { reservationId: "d", quantity: 1, requested: 2, expiresAt: null } },
        backordered(1, "d"),
        filled(3, "b"),
        filled(2, "c"),
      );
  });
});

describe("more waiting reservations than one command can fill", () => {
  const many = [backordered(1, "b-0"), ...times(99, (n) => backordered(1, `b-${n + 1}`))];
  const first = [received(200), ...times(89, (n) => filled(1, `b-${n}`))];

  test("are filled by the reminder, as many as fit at a time", () => {
    given(...many)
      .when(receive(200))
      .then(...first);
    given(...many, ...first)
      .whenReminded(expire)
      .then(...times(11, (n) => filled(1, `b-${n + 89}`)));
  });
  test("are due at once", () => {
    expect(wakeAfter(...many, ...first)).toBe(specificationTime);
    expect(wakeAfter(...many, ...first, ...times(11, (n) => filled(1, `b-${n + 89}`)))).toBeUndefined();
  });
  test("leave a satisfied command without effect", () =>
    given(...many, ...first)
      .when(receive(200))
      .thenNothing());
});

describe("a reservation whose time has come", () => {
  const reservations = [
    received(10),
    reserved(1, "second", past),
    reserved(2, "first", "2026-01-02T03:04:00.000Z"),
    reserved(3, "later", later),
    reserved(4, "for ever"),
  ];

  test("ends, the one due first first, and no other does", () =>
    given(...reservations)
      .whenReminded(expire)
      .then(expired(2, "first"), expired(1, "second")));
  test("ends before those that are due later, in whatever order they came", () =>
    given(received(10), ...[2, 0, 3, 1].map((n) => reserved(n + 1, `r-${n}`, `2026-01-02T03:00:0${n}.000Z`)))
      .whenReminded(expire)
      .then(...[0, 1, 2, 3].map((n) => expired(n + 1, `r-${n}`))));
  test("ends at its very millisecond", () => {
    given(received(1), reserved(1, "a", specificationTime))
      .whenReminded(expire)
      .then(expired(1, "a"));
    given(received(1), reserved(1, "a", "2026-01-02T03:04:05.679Z"))
      .whenReminded(expire)
      .thenNothing();
  });
  test("gives back what it holds and stops waiting", () => {
    const waiting = [received(4), reserved(4, "a", past), backordered(3, "b", past)];
    given(...waiting)
      .whenReminded(expire)
      .then(expired(4, "a"), expired(0, "b"));
    given(received(4), reserved(4, "a", past), committed(1, "c", "a"))
      .whenReminded(expire)
      .then(expired(3, "a"));
  });
  test("is still good until the reminder comes", () => {
    given(received(4), reserved(4, "a", past))
      .whenProcessManager(confirm("a"))
      .then(confirmed("a"));
    given(received(4), reserved(4, "a", past))
      .whenProcessManager(commit(4, "c", "a"))
      .then(committed(4, "c", "a"));
  });
  test("never comes for one that was confirmed", () =>
    given(received(4), reserved(4, "a", past), confirmed("a"))
      .whenReminded(expire)
      .thenNothing());
  test("is what the item is next woken for", () => {
    expect(wakeAfter(...reservations)).toBe("2026-01-02T03:04:00.000Z");
    expect(wakeAfter(...reservations, expired(2, "first"))).toBe(past);
    expect(wakeAfter(...reservations, expired(2, "first"), released(1, "second"))).toBe(later);
    expect(wakeAfter(...reservations, expired(2, "first"), expired(1, "second"), confirmed("later"))).toBeUndefined();
    expect(wakeAfter(backordered(2, "b", later))).toBe(later);
    expect(wakeAfter()).toBeUndefined();
    expect(wakeAfter(received(10))).toBeUndefined();
  });
  test("ends with ninety others at a time, and the item is woken for the rest", () => {
    const due = [received(100), ...times(100, (n) => reserved(1, `r-${n}`, past))];
    const ended = times(90, (n) => expired(1, `r-${n}`));
    given(...due)
      .whenReminded(expire)
      .then(...ended);
    expect(wakeAfter(...due, ...ended)).toBe(past);
    given(...due, ...ended)
      .whenReminded(expire)
      .then(...times(10, (n) => expired(1, `r-${n + 90}`)));
  });
});

describe("sharding an item", () => {
  test("gives all that is available to the shards, evenly", () => {
    given(received(10), reserved(3))
      .when(shard(3))
      .then(sharded(3), allocated(3, 2, 2));
    given(received(2)).when(shard(3)).then(sharded(3), allocated(1, 1));
    given().when(shard(3)).then(sharded(3));
    given(received(3), reserved(3)).when(shard(3)).then(sharded(3));
  });
  test("is ignored when it is repeated, and cannot be changed", () => {
    given(received(10), sharded(3), allocated(4, 3, 3))
      .when(shard(3))
      .thenNothing();
    given(received(10), sharded(3), allocated(4, 3, 3))
      .when(shard(4))
      .thenRejected("AlreadySharded");
  });
  test("cannot be done to a shard", () =>
    specificationOf(stockItemAggregate, "cup~berlin~2")
      .given(received(10))
      .when(shard(2))
      .thenRejected("NotShardable"));
});

describe("a sharded item", () => {
  const history = [received(10), reserved(3), sharded(3), allocated(3, 2, 2)];

  test("reserves nothing itself of what is there", () => {
    given(...history)
      .whenProcessManager(reserve(1, "reservation-2"))
      .thenRejected("StockItemSharded");
    given(...history)
      .whenProcessManager(reserve(1, "reservation-2", "partial"))
      .thenRejected("StockItemSharded");
    given(...history)
      .whenProcessManager(reserve(3))
      .thenNothing();
  });
  test("passes on whatever becomes available, and the odd unit to each shard in turn", () => {
    given(...history)
      .when(receive(4, "receipt-2"))
      .then(received(4, "receipt-2"), allocated(1, 2, 1));
    given(...history, received(4, "receipt-2"), allocated(1, 2, 1))
      .when(receive(2, "receipt-3"))
      .then(received(2, "receipt-3"), allocated(1, 0, 1));
    given(...history)
      .whenProcessManager(release())
      .then(released(3), allocated(1, 1, 1));
    given(...history)
      .whenProcessManager(restock(1))
      .then(restocked(1), allocated(0, 1));
    given(received(1), reserved(1, "a", past), sharded(2))
      .whenReminded(expire)
      .then(expired(1, "a"), allocated(1));
  });
  test("lets those wait who want what comes next, and serves them before its shards", () => {
    given(...history)
      .whenProcessManager(reserve(4, "reservation-2", "backorder", later))
      .then(backordered(4, "reservation-2", later));
    given(...history, backordered(4, "reservation-2"))
      .when(receive(6, "receipt-2"))
      .then(received(6, "receipt-2"), filled(4, "reservation-2"), allocated(0, 1, 1));
  });
  test("serves those who waited before it was sharded first", () =>
    given(backordered(3), sharded(2)).when(receive(5)).then(received(5), filled(3), allocated(1, 1)));
  test("has nothing left of what it passed on", () => {
    given(...history)
      .when(adjust(-1))
      .thenRejected("AdjustmentBelowReserved");
    expect(stateAfter(stockItemAggregate, history)).toMatchObject({ onHand: 3, reserved: 3, shards: 3, nextShard: 1 });
  });
  test("passes on no more at a time than a shard may receive at once, and the rest when it is woken", () => {
    const billion = 1_000_000_000;
    const plenty = [received(billion, "a"), received(billion, "b"), received(billion, "c")];
    given(...plenty)
      .when(shard(2))
      .then(sharded(2), allocated(billion, billion));
    expect(wakeAfter(...plenty, sharded(2), allocated(billion, billion))).toBe(specificationTime);
    given(...plenty, sharded(2), allocated(billion, billion))
      .whenReminded(expire)
      .then(allocated(billion / 2, billion / 2));
    given(received(billion), received(billion, "b"), received(1, "c"))
      .when(shard(2))
      .then(sharded(2), allocated(billion, billion));
  });
});

describe("recalling units from a shard", () => {
  const shardSpecification = specificationOf(stockItemAggregate, "cup~berlin~1");

  test("takes what nobody holds, and no more than is asked for", () => {
    shardSpecification.given(received(5), reserved(2)).whenProcessManager(recall(2)).then(recalled(2));
    shardSpecification.given(received(5), reserved(2)).whenProcessManager(recall(9)).then(recalled(3));
    const after = stateAfter(stockItemAggregate, [received(5), reserved(2), recalled(3)]);
    expect(after).toMatchObject({ onHand: 2, reserved: 2 });
  });
  test("takes nothing where nothing is free", () => {
    shardSpecification.given().whenProcessManager(recall(2)).thenNothing();
    shardSpecification.given(received(2), reserved(2)).whenProcessManager(recall(2)).thenNothing();
    shardSpecification.given(received(2), oversold(-3, 1)).whenProcessManager(recall(2)).thenNothing();
  });
  test("takes them once, for whatever quantity it is asked again", () =>
    shardSpecification.given(received(5), recalled(2)).whenProcessManager(recall(3)).then());
  test("cannot be done to an item, which needs them itself", () => {
    given(received(5)).whenProcessManager(recall(2)).thenRejected("NotRecallable");
    given(received(5), sharded(2), allocated(3, 2)).whenProcessManager(recall(2)).thenRejected("NotRecallable");
  });
});

describe("what an item needs", () => {
  test("is what is waited for and what is owed, without what is there", () => {
    expect(neededAfter(received(5))).toBe(0);
    expect(neededAfter(backordered(3))).toBe(3);
    expect(neededAfter(received(2), sharded(2), allocated(1, 1), oversold(-4, 4), backordered(3))).toBe(7);
    // Two that were reserved are free again, and not sold before they have repaid what is owed.
    expect(neededAfter(received(2), reserved(2), oversold(-3, 3), released(2))).toBe(1);
  });
});
