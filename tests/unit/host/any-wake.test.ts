import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { snapshotItemId } from "../../../actors/kernel/recorded-event.ts";
import { StoreFault } from "../../../actors/event-store/event-store.ts";
import { snapshotItem } from "../../../actors/event-store/items.ts";
import { createMemoryEventStore, type Fate } from "../../support/memory-event-store.ts";
import { alarmClock } from "./alarm-clock.ts";
import { alarmStream, createAlarmHost, createMemoryReminders, leastWakeDelayMs, type AlarmHost } from "./alarm-host.ts";

/**
 * Several hosts set and clear alarms of one stream at the same time, as if Dapr's lock did not exist. Hosts die in the middle
 * of whatever they do, the store and the scheduler fail, and time passes. Reminders are delivered to any host, again and again
 * until one takes them. Whatever the order, every alarm that is stored must ring in the end, once.
 *
 * Assumed: a write lands, if it ever does, before the earliest time for which its turn could set a reminder.
 */
interface Sent {
  readonly host: number;
  readonly commandId: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

const hostCount = 2;
const start = Date.UTC(2026, 0, 1);
const second = 1_000;
const names = ["a", "b", "c"];

const sent: fc.Arbitrary<Sent> = fc
  .record({
    host: fc.nat(hostCount - 1),
    id: fc.nat(30),
    name: fc.constantFrom(...names),
    seconds: fc.integer({ min: -1, max: 120 }),
    clears: fc.boolean(),
  })
  .map(({ host, id, name, seconds, clears }) =>
    clears
      ? { host, commandId: `clear-${id}-${name}`, type: "ClearAlarm", data: { name } }
      : {
          host,
          commandId: `set-${id}-${name}-${seconds}`,
          type: "SetAlarm",
          data: { name, dueAt: new Date(start + seconds * second).toISOString() },
        },
  );

const fates = fc.infiniteStream(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Fate>("works") },
    ...(["fails", "losesAnswer", "landsLate", "retries"] as const).map((fate) => ({
      weight: 1,
      arbitrary: fc.constant<Fate>(fate),
    })),
  ),
);

/** After which call of the outside a host dies; most hosts live on. */
const deaths = fc.array(fc.option(fc.nat(12), { nil: Infinity }), { minLength: 6, maxLength: 6 });

const never = new Promise<never>(() => undefined);

describe("reminders", () => {
  test("wake a stream for whatever falls due in it, whoever dies and whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fates,
        deaths,
        fc.array(sent, { minLength: 1, maxLength: 14, size: "max" }),
        fc.array(fc.record({ seconds: fc.nat(40), turns: fc.nat(8) }), { minLength: 1, maxLength: 16, size: "max" }),
        async (scheduler, fate, deaths, commands, waits) => {
          let trouble = true;
          let clock = start;
          const now = (): string => new Date((clock += 1)).toISOString();
          const remainingDeaths = [...deaths];
          /** When everything began that may still write. */
          const underWay = new Set<{ readonly since: number }>();
          const begin = (): (() => void) => {
            const span = { since: clock };
            underWay.add(span);
            return () => void underWay.delete(span);
          };
          const passTime = (seconds: number): void => {
            const oldest = Math.min(...[...underWay].map(({ since }) => since));
            clock = Math.max(clock, Math.min(clock + seconds * second, oldest + leastWakeDelayMs - second));
          };

          const store = createMemoryEventStore({
            before: async () => {
              await scheduler.schedule(Promise.resolve());
              return trouble ? fate.next().value : "works";
            },
            untilLanding: async () => {
              const land = begin();
              await scheduler.schedule(Promise.resolve());
              land();
            },
          });
          const memory = createMemoryReminders(async () => {
            await scheduler.schedule(Promise.resolve());
            const outcome = trouble ? fate.next().value : "works";
            if (outcome === "fails") throw new StoreFault("the scheduler is away", false);
          });

          /** A host whose calls of the outside stop to be answered once it is dead. */
          const startHost = () => {
            const turns = new Set<() => void>();
            let calls = remainingDeaths.shift() ?? Infinity;
            const die = async (): Promise<never> => {
              for (const end of turns) end();
              return never;
            };
            const alive = async <Result>(call: () => Promise<Result>): Promise<Result> => {
              calls -= 1;
              if (calls < 0 && trouble) return die();
              const result = await call();
              return calls < 0 && trouble ? die() : result;
            };
            const host = createAlarmHost(
              {
                ...store,
                readSnapshot: async (...call) => alive(async () => store.readSnapshot(...call)),
                append: async (...call) => alive(async () => store.append(...call)),
              },
              { set: async (...call) => alive(async () => memory.reminders.set(...call)) },
              now,
            );
            const turn = async (call: (host: AlarmHost) => Promise<unknown>): Promise<unknown> => {
              const end = begin();
              turns.add(end);
              const answer = await call(host);
              end();
              turns.delete(end);
              return answer;
            };
            return { turn };
          };
          const hosts = Array.from({ length: hostCount }, startHost);

          /** A host that does not answer is taken for dead, and another one is started in its place. */
          const within = async (host: number, call: (host: AlarmHost) => Promise<unknown>): Promise<unknown> => {
            const process = hosts[host];
            if (process === undefined) return undefined;
            const patience = (async (): Promise<undefined> => {
              for (let turns = 0; turns < 60; turns += 1) await scheduler.schedule(Promise.resolve());
              return undefined;
            })();
            const answer = await Promise.race([process.turn(call), patience]);
            if (answer === undefined) hosts[host] = startHost();
            return answer;
          };

          /** Delivers the reminder if it is due; it is gone once it is taken, unless it was set anew meanwhile. */
          const deliver = async (host: number): Promise<void> => {
            const due = memory.set.get(alarmStream);
            if (due === undefined || due.dueAt > now()) return;
            const answer = await within(host, async (process) => process.wake());
            const isTaken = typeof answer === "object" && answer !== null && "ok" in answer;
            if (isTaken && memory.set.get(alarmStream) === due) memory.set.delete(alarmStream);
          };

          const clients = hosts.map(async (_, own) => {
            for (const { host, commandId, type, data } of commands) {
              if (host !== own) continue;
              await within(host, async (process) => process.send(commandId, type, data));
            }
          });
          const time = (async (): Promise<void> => {
            for (const [index, { seconds, turns }] of waits.entries()) {
              for (let turn = 0; turn < turns; turn += 1) await scheduler.schedule(Promise.resolve());
              passTime(seconds);
              await deliver(index % hostCount);
            }
          })();
          await scheduler.waitFor(Promise.all([...clients, time]));
          trouble = false;
          await scheduler.waitIdle();

          // Nobody sends anything any more: only reminders can make what is stored ring.
          for (let days = 0; days < 20 && memory.set.size > 0; days += 1) {
            clock += 3_600 * second;
            await scheduler.waitFor(deliver(days % hostCount));
          }
          const text = store.items.get(snapshotItemId(alarmStream));
          if (text === undefined) return;
          const { alarms } = alarmClock.decodeState(snapshotItem.parse(JSON.parse(text)).state);
          expect(alarms).toEqual({});
        },
      ),
      { numRuns: Number(process.env["WAKE_MODEL_RUNS"] ?? 200), interruptAfterTimeLimit: 30_000 },
    );
  });
});
