import { describe, expect, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import {
  adjusted,
  allocated,
  backordered,
  committed,
  confirmed,
  denied,
  expired,
  filled,
  oversold,
  partReleased,
  partlyReserved,
  received,
  recalled,
  reserved,
  sharded,
} from "./examples.ts";

const after = (...history: readonly StockItemEvent[]) => stateAfter(stockItemAggregate, history);
const unknown = after();
const stocked = after(received(10), reserved(4, "a"), backordered(3, "b"));

/** No decider records such an event; a history that has one all the same must not break the books. */
describe("an event that does not fit leaves", () => {
  test.each<[string, StockItemEvent]>([
    ["a reservation", reserved(1)],
    ["a reservation in part", partlyReserved(1, 2)],
    ["a filled backorder", filled(1)],
    ["a confirmation", confirmed()],
    ["an expiry", expired(1)],
    ["a commit", committed(1)],
    ["an allocation", allocated(1)],
    ["a recall", recalled(1)],
  ])("an unknown item unknown: %s", (_, event) => {
    expect(stockItemAggregate.evolve(unknown, event, specificationTime)).toEqual(unknown);
  });

  test.each<[string, StockItemEvent]>([
    ["a reservation of more than is free", reserved(7, "c")],
    ["a reservation that is open already", reserved(1, "a")],
    ["a reservation in part of more than is free", partlyReserved(7, 8, "c")],
    ["a filled backorder of more than is waited for", filled(4, "b")],
    ["a filled backorder of nobody", filled(1, "c")],
    ["a commit of more than is held", committed(5, "shipment", "a")],
    ["a release of a part of more than is held", partReleased(5, "release", "a")],
    ["an adjustment below what is reserved", adjusted(-7)],
    ["an adjustment that owes too little", oversold(-8, 1)],
    ["an allocation without shards", allocated(1)],
    ["a recall of what is reserved", recalled(7)],
  ])("an item's books as they are: %s", (_, event) => {
    expect(stockItemAggregate.evolve(stocked, event, specificationTime)).toEqual(stocked);
  });

  test("what is filled within what is free", () => {
    const short = after(received(4), reserved(3, "a"), backordered(3, "b"));
    expect(stockItemAggregate.evolve(short, filled(2, "b"), specificationTime)).toEqual(short);
  });

  test("what a sharded item has reserved where it is", () => {
    const state = after(received(10), reserved(4, "a"), sharded(2));
    expect(stockItemAggregate.evolve(state, allocated(4, 3), specificationTime)).toEqual(state);
  });
});

describe("an event that just fits changes", () => {
  test("what is reserved up to the last free unit", () => {
    expect(after(received(10), reserved(4, "a"), reserved(6, "b"))).toMatchObject({ onHand: 10, reserved: 10 });
  });

  test("what is filled up to the last unit", () => {
    expect(after(received(10), reserved(7, "a"), backordered(3, "b"), filled(3, "b"))).toMatchObject({ reserved: 10 });
  });

  test("what is on hand down to what is reserved", () => {
    expect(after(received(10), reserved(4, "a"), adjusted(-6))).toMatchObject({ onHand: 4, reserved: 4 });
    expect(after(received(10), reserved(4, "a"), oversold(-8, 2))).toMatchObject({ onHand: 4, oversold: 2 });
  });
});

test("a denial makes no item known, and is remembered by one that is", () => {
  expect(after(denied(1, 0, "a"))).toEqual({ ...unknown, deniedReservations: ["a"] });
  const later = "2026-02-01T00:00:00.000Z";
  expect(stockItemAggregate.evolve(after(received(1)), denied(2, 1, "a"), later)).toMatchObject({
    status: "Stocked",
    deniedReservations: ["a"],
    updatedAt: later,
  });
});
