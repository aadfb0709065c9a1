import { describe, expect, test } from "@jest/globals";
import { snapshotItemId } from "../../../actors/kernel/recorded-event.ts";
import { snapshotItem, outcomeItemId } from "../../../actors/event-store/items.ts";
import { createMemoryEventStore, type Fate, type MemoryEventStore } from "../../support/memory-event-store.ts";
import { createTestHost, gist, type TestHost } from "./test-host.ts";

const snapshotOf = (store: MemoryEventStore, streamId: string) =>
  snapshotItem.parse(JSON.parse(store.items.get(snapshotItemId(streamId)) ?? "null"));

/** A host on a store of its own, with a counter that is open and holds 10, at version 2. */
const openedCounter = async (): Promise<{ store: MemoryEventStore; host: TestHost }> => {
  const store = createMemoryEventStore();
  const host = createTestHost(store);
  expect(gist(await host.execute("c", "open", "Open"))).toBe("1");
  expect(gist(await host.execute("c", "add", "Add", { amount: 10 }))).toBe("2");
  return { store, host };
};

/** A store whose next calls meet these fates, one each, by the name of the call. */
const fatefulStore = () => {
  const fates: { call: string; fate: Fate }[] = [];
  const landings: (() => void)[] = [];
  const store = createMemoryEventStore({
    before: async (call) => {
      const index = fates.findIndex((fate) => fate.call === call);
      return index === -1 ? "works" : (fates.splice(index, 1)[0]?.fate ?? "works");
    },
    untilLanding: async () => new Promise<void>((resolve) => landings.push(resolve)),
  });
  return { store, fates, land: () => landings.splice(0).forEach((resolve) => resolve()) };
};

describe("an accepted command", () => {
  test("is stored with its events, their metadata and the snapshot, and answered with its versions", async () => {
    const store = createMemoryEventStore();
    const host = createTestHost(store, { epoch: "epoch" });
    await host.execute("c", "open", "Open");
    const answer = await host.execute(
      "c",
      "add",
      "Add",
      { amount: 5, times: 2 },
      { by: "test", correlationId: "corr" },
    );
    expect(answer).toEqual({
      ok: {
        streamId: "c",
        version: 3,
        status: "Open:10",
        events: [
          { type: "Added", version: 2 },
          { type: "Added", version: 3 },
        ],
        replayed: false,
      },
    });
    expect(JSON.parse(store.items.get("c~0000000002") ?? "")).toMatchObject({
      kind: "event",
      streamId: "c",
      version: 2,
      type: "Added",
      data: { amount: 5 },
      commandId: "add",
      commandType: "Add",
      statusAfter: "Open:10",
      correlationId: "corr",
      causationId: "add",
      by: "test",
      hostEpoch: "epoch",
      hostSeq: 2,
    });
    expect(snapshotOf(store, "c")).toMatchObject({ version: 3, state: { open: true, total: 10 } });
    expect(host.published.map((event) => event.version)).toEqual([1, 2, 3]);
  });

  test("is answered again, and not executed again, when it is repeated", async () => {
    const { store, host } = await openedCounter();
    const before = store.items.size;
    expect(gist(await host.execute("c", "add", "Add", { amount: 10 }))).toBe("2 replayed");
    expect(gist(await createTestHost(store).execute("c", "add", "Add", { amount: 10 }))).toBe("2 replayed");
    expect(store.items.size).toBe(before);
  });

  test("has one effect and 20 equal answers when it is sent 20 times at once", async () => {
    const { host } = await openedCounter();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => host.execute("c", "twenty", "Add", { amount: 1 })),
    );
    expect(answers.filter((answer) => "ok" in answer && !answer.ok.replayed)).toHaveLength(1);
    expect(new Set(answers.map((answer) => ("ok" in answer ? answer.ok.version : -1)))).toEqual(new Set([3]));
    expect(await host.read("c")).toMatchObject({ ok: { version: 3, state: { total: 11 } } });
  });

  test("without events is remembered", async () => {
    const { store, host } = await openedCounter();
    expect(gist(await host.execute("c", "touch", "Touch"))).toBe("2");
    await host.execute("c", "more", "Add", { amount: 1 });
    const answer = await createTestHost(store).execute("c", "touch", "Touch");
    expect(answer).toEqual({ ok: { streamId: "c", version: 2, status: "Open:10", events: [], replayed: true } });
  });

  test("is refused if an event is too large to be published", async () => {
    const { store, host } = await openedCounter();
    expect(gist(await host.execute("c", "big", "Add", { amount: 1, padding: 512 * 1024 }))).toBe("EventTooLarge");
    // As published, each of these takes six bytes.
    const markup = { amount: 1, padding: 200 * 1024, filler: "<" };
    expect(gist(await host.execute("c", "markup", "Add", markup))).toBe("EventTooLarge");
    expect(gist(await host.execute("c", "many", "Add", { amount: 1, times: 100 }))).toBe("EventTooLarge");
    expect(gist(await host.execute("c", "much", "Add", { amount: 1, times: 4, padding: 400_000 }))).toBe(
      "EventTooLarge",
    );
    expect(store.items.has("c~0000000003")).toBe(false);
    expect(gist(await host.execute("c", "most", "Add", { amount: 1, times: 99 }))).toBe("101");
  });
});

