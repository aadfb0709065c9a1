import assert from "node:assert/strict";
import { describe, test } from "@jest/globals";
import * as fc from "fast-check";
import { stockItemAggregate } from "../../../../actors/stock-item/aggregate.ts";
import { availableIn, neededUnits, openReservationOf, type KnownItem } from "../../../../actors/stock-item/state.ts";
import type { StockRequest, StockTaken } from "../../../../services/process-manager/stock/reserved-stock.ts";
import { createShardWorld, itemId, location, shardId, sku, type ShardWorld } from "./shard-world.ts";

/**
 * Orders reserve over shards while goods arrive, reservations are released, committed and expire, the feed lags, and
 * processes die in the middle of a reservation and know nothing when they begin again.
 */
type Action =
  | { readonly kind: "receive"; readonly quantity: number }
  | {
      readonly kind: "reserve";
      readonly order: number;
      readonly quantity: number;
      readonly mode: StockRequest["mode"];
      /** The call in which the process dies; it lives if there are fewer. */
      readonly diesAt: number;
    }
  | { readonly kind: "release" | "commit"; readonly order: number }
  | { readonly kind: "deliver"; readonly events: number }
  | { readonly kind: "restart" | "recall" | "owe" }
  | { readonly kind: "pass"; readonly minutes: number };

const order = fc.nat(5);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("receive" as const), quantity: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("reserve" as const),
      order,
      quantity: fc.integer({ min: 1, max: 8 }),
      mode: fc.constantFrom("partial", "partial", "partial", "backorder"),
      diesAt: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: fc.nat(6) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("release" as const, "commit" as const), order }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("deliver" as const), events: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("restart" as const, "recall" as const, "owe" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass" as const), minutes: fc.constantFrom(0.1, 1, 40) }) },
);

const reservationIdOf = (number: number): string => `o${number}~r1`;
const itemsOf = (shards: ShardWorld): ReadonlyMap<string, KnownItem> => shards.world.actors.stock();

