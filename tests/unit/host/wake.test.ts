import { beforeEach, describe, expect, test } from "@jest/globals";
import { recordedEvent, snapshotItemId, type RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { snapshotItem } from "../../../actors/event-store/items.ts";
import { StoreFault } from "../../../actors/event-store/event-store.ts";
import { createMemoryEventStore, type Fate, type MemoryEventStore } from "../../support/memory-event-store.ts";
import { alarmStream, createAlarmHost, createMemoryReminders, type AlarmHost } from "./alarm-host.ts";
import { gist } from "./test-host.ts";

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;
const inMinutes = (minutes: number): string => new Date(start + minutes * minute).toISOString();

/** What the host does to the world outside, in order. */
let done: string[];
let clock: number;
let fates: Fate[];
let reminderFails: boolean;
let store: MemoryEventStore;
let reminders: ReturnType<typeof createMemoryReminders>;
let host: AlarmHost;

const newHost = (): AlarmHost => createAlarmHost(store, reminders.reminders, () => new Date(clock).toISOString());

beforeEach(() => {
  done = [];
  clock = start;
  fates = [];
  reminderFails = false;
  store = createMemoryEventStore({
    before: async (call) => {
      if (call !== "append") return "works";
      done.push("append");
      return fates.shift() ?? "works";
    },
  });
  reminders = createMemoryReminders(async (dueAt) => {
    done.push(`remind at ${dueAt}`);
    if (reminderFails) throw new StoreFault("the scheduler is away", false);
  });
  host = newHost();
});

const storedEvents = (): RecordedEvent[] =>
  [...store.items.values()].flatMap((text) => recordedEvent.safeParse(JSON.parse(text)).data ?? []);
const stateOf = (): unknown => snapshotItem.parse(JSON.parse(store.items.get(snapshotItemId(alarmStream)) ?? "")).state;
const setAlarm = async (name: string, minutes: number): Promise<string> =>
  gist(await host.send(`set-${name}`, "SetAlarm", { name, dueAt: inMinutes(minutes) }));

describe("a command after which something falls due", () => {
  test("sets the reminder before it is committed", async () => {
    expect(await setAlarm("tea", 15)).toBe("1");
    expect(done).toEqual([`remind at ${inMinutes(15)}`, "append"]);
  });

  test("sets another only for what is due earlier", async () => {
    await setAlarm("tea", 15);
    await setAlarm("egg", 20);
    await host.send("clear", "ClearAlarm", { name: "tea" });
    expect(done).toEqual([`remind at ${inMinutes(15)}`, "append", "append", "append"]);
    await setAlarm("rice", 10);
    expect(done.slice(4)).toEqual([`remind at ${inMinutes(10)}`, "append"]);
  });

  test("sets it again once the reminder may have come, and once the host may have lost the actor", async () => {
    await setAlarm("tea", 1);
    clock = start + minute;
    await setAlarm("egg", 20);
    host.deactivate();
    await setAlarm("rice", 30);
    const soon = new Date(clock + 10_000).toISOString();
    expect(done).toEqual([
      `remind at ${inMinutes(1)}`,
      "append",
      `remind at ${soon}`,
      "append",
      `remind at ${soon}`,
      "append",
    ]);
  });

  test("is woken no sooner than its own commit can be over", async () => {
    await setAlarm("tea", -5);
    expect(done).toEqual([`remind at ${new Date(start + 10_000).toISOString()}`, "append"]);
  });

  test("is not committed if the reminder cannot be set, and is when it is repeated", async () => {
    reminderFails = true;
    expect(await setAlarm("tea", 15)).toBe("Contention");
    expect(done).not.toContain("append");
    expect(store.items.size).toBe(0);
    reminderFails = false;
    expect(await setAlarm("tea", 15)).toBe("1");
  });
});

describe("a command after which nothing new falls due", () => {
  test("sets no reminder", async () => {
    await setAlarm("tea", 15);
    await host.send("clear", "ClearAlarm", { name: "tea" });
    host.deactivate();
    await host.send("clear-again", "ClearAlarm", { name: "tea" });
    expect(done).toEqual([`remind at ${inMinutes(15)}`, "append", "append", "append"]);
  });

  test("sets none if it is refused, be it the first of a new host", async () => {
    await setAlarm("tea", 15);
    host.deactivate();
    expect(gist(await host.send("clear", "ClearAlarm", { name: "egg" }))).toBe("NoSuchAlarm");
    expect(done).toEqual([`remind at ${inMinutes(15)}`, "append", "append"]);
  });
});

describe("a stream that is woken", () => {
  test("does what is due, once, and says who did it", async () => {
    await setAlarm("tea", 15);
    clock = start + 15 * minute;
    expect(await host.wake()).toEqual({ ok: { streamId: alarmStream, version: 2 } });
    expect(storedEvents().at(-1)).toMatchObject({
      type: "AlarmRang",
      version: 2,
      commandId: "reminder/1",
      commandType: "Ring",
      by: "reminder",
    });
    expect(await host.wake()).toEqual({ ok: { streamId: alarmStream, version: 2 } });
    expect(stateOf()).toEqual({ alarms: {}, rung: ["tea"] });
  });

  test("writes nothing if nothing is due, and has itself woken for what will be", async () => {
    await setAlarm("tea", 15);
    done = [];
    expect(await host.wake()).toEqual({ ok: { streamId: alarmStream, version: 1 } });
    expect(done).toEqual([`remind at ${inMinutes(15)}`]);
  });

  test("writes nothing if it is unknown", async () => {
    expect(await host.wake()).toEqual({ ok: { streamId: alarmStream, version: 0 } });
    expect([done, store.items.size]).toEqual([[], 0]);
  });

  test("has itself woken for the next before it commits what was due", async () => {
    await setAlarm("tea", 15);
    await setAlarm("egg", 20);
    done = [];
    clock = start + 15 * minute;
    await host.wake();
    expect(done).toEqual([`remind at ${inMinutes(20)}`, "append"]);
  });

  test("goes on until nothing is due any more", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await setAlarm(name, 15);
    clock = start + 15 * minute;
    await host.wake();
    expect(stateOf()).toEqual({ alarms: {}, rung: ["a", "b", "c", "d", "e"] });
    expect(storedEvents().map(({ commandId }) => commandId)).toEqual([
      ...["a", "b", "c", "d", "e"].map((name) => `set-${name}`),
      "reminder/5",
      "reminder/5",
      "reminder/7",
      "reminder/7",
      "reminder/9",
    ]);
  });

  test("looks at what is stored, not at what it remembers", async () => {
    await setAlarm("tea", 15);
    const other = newHost();
    await other.send("set-egg", "SetAlarm", { name: "egg", dueAt: inMinutes(5) });
    clock = start + 5 * minute;
    await host.wake();
    expect(stateOf()).toEqual({ alarms: { tea: inMinutes(15) }, rung: ["egg"] });
  });

  test.each<Fate>(["fails", "losesAnswer"])("does it once when its write %s", async (fate) => {
    await setAlarm("tea", 15);
    clock = start + 15 * minute;
    fates = [fate];
    expect(await host.wake()).toMatchObject({ ok: { version: 2 } });
    expect(stateOf()).toEqual({ alarms: {}, rung: ["tea"] });
  });

  test("is to be woken again if the store stays away, or if the next reminder cannot be set", async () => {
    await setAlarm("tea", 15);
    await setAlarm("egg", 20);
    clock = start + 15 * minute;
    fates = Array.from({ length: 5 }, () => "fails");
    expect(await host.wake()).toMatchObject({ error: { kind: "fault" } });
    reminderFails = true;
    expect(await host.wake()).toMatchObject({ error: { kind: "fault" } });
    expect(stateOf()).toMatchObject({ rung: [] });
    reminderFails = false;
    expect(await host.wake()).toMatchObject({ ok: { version: 3 } });
    expect(stateOf()).toEqual({ alarms: { egg: inMinutes(20) }, rung: ["tea"] });
  });

  test("takes no notice of reminders of other names, nor of those of other streams", async () => {
    await setAlarm("tea", 15);
    clock = start + 15 * minute;
    expect(await host.wake("other")).toEqual({ ok: { ignored: "other" } });
    expect(stateOf()).toMatchObject({ rung: [] });
  });

  test("is the only one that may send what a reminder does", async () => {
    await setAlarm("tea", 15);
    clock = start + 15 * minute;
    expect(gist(await host.send("mine", "Ring"))).toBe("ReminderOnly");
    expect(gist(await host.send("reminder/1", "Ring"))).toBe("InvalidCommand");
  });
});