describe("a command that is rejected for now", () => {
  test("leaves nothing behind, and is decided anew when it comes again", async () => {
    const { store, host } = await openedCounter();
    const before = store.items.size;
    expect(gist(await host.execute("c", "take", "TakeOnceThere", { amount: 15 }))).toBe("TooLittle");
    expect(gist(await host.execute("c", "take", "TakeOnceThere", { amount: 15 }))).toBe("TooLittle");
    expect(store.items.size).toBe(before);
    await host.execute("c", "more", "Add", { amount: 5 });
    expect(gist(await createTestHost(store).execute("c", "take", "TakeOnceThere", { amount: 15 }))).toBe("4");
    expect(gist(await host.execute("c", "take", "TakeOnceThere", { amount: 15 }))).toBe("4 replayed");
  });
});

describe("a rejected command", () => {
  test("is rejected for ever, even once it would be accepted", async () => {
    const { store, host } = await openedCounter();
    expect(gist(await host.execute("c", "take", "Take", { amount: 15 }))).toBe("TooLittle");
    await host.execute("c", "more", "Add", { amount: 10 });
    const repeated = await host.execute("c", "take", "Take", { amount: 15 });
    expect(repeated).toMatchObject({ error: { kind: "rejected", code: "TooLittle", version: 2, replayed: true } });
    expect(await createTestHost(store).execute("c", "take", "Take", { amount: 15 })).toEqual(repeated);
    expect(gist(await host.execute("c", "take again", "Take", { amount: 15 }))).toBe("4");
  });

  test("is decided anew on a stream that does not exist", async () => {
    const store = createMemoryEventStore();
    const host = createTestHost(store);
    expect(gist(await host.execute("c", "early", "Add", { amount: 1 }))).toBe("NotOpen");
    expect(store.items.size).toBe(0);
    await createTestHost(store).execute("c", "open", "Open");
    expect(gist(await host.execute("c", "early", "Add", { amount: 1 }))).toBe("2");
  });
});

describe("a command id", () => {
  test("may not be used for another request", async () => {
    const { host } = await openedCounter();
    expect(gist(await host.execute("c", "add", "Add", { amount: 11 }))).toBe("CommandIdReused");
    await host.execute("c", "refused", "Take", { amount: 50 });
    expect(gist(await host.execute("c", "refused", "Take", { amount: 5 }))).toBe("CommandIdReused");
  });

  test("is one per stream", async () => {
    const { host } = await openedCounter();
    expect(gist(await host.execute("other", "open", "Open"))).toBe("1");
  });

  test("is remembered long after the snapshot has forgotten it", async () => {
    const { store, host } = await openedCounter();
    await host.execute("c", "refused", "Take", { amount: 1_000 });
    for (let index = 0; index < 40; index += 1) await host.execute("c", `later-${index}`, "Add", { amount: 1 });
    expect(snapshotOf(store, "c")).toMatchObject({ recentCommandsComplete: false, version: 42 });
    expect(snapshotOf(store, "c").recentCommands).toHaveLength(20);
    for (const anyHost of [host, createTestHost(store)]) {
      expect(gist(await anyHost.execute("c", "add", "Add", { amount: 10 }))).toBe("2 replayed");
      expect(gist(await anyHost.execute("c", "refused", "Take", { amount: 1_000 }))).toBe("TooLittle replayed");
      expect(gist(await anyHost.execute("c", "add", "Add", { amount: 11 }))).toBe("CommandIdReused");
    }
    expect(gist(await host.execute("c", "new", "Add", { amount: 1 }))).toBe("43");
  });
});

