import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import type { OrderIn, OrderState } from "../../../actors/order/state.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { allotStock, type TakenStock } from "../../../services/process-manager/plan/allotment.ts";
import { orderOfReservation, roundOf } from "../../../services/process-manager/plan/reservation-id.ts";
import {
  orderOfStockEvent,
  planForStockEvent,
  planMovement,
} from "../../../services/process-manager/plan/stock-events.ts";
import { sumByHold, sumByStockItem } from "../../../services/process-manager/plan/stock-quantities.ts";
import { histories, type HistoryName } from "../order/histories.ts";
import * as example from "../stock-item/examples.ts";

const at = "2026-01-01T00:00:00.000Z";
const stateOf = (name: HistoryName): OrderState =>
  [...histories[name]].reduce<OrderState>(
    (state, event: OrderEvent) => orderAggregate.evolve(state, event, at),
    orderAggregate.initial,
  );

const placedIn = (state: OrderState): OrderIn<"Placed"> => {
  if (state.status !== "Placed") throw new Error(`the order is ${state.status}`);
  return state;
};

const expired = (round: number): StockItemEvent => ({
  type: "ReservationExpired",
  data: { reservationId: `order-1~r${round}`, quantity: 1 },
});
const filled = (round: number): StockItemEvent => ({
  type: "BackorderFilled",
  data: { reservationId: `order-1~r${round}`, quantity: 1 },
});

/** The states in which an event of the stock of cups gives reason to do something to the order, and what. */
const statesOf = (event: StockItemEvent): Record<string, string[]> => {
  const planned = Object.keys(histories).flatMap((name) => {
    const state = stateOf(name as HistoryName);
    const kinds = planForStockEvent(event, "cup~berlin", "order-1", state).map(({ kind }) => kind);
    return kinds.length === 0 ? [] : [[name, kinds] as const];
  });
  return Object.fromEntries(planned);
};

describe("stock that expires", () => {
  test("ends an order that holds it, or is about to, as long as it is not paid for", () => {
    expect(statesOf(expired(1))).toEqual({
      "managed Placed": ["expire"],
      "managed Placed, backorder": ["expire"],
      "managed AwaitingCustomer": ["expire"],
      "managed Reserved": ["expire"],
      "managed Reserved, declined": ["expire"],
    });
  });

  test("under a reservation that the order does not have is nothing to it", () => {
    expect(statesOf(expired(7))).toEqual({});
  });
});

describe("stock that was waited for", () => {
  test("is recorded with the order, or given back if that does not wait for it any more", () => {
    for (const kinds of Object.values(statesOf(filled(2)))) expect(kinds).toEqual(["recordFilled"]);
    expect(Object.keys(statesOf(filled(2)))).toEqual(Object.keys(histories));
  });
});

describe("units that an item and its shards give up for each other", () => {
  const allocations = [{ shard: 1, quantity: 3 }];

  test("are brought to them", () => {
    expect(planMovement({ type: "StockAllocated", data: { allocations } }, "cup~berlin", 4)).toEqual([
      { kind: "allocate", sku: "cup", location: "berlin", allocations },
    ]);
    expect(planMovement({ type: "StockAllocated", data: { allocations: [] } }, "cup~berlin", 4)).toEqual([]);
    const recalled: StockItemEvent = { type: "StockRecalled", data: { recallId: "cup~berlin/3", quantity: 2 } };
    expect(planMovement(recalled, "cup~berlin~1", 4)).toEqual([
      { kind: "bringBack", sku: "cup", location: "berlin", quantity: 2 },
    ]);
  });
  test.each<[StockItemEvent, boolean, boolean]>([
    [example.backordered(2), true, false],
    [example.oversold(-3, 1), true, false],
    [example.oversold(-3, 0), false, false],
    [example.adjusted(2), false, true],
    [example.received(2), false, true],
    [example.restocked(2), false, true],
    [example.released(2), false, true],
    [example.partReleased(2), false, true],
    [example.released(0), false, false],
    [example.expired(2), false, true],
    [example.expired(0), false, false],
    [example.reserved(2), false, false],
    [example.committed(2), false, false],
    [example.filled(2), false, false],
    [example.sharded(2), false, false],
  ])("are recalled after %j: by an item that needs them %p, from a shard that has them %p", (event, needs, brings) => {
    const item = { kind: "recall", sku: "cup", location: "berlin" };
    expect(planMovement(event, "cup~berlin", 4)).toEqual(needs ? [{ ...item, from: "everywhere", version: 4 }] : []);
    expect(planMovement(event, "cup~berlin~1", 4)).toEqual(brings ? [{ ...item, from: "shard", shard: 1 }] : []);
  });
});

