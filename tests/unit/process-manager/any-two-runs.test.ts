import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { openReservationOf } from "../../../actors/stock-item/state.ts";
import { createEventHandler, type HandleEvent } from "../../../services/process-manager/handle-event.ts";
import { shardOrder } from "../../../services/process-manager/stock/shard-knowledge.ts";
import { clientsOf } from "./clients.ts";
import { createMemoryWorld, handlerParts, openProcess, settle } from "./memory-process.ts";
import { expectHeldIsKnown, expectStockAddsUp } from "./model/checks.ts";

/**
 * Two processes handle the same reservation at the same time, and know different shards to be empty, while units come to the
 * shards. Either of them may die in any call.
 */
const scenario = fc
  .record({
    shards: fc.integer({ min: 2, max: 4 }),
    quantity: fc.integer({ min: 2, max: 8 }),
    waits: fc.boolean(),
    /** What each shard has in the beginning, and what comes to it later. */
    there: fc.array(fc.nat(4), { minLength: 4, maxLength: 4 }),
    later: fc.array(fc.record({ shard: fc.nat(3), quantity: fc.integer({ min: 1, max: 4 }) }), { maxLength: 4 }),
    runs: fc.array(
      fc.record({
        learnsFirst: fc.boolean(),
        diesAt: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: fc.nat(12) }),
      }),
      { minLength: 2, maxLength: 2 },
    ),
  })
  .map((given) => ({ ...given, there: given.there.slice(0, given.shards) }));

const shardId = (shard: number): string => `cup~berlin~${shard}`;
const never = new AbortController().signal;
const dayMs = 86_400_000;

describe("two runs of one reservation over shards", () => {
  test("leave each shard with what the order records, and after a day with no more", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, fc.scheduler(), async (given, scheduler) => {
        const world = createMemoryWorld();
        const clients = clientsOf(world);
        const turn = async (): Promise<void> => scheduler.schedule(Promise.resolve());
        let receipts = 0;
        let received = 0;
        const bring = (shard: number, quantity: number): void => {
          if (quantity === 0) return;
          receipts += 1;
          received += quantity;
          const data = { receiptId: `r${receipts}`, quantity };
          const envelope = { commandId: `receive-${receipts}`, type: "ReceiveStock", data };
          world.actors.send("outside", "StockItem", shardId(shard), envelope);
        };
        const settleAll = async (): Promise<void> => {
          await settle(world, openProcess(world, createEventHandler(handlerParts(world))));
        };
        clients.shard("cup", given.shards);
        for (const [shard, quantity] of given.there.entries()) bring(shard, quantity);

        /** Each run has a process of its own; one that has learnt knows which shards were empty in the beginning. */
        const processes = given.runs.map(({ learnsFirst, diesAt }): HandleEvent => {
          let calls = 0;
          const parts = handlerParts(world, {
            actor: async () => {
              await turn();
              calls += 1;
              if (calls > diesAt) throw new Error("it is dead");
            },
          });
          parts.stock.noteEvent("cup~berlin", 1, { type: "StockSharded", data: { shards: given.shards } });
          return createEventHandler({ ...parts, stock: learnsFirst ? parts.stock : handlerParts(world).stock });
        });
        // Somebody else takes the last unit of the shard that the order would begin with: whoever has handled that knows it.
        const [first = 0] = shardOrder("o1", given.shards);
        const other = Array.from({ length: 60 }, (_, index) => `x${index}`).find(
          (id) => shardOrder(id, given.shards)[0] === first,
        );
        const left = given.there[first] ?? 0;
        clients.place(String(other), { cup: left + 1 });
        const before = world.actors.feed.filter(({ streamId }) => streamId === other);
        for (const [index, handle] of processes.entries()) {
          if (given.runs[index]?.learnsFirst !== true) continue;
          const handling = (async () => {
            for (const event of before) await handle(event, never).catch(() => undefined);
          })();
          await scheduler.waitFor(handling);
        }
        clients.place("o1", { cup: given.quantity });
        if (given.waits) {
          await settleAll();
          clients.order("o1", "ConfirmShortage", { choice: "wait" });
        }
        const requested = world.actors.feed.findLast(
          ({ streamId, type }) => streamId === "o1" && type === "ReservationRequested",
        );
        if (requested === undefined) throw new Error("nothing was requested");

        const supplier = async (): Promise<void> => {
          for (const { shard, quantity } of given.later) {
            for (let turns = 0; turns < 3; turns += 1) await turn();
            bring(shard % given.shards, quantity);
          }
        };
        const runs = processes.map(async (handle) => handle(requested, never).catch(() => undefined));
        await scheduler.waitFor(Promise.all([...runs, supplier()]));
        await settleAll();

        const order = world.actors.orders().get("o1");
        const holds = order !== undefined && "holds" in order ? order.holds : [];
        const round = requested.data["reservationId"];
        const held = holds.filter(({ reservationId }) => reservationId === round);
        expect(holds.reduce((sum, { quantity }) => sum + quantity, 0)).toBeLessThanOrEqual(given.quantity);
        for (const [stockItemId, item] of world.actors.stock()) {
          const counted = held.filter((hold) => hold.stockItemId === stockItemId);
          // What a dead run took where no other one looks, since it knows that nothing was there, goes back when its time is over.
          expect(openReservationOf(item, String(round))?.held ?? 0).toBeGreaterThanOrEqual(
            counted.reduce((sum, { quantity }) => sum + quantity, 0),
          );
        }

        if (clients.statusOf("o1") === "Fulfilling") clients.packAll("o1", "s");
        else clients.order("o1", "RequestCancel", { reason: "it takes too long" });
        await settleAll();
        world.clock.nowMs += 2 * dayMs;
        world.actors.wake();
        await settleAll();
        expect(world.parked.records.size).toBe(0);
        expectHeldIsKnown(world);
        expectStockAddsUp(world, { cup: received });
      }),
      { numRuns: 150 },
    );
  });
});