describe("what is not remembered", () => {
  test("is a malformed command, with every wrong field named", async () => {
    const { store, host } = await openedCounter();
    const before = new Map(store.items);
    const answer = await host.execute("c", "wrong", "Add", { amount: "much", times: 0 });
    expect(answer).toMatchObject({ error: { kind: "invalid", issues: [{ field: "amount" }, { field: "times" }] } });
    expect(store.items).toEqual(before);
    expect(gist(await host.execute("c", "wrong", "Add", { amount: 1 }))).toBe("3");
  });

  test("is a version conflict", async () => {
    const { host } = await openedCounter();
    const wrong = await host.execute("c", "cond", "Add", { amount: 1 }, { expectedVersion: 1 });
    expect(wrong).toMatchObject({ error: { kind: "versionConflict", version: 2 } });
    expect(gist(await host.execute("c", "cond", "Add", { amount: 1 }, { expectedVersion: 2 }))).toBe("3");
    expect(gist(await host.execute("c", "cond", "Add", { amount: 1 }, { expectedVersion: 2 }))).toBe("3 replayed");
  });
});

describe("a host that has lost the actor", () => {
  test("cannot store an event", async () => {
    const { store, host: stale } = await openedCounter();
    const owner = createTestHost(store);
    await owner.execute("c", "take all", "Take", { amount: 10 });
    expect(gist(await stale.execute("c", "take too", "Take", { amount: 10 }))).toBe("TooLittle");
    expect(gist(await stale.execute("c", "take all", "Take", { amount: 10 }))).toBe("3 replayed");
  });

  test("cannot hide an outcome that was remembered meanwhile", async () => {
    const { store, host: stale } = await openedCounter();
    const owner = createTestHost(store);
    expect(gist(await owner.execute("c", "refused", "Take", { amount: 15 }))).toBe("TooLittle");
    expect(gist(await stale.execute("c", "more", "Add", { amount: 10 }))).toBe("3");
    for (const host of [stale, owner, createTestHost(store)])
      expect(gist(await host.execute("c", "refused", "Take", { amount: 15 }))).toBe("TooLittle replayed");
  });

  test("does not tell a caller that its version is wrong when it is right", async () => {
    const { store, host: stale } = await openedCounter();
    await createTestHost(store).execute("c", "more", "Add", { amount: 1 });
    expect(gist(await stale.execute("c", "cond", "Add", { amount: 1 }, { expectedVersion: 3 }))).toBe("4");
  });

  test("reads what is stored, not what it remembers", async () => {
    const { store, host: stale } = await openedCounter();
    await createTestHost(store).execute("c", "more", "Add", { amount: 1 });
    expect(await stale.read("c")).toMatchObject({ ok: { version: 3, state: { total: 11 } } });
  });
});

