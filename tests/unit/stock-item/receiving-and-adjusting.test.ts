import { describe, expect, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import {
  adjust,
  adjusted,
  denied,
  oversell,
  oversold,
  receive,
  received,
  release,
  released,
  reserve,
  reserved,
  restock,
  restocked,
} from "./examples.ts";

const { given } = specificationOf(stockItemAggregate, "cup~berlin");
const stockAfter = (...history: readonly StockItemEvent[]) => {
  const state = stateAfter(stockItemAggregate, history);
  if (state.status === "Unknown") return undefined;
  const { onHand, reserved, oversold } = state;
  return { onHand, reserved, oversold };
};
const most = Number.MAX_SAFE_INTEGER;

describe("receiving stock", () => {
  test("adds to what is on hand, from nothing on", () => {
    given().when(receive(10)).then(received(10));
    given(received(10)).when(receive(5, "receipt-2")).then(received(5, "receipt-2"));
    expect(stockAfter(received(10), received(5, "receipt-2"))).toEqual({ onHand: 15, reserved: 0, oversold: 0 });
  });
  test("ignores a repeated receipt", () => given(received(10)).when(receive(10)).thenNothing());
  test("refuses a repeated receipt of another quantity", () =>
    given(received(10)).when(receive(11)).thenRejected("ReceiptMismatch"));
  test("stops at the largest safe integer", () => {
    const full = received(most - 5);
    given(full).when(receive(5, "receipt-2")).then(received(5, "receipt-2"));
    given(full).when(receive(6, "receipt-2")).thenRejected("StockLimitReached");
  });
});

describe("restocking returned items", () => {
  test("adds to what is on hand, from nothing on", () => {
    given().whenProcessManager(restock(2)).then(restocked(2));
    given(received(10)).whenProcessManager(restock(2)).then(restocked(2));
    expect(stockAfter(received(10), restocked(2))).toEqual({ onHand: 12, reserved: 0, oversold: 0 });
  });
  test("ignores a repeated restock", () => given(restocked(2)).whenProcessManager(restock(2)).thenNothing());
  test("refuses a repeated restock of another quantity", () =>
    given(restocked(2)).whenProcessManager(restock(3)).thenRejected("RestockMismatch"));
  test("stops at the largest safe integer", () => {
    given(received(most - 2))
      .whenProcessManager(restock(2))
      .then(restocked(2));
    given(received(most - 2))
      .whenProcessManager(restock(3))
      .thenRejected("StockLimitReached");
  });
});

describe("adjusting stock", () => {
  test("adds units, from nothing on", () => {
    given().when(adjust(3)).then(adjusted(3));
    expect(stockAfter(received(10), adjusted(3))).toEqual({ onHand: 13, reserved: 0, oversold: 0 });
  });
  test("takes units that are free", () => {
    given(received(10), reserved(8)).when(adjust(-2)).then(adjusted(-2));
    expect(stockAfter(received(10), reserved(8), adjusted(-2))).toEqual({ onHand: 8, reserved: 8, oversold: 0 });
  });
  test("never takes units that are reserved", () =>
    given(received(10), reserved(8)).when(adjust(-3)).thenRejected("AdjustmentBelowReserved"));
  test("never takes what is not there", () => {
    given().when(adjust(-1)).thenRejected("AdjustmentBelowReserved");
    given(received(1)).when(adjust(-2)).thenRejected("AdjustmentBelowReserved");
  });
  test("ignores a repeated adjustment", () => given(received(10), adjusted(-2)).when(adjust(-2)).thenNothing());
  test("refuses a repeated adjustment of another size", () => {
    given(received(10), adjusted(-2)).when(adjust(2)).thenRejected("AdjustmentMismatch");
    given(received(10), adjusted(-2)).when(oversell(-3)).thenRejected("AdjustmentMismatch");
  });
  test("tells equal ids of receipts, restocks and adjustments apart", () => {
    given(received(4, "id")).when(adjust(4, "id")).then(adjusted(4, "id"));
    given(adjusted(4, "id")).when(receive(4, "id")).then(received(4, "id"));
    given(received(4, "id")).whenProcessManager(restock(4, "id")).then(restocked(4, "id"));
  });
  test("stops at the largest safe integer", () => {
    given(received(most - 2))
      .when(adjust(2))
      .then(adjusted(2));
    given(received(most - 2))
      .when(adjust(3))
      .thenRejected("StockLimitReached");
  });
});

describe("goods that have gone although they were reserved", () => {
  const history = [received(10), reserved(8), oversold(-5, 3)];

  test("are taken from the free ones first, and the rest is owed", () => {
    given(received(10), reserved(8)).when(oversell(-5)).then(oversold(-5, 3));
    expect(stockAfter(...history)).toEqual({ onHand: 8, reserved: 8, oversold: 3 });
  });
  test("need not have been known", () => {
    given().when(oversell(-5)).then(oversold(-5, 5));
    expect(stockAfter(oversold(-5, 5))).toEqual({ onHand: 0, reserved: 0, oversold: 5 });
  });
  test("owe nothing while enough is free", () =>
    given(received(10), reserved(8)).when(oversell(-2)).then(oversold(-2, 0)));
  test("add up", () => {
    given(...history)
      .when(oversell(-1, "adjustment-2"))
      .then(oversold(-1, 1, "adjustment-2"));
    expect(stockAfter(...history, oversold(-1, 1, "adjustment-2"))).toEqual({ onHand: 8, reserved: 8, oversold: 4 });
  });
  test.each([
    ["receipts", received(2, "receipt-2"), received(5, "receipt-2")],
    ["restocks", restocked(2), restocked(5)],
    ["adjustments", adjusted(2, "adjustment-2"), adjusted(5, "adjustment-2")],
  ])("are repaid by %s first", (_, few, many) => {
    expect(stockAfter(...history, few)).toEqual({ onHand: 8, reserved: 8, oversold: 1 });
    expect(stockAfter(...history, many)).toEqual({ onHand: 10, reserved: 8, oversold: 0 });
  });
  test("cannot be sold again when their reservation is released", () => {
    const freed = [...history, released(8)];
    expect(stockAfter(...freed)).toEqual({ onHand: 8, reserved: 0, oversold: 3 });
    given(...freed)
      .whenProcessManager(reserve(6, "reservation-2"))
      .then(denied(6, 5, "reservation-2"));
    given(...freed)
      .whenProcessManager(reserve(5, "reservation-2"))
      .then(reserved(5, "reservation-2"));
    given(...freed)
      .when(adjust(-6, "adjustment-2"))
      .thenRejected("AdjustmentBelowReserved");
    given(...freed)
      .when(adjust(-5, "adjustment-2"))
      .then(adjusted(-5, "adjustment-2"));
  });
  test("are owed up to the largest safe integer", () => {
    given(oversold(-most + 4, most - 4))
      .when(oversell(-4, "adjustment-2"))
      .then(oversold(-4, 4, "adjustment-2"));
    given(oversold(-most + 4, most - 4))
      .when(oversell(-5, "adjustment-2"))
      .thenRejected("StockLimitReached");
  });
  test("keep their reservation releasable", () =>
    given(...history)
      .whenProcessManager(release())
      .then(released(8)));
});
