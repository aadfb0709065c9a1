import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { planFor, sumByStockItem, type StockQuantity } from "../../../services/process-manager/plan.ts";

const lines = [
  { lineId: "l1", sku: "pot", location: "berlin", quantity: 1, unitPriceMinor: 500 },
  { lineId: "l2", sku: "cup", location: "berlin", quantity: 2, unitPriceMinor: 100 },
  { lineId: "l3", sku: "cup", location: "berlin", quantity: 3, unitPriceMinor: 100 },
];
const placed: OrderEvent = {
  type: "OrderPlaced",
  data: { customerId: "c", currency: "EUR", fulfilment: "managed", lines, totalMinor: 1_000 },
};
const placedExternal: OrderEvent = { ...placed, data: { ...placed.data, fulfilment: "external" } };
const reserved: OrderEvent = { type: "LinesReserved", data: { reservationId: "o" } };
const short: OrderEvent = {
  type: "ShortageRaised",
  data: {
    reserved: [{ sku: "cup", location: "berlin", quantity: 5 }],
    short: [{ sku: "pot", location: "berlin", requested: 1, available: 0 }],
  },
};
const authorised: OrderEvent = { type: "PaymentAuthorised", data: { authorisationId: "a", amountMinor: 1_000 } };
const captured: OrderEvent = { type: "PaymentCaptured", data: { shipmentId: "s1", amountMinor: 800 } };
const dispatched: OrderEvent = {
  type: "ShipmentDispatched",
  data: { shipmentId: "s1", carrier: "p", trackingNumber: "t", lineIds: ["l1", "l2"] },
};
const cancelRequested: OrderEvent = { type: "CancellationRequested", data: { reason: "changed my mind" } };
const cancelled: OrderEvent = { type: "OrderCancelled", data: { reason: "changed my mind" } };

const after = (...history: readonly OrderEvent[]): OrderState =>
  history.reduce(
    (state, event) => orderAggregate.evolve(state, event, "2026-01-01T00:00:00.000Z"),
    orderAggregate.initial,
  );

const everything: readonly StockQuantity[] = [
  { sku: "cup", location: "berlin", quantity: 5 },
  { sku: "pot", location: "berlin", quantity: 1 },
];

describe("a managed order", () => {
  test("that is placed has the lines of one stock item reserved together", () => {
    expect(planFor(placed, after(placed))).toEqual({ kind: "reserve", items: everything });
  });

  test("that was cancelled meanwhile reserves nothing", () => {
    expect(planFor(placed, after(placed, cancelRequested))).toEqual({ kind: "nothing" });
  });

  test("whose lines are reserved has its total authorised", () => {
    expect(planFor(reserved, after(placed, reserved))).toEqual({
      kind: "authorise",
      amountMinor: 1_000,
      currency: "EUR",
    });
  });

  test("that is authorised waits", () => {
    expect(planFor(authorised, after(placed, reserved, authorised))).toEqual({ kind: "nothing" });
  });

  test("that is short of stock gives back what it took and may yet take, whatever became of it since", () => {
    const plan = { kind: "release", items: everything };
    expect(planFor(short, after(placed, short))).toEqual(plan);
    expect(planFor(short, after(placed, short, cancelRequested))).toEqual(plan);
  });

  test("settles a shipment with the goods and the value of its lines", () => {
    const order = after(placed, reserved, authorised, captured, dispatched);
    expect(planFor(dispatched, order)).toEqual({
      kind: "ship",
      shipmentId: "s1",
      reservationId: "o",
      authorisationId: "a",
      amountMinor: 700,
      currency: "EUR",
      items: [
        { sku: "cup", location: "berlin", quantity: 2 },
        { sku: "pot", location: "berlin", quantity: 1 },
      ],
    });
  });

  test("that is to be cancelled gives back everything, and an authorisation only if there may be one", () => {
    expect(planFor(cancelRequested, after(placed, cancelRequested))).toEqual({
      kind: "undo",
      items: everything,
      mayBeAuthorised: false,
    });
    expect(planFor(cancelRequested, after(placed, reserved, cancelRequested))).toMatchObject({ mayBeAuthorised: true });
    expect(planFor(cancelRequested, after(placed, reserved, authorised, cancelRequested))).toMatchObject({
      mayBeAuthorised: true,
    });
  });

  test("that is cancelled has nothing left to do", () => {
    expect(planFor(cancelRequested, after(placed, cancelRequested, cancelled))).toEqual({ kind: "nothing" });
    expect(planFor(cancelled, after(placed, cancelRequested, cancelled))).toEqual({ kind: "nothing" });
  });
});

describe("an external order", () => {
  test("is left to those who drive it", () => {
    const history = [placedExternal, reserved, authorised, captured, dispatched];
    for (let length = 1; length <= history.length; length += 1) {
      const event = history[length - 1];
      if (event !== undefined) expect(planFor(event, after(...history.slice(0, length)))).toEqual({ kind: "nothing" });
    }
  });
});

const totalOf = (items: readonly StockQuantity[]): number => items.reduce((sum, { quantity }) => sum + quantity, 0);

describe("lines summed by stock item", () => {
  const line = fc.record({
    sku: fc.constantFrom("a", "b"),
    location: fc.constantFrom("x", "y"),
    quantity: fc.integer({ min: 1, max: 9 }),
  });
  test("lose nothing, name every item once, and do not depend on the order of the lines", () => {
    fc.assert(
      fc.property(fc.array(line), (some) => {
        const sums = sumByStockItem(some);
        expect(totalOf(sums)).toBe(totalOf(some));
        expect(new Set(sums.map(({ sku, location }) => `${sku}~${location}`)).size).toBe(sums.length);
        expect(sumByStockItem(some.toReversed())).toEqual(sums);
      }),
    );
  });
});