describe("a write of unknown outcome", () => {
  test("that was stored is answered as the success it was", async () => {
    const { store, fates } = fatefulStore();
    const host = createTestHost(store);
    await host.execute("c", "open", "Open");
    fates.push({ call: "append", fate: "losesAnswer" });
    expect(gist(await host.execute("c", "add", "Add", { amount: 1 }))).toBe("2");
    expect(host.reloads.at(-1)).toBe("unknown");
    expect(host.endings.get(2)).toBe("unknown");
    expect(await host.read("c")).toMatchObject({ ok: { version: 2, state: { total: 1 } } });
  });

  test("that an earlier attempt of the pipeline had stored is answered as the success it was", async () => {
    const { store, fates } = fatefulStore();
    const host = createTestHost(store);
    fates.push({ call: "append", fate: "retries" });
    expect(gist(await host.execute("c", "open", "Open"))).toBe("1");
    fates.push({ call: "append", fate: "retries" });
    expect(gist(await host.execute("c", "take", "Take", { amount: 5 }))).toBe("TooLittle");
    expect(host.endings.get(1)).toBe("unknown");
  });

  test("that lands after the same command was written again is refused by the store", async () => {
    const { store, fates, land } = fatefulStore();
    const host = createTestHost(store);
    await host.execute("c", "open", "Open");
    fates.push({ call: "append", fate: "landsLate" });
    expect(gist(await host.execute("c", "add", "Add", { amount: 1 }))).toBe("2");
    land();
    expect(gist(await host.execute("c", "next", "Add", { amount: 1 }))).toBe("3");
    expect(await host.read("c")).toMatchObject({ ok: { version: 3, state: { total: 2 } } });
  });

  test("is a fault while the store cannot be read, and is found by the repeated command", async () => {
    const { store, fates } = fatefulStore();
    const host = createTestHost(store);
    await host.execute("c", "open", "Open");
    fates.push(
      { call: "readSnapshot", fate: "works" },
      { call: "append", fate: "losesAnswer" },
      { call: "readSnapshot", fate: "fails" },
    );
    expect(await host.execute("c", "add", "Add", { amount: 1 })).toMatchObject({
      error: { kind: "fault", code: "OutcomeUnknown" },
    });
    expect(gist(await host.execute("c", "add", "Add", { amount: 1 }))).toBe("2 replayed");
  });

  test("is tried again only so often", async () => {
    const { store, fates } = fatefulStore();
    const host = createTestHost(store);
    await host.execute("c", "open", "Open");
    for (let index = 0; index < 10; index += 1) fates.push({ call: "append", fate: "fails" });
    expect(await host.execute("c", "add", "Add", { amount: 1 })).toMatchObject({ error: { kind: "fault" } });
    expect(fates).toHaveLength(5);
    expect([...host.endings.values()]).toEqual(["committed", ...Array.from({ length: 5 }, () => "abandoned")]);
  });
});

describe("while the store is away", () => {
  test("a command is a fault", async () => {
    const { store, fates } = fatefulStore();
    const host = createTestHost(store);
    fates.push({ call: "readSnapshot", fate: "fails" });
    expect(await host.execute("c", "open", "Open")).toMatchObject({
      error: { kind: "fault", code: "StoreUnavailable" },
    });
    expect(host.failures).toMatchObject([{ code: "StoreUnavailable" }]);
    expect(gist(await host.execute("c", "open", "Open"))).toBe("1");
  });

  test("a read and a flush are faults", async () => {
    const { store, fates } = fatefulStore();
    const host = createTestHost(store);
    fates.push({ call: "readSnapshot", fate: "fails" }, { call: "readSnapshot", fate: "fails" });
    expect(await host.read("c")).toMatchObject({ error: { kind: "fault" } });
    expect(await host.call("c", "flush", { version: 1 })).toMatchObject({ error: { kind: "fault" } });
  });
});

