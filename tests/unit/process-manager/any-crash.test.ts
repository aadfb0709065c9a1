import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { agreeable, type Behaviour } from "../../../services/simulated-provider/behaviour/behaviour.ts";
import type { StreamProcess } from "../../../services/process-manager/process-streams.ts";
import {
  createMemoryWorld,
  entriesOf,
  openProcessWith,
  type MemorySettings,
  type MemoryWorld,
} from "./memory-process.ts";
import { createMemoryStuck } from "./memory-watch.ts";
import {
  expectHeldIsKnown,
  expectMoneyAddsUp,
  expectNobodyIsStuck,
  expectNobodyStarves,
  expectRejectionsAreDue,
  expectShortagesAreTrue,
  expectStockAddsUp,
} from "./model/checks.ts";
import { deliverEverything, packEverything } from "./model/warehouse.ts";
import { clientActions, commandOf, isEarly, streamOf } from "./model/client-actions.ts";
import { comeToRest, dayRest, longRest, openWatchdog, shortRest, tellOne } from "./model/rest.ts";

/** Mugs come late: until then nobody has ever seen one. */
const received = { cup: 8, mug: 4, pot: 3 };

const receive = ({ actors }: MemoryWorld, sku: keyof typeof received): void => {
  const data = { receiptId: "1", quantity: received[sku] };
  actors.send("outside", "StockItem", `${sku}~berlin`, { commandId: `receive-${sku}`, type: "ReceiveStock", data });
};

/**
 * How an instance of the process manager ends: it dies in that call, or stands still in it for some turns, so that another one,
 * maybe with other settings, takes its place, and then goes on.
 */
const ending = fc.record({
  call: fc.integer({ min: 1, max: 30 }),
  how: fc.constantFrom("dies", "is overtaken"),
  turnsStill: fc.constantFrom(1, 20, 80),
  settings: fc.constantFrom(
    {},
    { reservationTtlMs: 15 * 60_000, backorderTtlMs: 20 * 86_400_000 },
    { reservationTtlMs: 45 * 60_000, backorderTtlMs: 25 * 86_400_000 },
  ),
});
type Ending = {
  readonly call: number;
  readonly how: string;
  readonly turnsStill: number;
  readonly settings: MemorySettings;
};

const lives = { call: Infinity, how: "lives", turnsStill: 1 };

/** Which calls fail without an answer: the call of each index, going round. One in `rarity` does. */
const failing = (rarity: number) =>
  fc.array(
    fc.nat(rarity - 1).map((chance) => chance === rarity - 1),
    { minLength: 1, maxLength: 40 },
  );

const behaviour: fc.Arbitrary<Behaviour> = fc
  .record({
    seed: fc.nat(1_000),
    declineRate: fc.constantFrom(0, 0, 0.4),
    declineRetryable: fc.boolean(),
    captureDeclineRate: fc.constantFrom(0, 0, 0.3),
    pendingRate: fc.constantFrom(0, 0.5),
  })
  .map((chances) => ({ ...agreeable, ...chances }));

const scenario = fc.record({
  actions: clientActions,
  endings: fc.array(ending, { maxLength: 5 }),
  turnsUntilMugs: fc.nat(60),
  providerFails: failing(6),
  actorFails: failing(60),
  behaviour,
  sweeps: fc.nat(3),
  /** The shards that cups are spread over from the beginning, if at all. */
  shards: fc.constantFrom(0, 0, 2, 3),
  /** Whether everything that is left is sent and delivered in the end. */
  finishes: fc.boolean(),
});

const batchSize = 5;