describe("a host that has lost the actor without knowing it", () => {
  test("puts back the earlier reminder that it has replaced", async () => {
    await setAlarm("tea", 30);
    await host.send("clear", "ClearAlarm", { name: "tea" });
    const other = newHost();
    // The other host needs to be woken earlier, and commits while the first one is about to.
    let overtakes = true;
    const stale = createAlarmHost(
      {
        ...store,
        append: async (batch, limit) => {
          if (overtakes) {
            overtakes = false;
            await other.send("set-egg", "SetAlarm", { name: "egg", dueAt: inMinutes(5) });
            reminders.set.set(alarmStream, { dueAt: inMinutes(40) });
          }
          return store.append(batch, limit);
        },
      },
      reminders.reminders,
      () => new Date(clock).toISOString(),
    );
    done = [];
    const answer = await stale.send("set-rice", "SetAlarm", { name: "rice", dueAt: inMinutes(40) });
    expect(gist(answer)).toBe("4");
    expect(done.at(-2)).toBe(`remind at ${inMinutes(5)}`);
    expect(reminders.set.get(alarmStream)).toEqual({ dueAt: inMinutes(5) });
  });

  test("puts it back also if its own command has nothing more to commit", async () => {
    const other = newHost();
    let overtakes = false;
    const stale = createAlarmHost(
      {
        ...store,
        append: async (batch, limit) => {
          if (!overtakes) return store.append(batch, limit);
          overtakes = false;
          await other.send("set-egg", "SetAlarm", { name: "egg", dueAt: inMinutes(5) });
          await other.send("the-same", "SetAlarm", { name: "rice", dueAt: inMinutes(40) });
          reminders.set.set(alarmStream, { dueAt: inMinutes(40) });
          return store.append(batch, limit);
        },
      },
      reminders.reminders,
      () => new Date(clock).toISOString(),
    );
    await stale.send("set-tea", "SetAlarm", { name: "tea", dueAt: inMinutes(60) });
    overtakes = true;
    const answer = await stale.send("the-same", "SetAlarm", { name: "rice", dueAt: inMinutes(40) });
    expect(gist(answer)).toBe("3");
    expect(reminders.set.get(alarmStream)).toEqual({ dueAt: inMinutes(5) });
  });
});