describe("a stored stream", () => {
  test("is folded again when its snapshot has another state version", async () => {
    const { store } = await openedCounter();
    const newer = createTestHost(store, { stateVersion: 2 });
    expect(gist(await newer.execute("c", "add", "Add", { amount: 10 }))).toBe("2 replayed");
    expect(gist(await newer.execute("c", "more", "Add", { amount: 1 }))).toBe("3");
    expect(snapshotOf(store, "c")).toMatchObject({ stateVersion: 2, version: 3, state: { total: 11 } });
  });

  test("is folded again when its snapshot is missing, and still knows its command ids", async () => {
    const { store, host } = await openedCounter();
    await host.execute("c", "refused", "Take", { amount: 50 });
    store.remove(snapshotItemId("c"));
    const next = createTestHost(store);
    expect(gist(await next.execute("c", "refused", "Take", { amount: 50 }))).toBe("TooLittle replayed");
    expect(gist(await next.execute("c", "add", "Add", { amount: 10 }))).toBe("2 replayed");
    expect(gist(await next.execute("c", "more", "Add", { amount: 1 }))).toBe("3");
    expect(snapshotOf(store, "c")).toMatchObject({ version: 3, recentCommandsComplete: false, state: { total: 11 } });
  });

  test("goes on when an older snapshot was put back", async () => {
    const { store, host } = await openedCounter();
    const older = snapshotOf(store, "c");
    await host.execute("c", "refused", "Take", { amount: 50 });
    await host.execute("c", "more", "Add", { amount: 1, times: 3 });
    store.put(snapshotItemId("c"), older);
    const next = createTestHost(store);
    expect(gist(await next.execute("c", "last", "Add", { amount: 1 }))).toBe("6");
    expect(gist(await next.execute("c", "more", "Add", { amount: 1, times: 3 }))).toBe("5 replayed");
    expect(gist(await next.execute("c", "refused", "Take", { amount: 50 }))).toBe("TooLittle replayed");
    expect(snapshotOf(store, "c")).toMatchObject({ version: 6, state: { total: 14 } });
  });

  test("whose remembered outcome is missing is a fault, not a second outcome", async () => {
    const { store, host } = await openedCounter();
    await host.execute("c", "refused", "Take", { amount: 50 });
    store.remove(outcomeItemId("c", "refused"));
    expect(await host.execute("c", "refused", "Take", { amount: 50 })).toMatchObject({ error: { kind: "fault" } });
  });
});

describe("a read", () => {
  test("of a stream that never was says so and writes nothing", async () => {
    const store = createMemoryEventStore();
    expect(await createTestHost(store).read("c")).toMatchObject({ error: { kind: "unknownStream" } });
    expect(store.items.size).toBe(0);
  });
});

describe("a flush", () => {
  test("tells the publication of a version that it did not know", async () => {
    const { store, host } = await openedCounter();
    await createTestHost(store).execute("c", "more", "Add", { amount: 1 });
    expect(await host.call("c", "flush", { version: 3 })).toEqual({ ok: { publishedThrough: 0 } });
    expect(host.loads.at(-1)).toEqual({ streamId: "c", version: 3 });
  });

  test("of a version in memory does not read the store", async () => {
    const { store, fates } = fatefulStore();
    const host = createTestHost(store);
    await host.execute("c", "open", "Open");
    fates.push({ call: "readSnapshot", fate: "fails" });
    expect(await host.call("c", "flush", { version: 1 })).toEqual({ ok: { publishedThrough: 0 } });
    expect(host.loads.at(-1)).toEqual({ streamId: "c", version: 1 });
  });
});

describe("a call that makes no sense", () => {
  test.each([
    ["not-a-stream", "execute", { commandId: "id", type: "Open", data: {} }, "InvalidStreamId"],
    ["c", "execute", { commandId: "", type: "Open", data: {} }, "InvalidCommand"],
    ["c", "execute", { commandId: "process-manager/c/1/open", type: "Open", data: {} }, "InvalidCommand"],
    ["c", "drive", { commandId: "anybody's", type: "Open", data: {} }, "InvalidCommand"],
    ["c", "execute", "text", "InvalidCommand"],
    ["c", "execute", [1, 2], "InvalidCommand"],
    ["c", "flush", { version: 0 }, "InvalidCommand"],
  ] as const)("is invalid: %s %s %j", async (streamId, method, body, code) => {
    const host = createTestHost(createMemoryEventStore());
    expect(await host.call(streamId, method, body)).toMatchObject({ error: { kind: "invalid", code } });
  });
});

describe("a bug in the decider", () => {
  test("is a fault of that command alone, and is logged", async () => {
    const { host } = await openedCounter();
    expect(await host.execute("c", "break", "Break")).toMatchObject({
      error: { kind: "fault", code: "InternalError" },
    });
    expect(host.failures).toMatchObject([{ code: "InternalError", error: new Error("a bug in the decider") }]);
    expect(gist(await host.execute("c", "next", "Add", { amount: 1 }))).toBe("3");
  });
});