describe("the process manager", () => {
  test("gets every order to where it belongs, whenever its processes die, whoever does not answer, and whatever lands late", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, fc.scheduler(), async (given, scheduler) => {
        const world = { ...createMemoryWorld(), checkpoint: 0 };
        world.provider.behaviour = given.behaviour;
        const stuck = createMemoryStuck();
        receive(world, "cup");
        receive(world, "pot");
        if (given.shards > 0) {
          const data = { shards: given.shards };
          const envelope = { commandId: "shard", type: "ShardStock", data };
          world.actors.send("outside", "StockItem", "cup~berlin", envelope);
        }
        const turn = async (): Promise<void> => scheduler.schedule(Promise.resolve());
        const overtaken: Promise<unknown>[] = [];
        let clientIsDone = false;
        let providerCalls = 0;
        let actorCalls = 0;
        const orderOf = (streamId: string) => world.actors.orders().get(streamId) ?? orderAggregate.initial;

        const client = async (): Promise<void> => {
          for (const [index, action] of given.actions.entries()) {
            await turn();
            if (action.kind === "passTime") {
              world.clock.nowMs += action.minutes * 60_000;
              world.actors.wake();
              continue;
            }
            const streamId = streamOf(action);
            for (let turns = 0; turns < 150 && isEarly(action, orderOf(streamId)); turns += 1) await turn();
            const command = commandOf(action, orderOf(streamId));
            if (command === undefined) continue;
            world.actors.send("outside", "Order", streamId, { commandId: `client-${index}`, ...command });
          }
          clientIsDone = true;
        };

        const supplier = async (): Promise<void> => {
          for (let turns = 0; turns < given.turnsUntilMugs; turns += 1) await turn();
          receive(world, "mug");
        };

        /** Tells what the provider has to tell late, in any order, some of it twice. */
        const postman = async (): Promise<void> => {
          for (let turns = 0; turns < 60; turns += 1) {
            await turn();
            if (turns % 3 === 0) tellOne(world, turns * 7, 1 + (turns % 2));
          }
        };

        /** What goes through the calls of an instance; in its last one it dies, or is overtaken. */
        const openLife = ({ call, how, turnsStill }: Omit<Ending, "settings">) => {
          const death = new AbortController();
          const { promise: end, resolve: hasEnded } = Promise.withResolvers<void>();
          let calls = 0;
          const before = async (): Promise<void> => {
            calls += 1;
            if (calls === call && how === "dies") death.abort(new Error("died"));
            if (calls === call) hasEnded();
            // What a dead process had sent may still arrive.
            for (let turns = calls === call ? turnsStill : 1; turns > 0; turns -= 1) await turn();
          };
          const around = {
            actor: async (): Promise<void> => {
              await before();
              actorCalls += 1;
              if (given.actorFails[actorCalls % given.actorFails.length] === true) throw new Error("no answer");
            },
            provider: async (): Promise<void> => {
              await before();
              providerCalls += 1;
              if (given.providerFails[providerCalls % given.providerFails.length] === true)
                throw new Error("no answer");
            },
          };
          return { around, death: death.signal, end, isOver: () => calls >= call };
        };

        /** Handles what the feed has, batch after batch, and checkpoints as long as it is not overtaken. */
        const drain = async (
          process: StreamProcess,
          signal: AbortSignal,
          isOvertaken: () => boolean,
        ): Promise<void> => {
          while (world.checkpoint < world.actors.feed.length && !isOvertaken()) {
            const from = world.checkpoint;
            const events = world.actors.feed.slice(from, from + batchSize);
            await process.handle({ range: "r", entries: entriesOf(events) }, signal);
            if (!isOvertaken()) world.checkpoint = from + events.length;
          }
        };

        const oneLife = async (each: Ending): Promise<void> => {
          const { around, death, end, isOver } = openLife(each);
          const parked = { ...world.parked, ...world.parked.open(turn) };
          const process = openProcessWith({ ...world, parked }, around, each.settings);
          let hasFinished = false;
          /** Once true it stays so: neither of the two loops below may wait for what only the other one does. */
          const isDone = (): boolean => {
            hasFinished ||= isOver() || (clientIsDone && world.checkpoint === world.actors.feed.length);
            return hasFinished;
          };
          const untilDone = async (step: () => Promise<void>): Promise<void> => {
            while (!isDone()) {
              await turn();
              await step();
            }
          };
          // The parked streams are tried again while batches are handled.
          const work = Promise.all([
            untilDone(async () => drain(process, death, isOver)),
            untilDone(async () => (world.parked.records.size > 0 ? process.retryParked(death) : undefined)),
          ]).catch((error: unknown) => {
            if (!death.aborted) throw error;
          });
          overtaken.push(work);
          await Promise.race([work, end]);
        };

        const supervisor = async (): Promise<void> => {
          for (const each of given.endings) await oneLife(each);
          await oneLife({ ...lives, settings: {} });
        };

        /** Looks at the orders now and then, with nobody to say that it is alone. */
        const watcher = async (): Promise<void> => {
          for (let sweep = 0; sweep < given.sweeps; sweep += 1) {
            for (let turns = 0; turns < 15; turns += 1) await turn();
            const { around, death } = openLife(lives);
            await openWatchdog(world, stuck, around).sweep(death);
          }
        };

        await scheduler.waitFor(Promise.all([client(), supplier(), postman(), supervisor(), watcher()]));
        await scheduler.waitFor(Promise.all(overtaken));
        await scheduler.waitIdle();
        const rest = async (pausesMs: readonly number[]): Promise<void> =>
          comeToRest(world, openProcessWith(world), openWatchdog(world, stuck), pausesMs);
        await rest(dayRest);
        expectHeldIsKnown(world);
        expectNobodyStarves(world);
        if (given.finishes) {
          packEverything(world);
          await rest(shortRest);
          deliverEverything(world);
        }
        await rest(longRest);

        expectNobodyIsStuck(world);
        expectNobodyStarves(world);
        expectStockAddsUp(world, received);
        expectMoneyAddsUp(world);
        expectRejectionsAreDue(world);
        expectShortagesAreTrue(world);
        expect(world.parked.records.size).toBe(0);
        expect([...stuck.records.values()].filter(({ order }) => order.attempts > 0)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