const play = async (count: number, actions: readonly Action[]): Promise<void> => {
  const shards = createShardWorld();
  shards.shard(count);
  /** What each order asked for: an order asks for the same again, whatever became of it. */
  const requests = new Map<number, StockRequest>();
  let received = 0;
  let committed = 0;
  /** Units that have gone without having been reserved. */
  let owed = 0;

  const allIds = [itemId, ...Array.from({ length: count }, (_, shard) => shardId(shard))];
  /** What left the item, or a shard, and has not reached the other one. */
  const inTransit = (): number =>
    shards.world.actors.feed.reduce((sum, { streamId, type, schemaVersion, data }) => {
      const event = stockItemAggregate.decodeEvent(type, schemaVersion, data);
      if (event.type === "StockAllocated") {
        return event.data.allocations.reduce((total, { quantity }) => total + quantity, sum);
      }
      if (event.type === "StockRecalled") return sum + event.data.quantity;
      const isMovement = event.type === "StockReceived" && (streamId !== itemId || event.data.receiptId.includes("/"));
      return isMovement ? sum - event.data.quantity : sum;
    }, 0);

  const check = (): void => {
    let onHand = 0;
    for (const id of allIds) {
      const item = itemsOf(shards).get(id);
      if (item === undefined) continue;
      assert.ok(item.onHand >= item.reserved && item.reserved >= 0, "no shard oversells");
      onHand += item.onHand - item.oversold;
    }
    assert.equal(onHand + inTransit() + committed + owed, received, "no unit is lost or made");
  };

  const reserve = async ({ order, quantity, mode, diesAt }: Extract<Action, { kind: "reserve" }>): Promise<void> => {
    const asksFor = requests.get(order) ?? {
      orderId: `o${order}`,
      reservationId: reservationIdOf(order),
      sku,
      location,
      quantity,
      mode,
    };
    requests.set(order, asksFor);
    // How long it is held is a matter of the settings that the process has.
    const request: StockRequest = {
      ...asksFor,
      expiresAt: new Date(shards.world.clock.nowMs + 1_800_000).toISOString(),
    };
    const asked: string[] = [];
    let calls = 0;
    const around = {
      actor: async (streamId: string, command: { readonly type: string } | undefined): Promise<void> => {
        calls += 1;
        if (calls > diesAt) throw new Error("the process has died");
        if (command?.type === "ReserveStock") asked.push(streamId);
      },
    };
    let taken: StockTaken;
    try {
      taken = await shards.coordinator().reserve(shards.run(request.orderId, around), request);
    } catch {
      shards.restart();
      return;
    }
    const held = taken.holds.reduce((sum, hold) => sum + hold.quantity, 0);
    assert.equal(held + taken.missing, request.quantity);
    assert.equal(new Set(taken.holds.map(({ stockItemId }) => stockItemId)).size, taken.holds.length);
    assert.ok(new Set(asked).size === asked.length, "nobody is asked twice");
  };

  const recall = async (): Promise<void> => {
    // The newest version of the item that there is.
    const version = shards.world.actors.feed.findLast(({ streamId }) => streamId === itemId)?.version ?? 1;
    await shards.coordinator().recallEverywhere(shards.runOfItem(version), { sku, location }, version);
  };

  /** Whoever waits comes first: once all is delivered and recalled, nobody does while a shard has units. */
  const recallEverything = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) {
      shards.deliver();
      shards.restart();
      await recall();
    }
    const root = itemsOf(shards).get(itemId);
    if (root === undefined || neededUnits(root) === 0) return;
    for (const id of allIds.slice(1)) {
      const shard = itemsOf(shards).get(id);
      assert.equal(shard === undefined ? 0 : availableIn(shard), 0);
    }
  };

  /** All there is, for whoever asks first: nothing is passed over once the feed has told everything. */
  const takeEverything = async (): Promise<void> => {
    shards.deliver();
    const there = allIds.reduce((sum, id) => {
      const item = itemsOf(shards).get(id);
      return sum + (item === undefined || id === itemId ? 0 : availableIn(item));
    }, 0);
    const empty = new Set(
      allIds.filter((id) => {
        const item = itemsOf(shards).get(id);
        return item !== undefined && availableIn(item) === 0;
      }),
    );
    const request: StockRequest = {
      orderId: "last",
      reservationId: "last~r1",
      sku,
      location,
      quantity: there + 1,
      mode: "partial",
      expiresAt: new Date(shards.world.clock.nowMs + 1_800_000).toISOString(),
    };
    const taken = await shards.coordinator().reserve(shards.run("last"), request);
    assert.equal(taken.missing, 1, "everything that is there is taken");
    const asked: string[] = [];
    const again = { ...request, orderId: "after", reservationId: "after~r1" };
    const around = {
      actor: async (streamId: string, command: { readonly type: string } | undefined): Promise<void> => {
        if (command?.type === "ReserveStock" && streamId !== itemId) asked.push(streamId);
      },
    };
    const nothing = await shards.coordinator().reserve(shards.run("after", around), again);
    assert.deepEqual([nothing.holds, asked.filter((id) => !empty.has(id))], [[], []]);
    // By now every shard is known to be empty: the next order asks none of them.
    asked.length = 0;
    const last = { ...request, orderId: "late", reservationId: "late~r1" };
    await shards.coordinator().reserve(shards.run("late", around), last);
    assert.deepEqual(asked, []);
  };

  for (const step of actions) {
    switch (step.kind) {
      case "receive":
        received += step.quantity;
        shards.receive(step.quantity);
        break;
      case "reserve":
        await reserve(step);
        break;
      case "release":
        await shards
          .coordinator()
          .release(shards.run(`o${step.order}`), { reservationId: reservationIdOf(step.order), sku, location });
        for (const id of allIds) {
          const item = itemsOf(shards).get(id);
          if (item !== undefined) assert.equal(openReservationOf(item, reservationIdOf(step.order)), undefined);
        }
        break;
      case "commit":
        for (const id of allIds) {
          const item = itemsOf(shards).get(id);
          const held = item === undefined ? 0 : (openReservationOf(item, reservationIdOf(step.order))?.held ?? 0);
          if (held === 0) continue;
          committed += held;
          shards.drive(id, "CommitStock", {
            reservationId: reservationIdOf(step.order),
            commitId: `c-${shards.world.actors.feed.length}`,
            quantity: held,
          });
        }
        break;
      case "deliver":
        shards.deliver(step.events);
        break;
      case "restart":
        shards.restart();
        break;
      case "recall":
        await recall();
        break;
      case "owe":
        owed += 2;
        shards.drive(itemId, "AdjustStock", {
          adjustmentId: `a-${shards.world.actors.feed.length}`,
          delta: -2,
          reason: "sold",
          mayOversell: true,
        });
        break;
      case "pass":
        shards.world.clock.nowMs += step.minutes * 60_000;
        shards.world.actors.wake();
        break;
    }
    check();
  }

  await recallEverything();
  check();
  await takeEverything();
  // Whatever dead runs took, and nobody knows of, comes back by itself.
  shards.world.clock.nowMs += 2 * 86_400_000;
  for (let round = 0; round < 3; round += 1) shards.world.actors.wake();
  for (const item of itemsOf(shards).values()) assert.equal(item.reserved, 0);
  check();
};

describe("stock over shards", () => {
  test("is never oversold, is taken to the last unit, and comes back from whoever dies", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 5 }),
        fc.array(action, { minLength: 1, maxLength: 30, size: "max" }),
        play,
      ),
      { numRuns: 500, interruptAfterTimeLimit: 40_000 },
    );
  });
});