describe("the id of a reservation", () => {
  test("tells the order and the round", () => {
    expect(["o.1~r12", "o", "pos.s.t.1~s1", "~r1"].map(orderOfReservation)).toEqual(["o.1", "o", undefined, undefined]);
    expect(["o.1~r12", "o", "pos.s.t.1~s1"].map(roundOf)).toEqual(["r12", "r0", "s1"]);
  });

  test("is looked for in the events that may concern an order only", () => {
    expect(orderOfStockEvent(expired(1))).toBe("order-1");
    expect(orderOfStockEvent({ type: "StockReceived", data: { receiptId: "r", quantity: 1 } })).toBeUndefined();
  });
});

const taken = (stockItemId: string, quantity: number): TakenStock => {
  const [sku = "", location = ""] = stockItemId.split("~");
  return { stockItemId, sku, location, quantity, held: quantity };
};

describe("what is held for an order", () => {
  test("goes to its lines in their order, and never to more than they asked for", () => {
    const order = placedIn(stateOf("managed Placed"));
    expect(allotStock(order, [taken("cup~berlin~1", 2), taken("cup~berlin~0", 2), taken("pot~berlin", 1)])).toEqual([
      {
        lineId: "line-1",
        quantity: 3,
        holds: [
          { stockItemId: "cup~berlin~0", quantity: 2 },
          { stockItemId: "cup~berlin~1", quantity: 1 },
        ],
      },
      { lineId: "line-2", quantity: 1, holds: [{ stockItemId: "pot~berlin", quantity: 1 }] },
    ]);
    expect(allotStock(order, [])).toEqual([]);
  });

  const step = fc.record({ shard: fc.nat(2), quantity: fc.integer({ min: 1, max: 3 }) });

  test("only ever grows, and adds up, in whatever order stock items tell what they hold", () => {
    const lines = ["a", "b", "c"].map((lineId) => ({ lineId, sku: "cup", location: "berlin", quantity: 2 }));
    const base = placedIn(stateOf("managed Placed"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        let order: OrderIn<"Placed"> = {
          ...base,
          lines: base.lines.slice(0, 1).flatMap((line) => lines.map((one) => ({ ...line, ...one, open: 2 }))),
          reservation: {
            reservationId: "order-1~r1",
            backorder: true,
            requestedAt: at,
            lines: lines.map(({ lineId }) => ({ lineId, requested: 2, reserved: 0 })),
          },
        };
        const totals = new Map<string, number>();
        for (const { shard, quantity } of steps) {
          const stockItemId = `cup~berlin~${shard}`;
          const given = [...totals.values()].reduce((sum, total) => sum + total, 0);
          totals.set(stockItemId, (totals.get(stockItemId) ?? 0) + Math.min(quantity, 6 - given));
          const allotted = allotStock(order, [taken(stockItemId, totals.get(stockItemId) ?? 0)]);
          const before = order.holds;
          const holds = allotted.flatMap(({ lineId, holds: held }) =>
            held.map((hold) => ({ reservationId: "order-1~r1", lineId, ...hold })),
          );
          for (const known of before) {
            const now = holds.find((hold) => hold.lineId === known.lineId && hold.stockItemId === known.stockItemId);
            expect(now?.quantity).toBeGreaterThanOrEqual(known.quantity);
          }
          for (const { quantity: sum } of allotted) expect(sum).toBeLessThanOrEqual(2);
          order = { ...order, holds };
        }
        for (const [stockItemId, total] of totals) {
          const held = order.holds.filter((hold) => hold.stockItemId === stockItemId);
          expect(held.reduce((sum, hold) => sum + hold.quantity, 0)).toBe(total);
        }
      }),
    );
  });
});

const totalOf = (items: readonly { readonly quantity: number }[]): number =>
  items.reduce((sum, { quantity }) => sum + quantity, 0);

describe("quantities", () => {
  const line = fc.record({
    sku: fc.constantFrom("a", "b"),
    location: fc.constantFrom("x", "y"),
    quantity: fc.integer({ min: 1, max: 9 }),
  });
  test("summed by stock item lose nothing, name every item once, and do not depend on the order of the lines", () => {
    fc.assert(
      fc.property(fc.array(line), (some) => {
        const sums = sumByStockItem(some);
        expect(totalOf(sums)).toBe(totalOf(some));
        expect(new Set(sums.map(({ sku, location }) => `${sku}~${location}`)).size).toBe(sums.length);
        expect(sumByStockItem(some.toReversed())).toEqual(sums);
      }),
    );
  });

  test("summed by reservation do so too", () => {
    fc.assert(
      fc.property(fc.array(line), (some) => {
        const units = some.map(({ sku, location, quantity }) => ({
          reservationId: sku,
          stockItemId: location,
          quantity,
        }));
        const sums = sumByHold(units);
        expect(totalOf(sums)).toBe(totalOf(some));
        expect(new Set(sums.map((sum) => `${sum.reservationId} ${sum.stockItemId}`)).size).toBe(sums.length);
        expect(sumByHold(units.toReversed())).toEqual(sums);
      }),
    );
  });
});
