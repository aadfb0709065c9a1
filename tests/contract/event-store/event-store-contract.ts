import { describe, expect, test } from "@jest/globals";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import type { AppendBatch, EventStore, SnapshotCondition } from "../../../actors/event-store/event-store.ts";
import type { OutcomeItem, SnapshotItem } from "../../../actors/event-store/items.ts";

const at = "2026-01-02T03:04:05.006Z";
const limit = { timeoutMs: 60_000 };
const absent: SnapshotCondition = { kind: "absent" };

export const anEvent = (streamId: string, version: number, fields: Partial<RecordedEvent> = {}): RecordedEvent => ({
  kind: "event",
  streamType: "Order",
  streamId,
  version,
  type: "OrderPlaced",
  schemaVersion: 1,
  data: {
    customerId: 'ünïcode <&> "quoted" 漢字',
    totalMinor: 9_007_199_254_740_991,
    nested: { none: null, list: [1, 2.5] },
  },
  at,
  commandId: `command-${version}`,
  commandType: "PlaceOrder",
  requestHash: "hash",
  statusAfter: "Placed",
  correlationId: "correlation",
  causationId: "causation",
  by: "test",
  hostEpoch: "epoch",
  hostSeq: version,
  ...fields,
});

export const aSnapshot = (streamId: string, version: number, fields: Partial<SnapshotItem> = {}): SnapshotItem => ({
  kind: "snapshot",
  streamType: "Order",
  streamId,
  version,
  stateVersion: 1,
  state: { status: "Placed", version },
  recentCommands: [{ id: "id", requestHash: "hash", version, status: "Placed", eventTypes: ["OrderPlaced"] }],
  recentCommandsComplete: true,
  updatedAt: at,
  ...fields,
});

const anOutcome = (streamId: string, commandId: string, version: number): OutcomeItem => ({
  kind: "outcome",
  streamType: "Order",
  streamId,
  commandId,
  commandType: "PlaceOrder",
  requestHash: "hash",
  version,
  answer: { rejected: { version, code: "Refused", message: "no" } },
  at,
});

export const aBatch = (streamId: string, version: number, fields: Partial<AppendBatch> = {}): AppendBatch => ({
  streamId,
  events: [anEvent(streamId, version)],
  snapshot: aSnapshot(streamId, version),
  condition: absent,
  ...fields,
});

const etagOf = async (store: EventStore, streamId: string): Promise<SnapshotCondition> => {
  const stored = await store.readSnapshot(streamId, limit);
  if (stored === undefined) throw new Error("the stream has no snapshot");
  return { kind: "etag", etag: stored.etag };
};

/** What every event store must do; `open` gives a store, `newStreamId` a stream id that was never used. */
export const describeEventStore = (
  name: string,
  open: () => EventStore,
  newStreamId: () => string = () => `stream-${crypto.randomUUID()}`,
): void => {
  describe(`${name}: a stream`, () => {
    test("has nothing before its first append", async () => {
      const store = open();
      const streamId = newStreamId();
      expect(await store.readSnapshot(streamId, limit)).toBeUndefined();
      expect(await store.readEvent(streamId, 1, limit)).toBeUndefined();
      expect(await store.readEvents(streamId, 0, 10, limit)).toEqual([]);
      expect(await store.readOutcome(streamId, "command", limit)).toBeUndefined();
      expect(await store.findCommand(streamId, "command", limit)).toEqual({ events: [], outcome: undefined });
    });

    test("gives back exactly what was appended", async () => {
      const store = open();
      const streamId = newStreamId();
      const batch = aBatch(streamId, 1, { snapshot: aSnapshot(streamId, 1, { recentCommandsComplete: false }) });
      expect(await store.append(batch, limit)).toMatchObject({ outcome: "committed" });
      expect(await store.readEvent(streamId, 1, limit)).toEqual(batch.events[0]);
      expect((await store.readSnapshot(streamId, limit))?.snapshot).toEqual(batch.snapshot);
    });

    test("may have a stock item's id", async () => {
      const store = open();
      const streamId = `sku.${newStreamId()}~store_1`;
      expect(await store.append(aBatch(streamId, 1), limit)).toMatchObject({ outcome: "committed" });
      expect(await store.readEvent(streamId, 1, limit)).toEqual(anEvent(streamId, 1));
    });

    test("is read in pages, in order, without the events of other streams", async () => {
      const store = open();
      const streamId = newStreamId();
      const versions = Array.from({ length: 12 }, (_, index) => index + 1);
      const events = versions.map((version) => anEvent(streamId, version, { commandId: "one" }));
      await store.append(aBatch(streamId, 12, { events }), limit);
      await store.append(aBatch(newStreamId(), 1), limit);
      const read = async (after: number, count: number): Promise<number[]> =>
        (await store.readEvents(streamId, after, count, limit)).map((event) => event.version);
      expect(await read(0, 5)).toEqual([1, 2, 3, 4, 5]);
      expect(await read(5, 5)).toEqual([6, 7, 8, 9, 10]);
      expect(await read(10, 5)).toEqual([11, 12]);
      expect(await read(12, 5)).toEqual([]);
    });

    test("takes as many events as fit into one batch", async () => {
      const store = open();
      const streamId = newStreamId();
      const padding = "x".repeat(10_000);
      const events = Array.from({ length: 99 }, (_, index) =>
        anEvent(streamId, index + 1, { commandId: "big", data: { padding } }),
      );
      expect(await store.append(aBatch(streamId, 99, { events }), limit)).toMatchObject({ outcome: "committed" });
      expect(await store.readEvents(streamId, 0, 200, limit)).toEqual(events);
    });
  });

  describe(`${name}: an append`, () => {
    test("is refused if its version exists, and then leaves nothing", async () => {
      const store = open();
      const streamId = newStreamId();
      await store.append(aBatch(streamId, 1), limit);
      const condition = await etagOf(store, streamId);
      const loser = aBatch(streamId, 2, {
        events: [anEvent(streamId, 2), anEvent(streamId, 1, { by: "the loser" })],
        snapshot: aSnapshot(streamId, 2, { state: "the loser's" }),
        condition,
      });
      expect(await store.append(loser, limit)).toEqual({ outcome: "conflict" });
      expect(await store.readEvents(streamId, 0, 10, limit)).toEqual([anEvent(streamId, 1)]);
      expect((await store.readSnapshot(streamId, limit))?.snapshot).toEqual(aSnapshot(streamId, 1));
    });

    test("is refused if the snapshot was rewritten since, even where its version is free", async () => {
      const store = open();
      const streamId = newStreamId();
      await store.append(aBatch(streamId, 1), limit);
      const condition = await etagOf(store, streamId);
      const outcome = anOutcome(streamId, "refused", 1);
      expect(await store.append(aBatch(streamId, 1, { events: [], outcome, condition }), limit)).toMatchObject({
        outcome: "committed",
      });
      expect(await store.append(aBatch(streamId, 2, { condition }), limit)).toEqual({ outcome: "conflict" });
      expect(await store.readEvent(streamId, 2, limit)).toBeUndefined();
      const current = await etagOf(store, streamId);
      expect(await store.append(aBatch(streamId, 2, { condition: current }), limit)).toMatchObject({
        outcome: "committed",
      });
    });

    test("that expects no snapshot is refused where there is one", async () => {
      const store = open();
      const streamId = newStreamId();
      await store.append(aBatch(streamId, 1), limit);
      expect(await store.append(aBatch(streamId, 2), limit)).toEqual({ outcome: "conflict" });
      expect(await store.readEvent(streamId, 2, limit)).toBeUndefined();
    });

    test("of an outcome is refused if the command id has one, and then leaves the snapshot as it was", async () => {
      const store = open();
      const streamId = newStreamId();
      await store.append(aBatch(streamId, 1), limit);
      const first = aBatch(streamId, 1, {
        events: [],
        outcome: anOutcome(streamId, "refused", 1),
        condition: await etagOf(store, streamId),
      });
      expect(await store.append(first, limit)).toMatchObject({ outcome: "committed" });
      const again = {
        ...first,
        snapshot: aSnapshot(streamId, 1, { state: "the second" }),
        condition: await etagOf(store, streamId),
      };
      expect(await store.append(again, limit)).toEqual({ outcome: "conflict" });
      expect((await store.readSnapshot(streamId, limit))?.snapshot).toEqual(first.snapshot);
    });

    test("wins against exactly one other writer of its version", async () => {
      const store = open();
      for (let round = 0; round < 20; round += 1) {
        const streamId = newStreamId();
        await store.append(aBatch(streamId, 1), limit);
        const condition = await etagOf(store, streamId);
        const writers = ["left", "right"].map((by) =>
          aBatch(streamId, 2, {
            events: [anEvent(streamId, 2, { by }), anEvent(streamId, 3, { by })],
            snapshot: aSnapshot(streamId, 3, { state: { by } }),
            condition,
          }),
        );
        const results = await Promise.all(writers.map(async (batch) => store.append(batch, limit)));
        expect(results.map((result) => result.outcome).toSorted()).toEqual(["committed", "conflict"]);
        const winner = writers[results.findIndex((result) => result.outcome === "committed")];
        expect(await store.readEvents(streamId, 1, 10, limit)).toEqual(winner?.events);
        expect((await store.readSnapshot(streamId, limit))?.snapshot).toEqual(winner?.snapshot);
      }
    });

    test("of the first version wins against exactly one other writer", async () => {
      const store = open();
      for (let round = 0; round < 20; round += 1) {
        const streamId = newStreamId();
        const writers = ["left", "right"].map((by) =>
          aBatch(streamId, 1, {
            events: [anEvent(streamId, 1, { by })],
            snapshot: aSnapshot(streamId, 1, { state: { by } }),
          }),
        );
        const results = await Promise.all(writers.map(async (batch) => store.append(batch, limit)));
        expect(results.map((result) => result.outcome).toSorted()).toEqual(["committed", "conflict"]);
        const winner = writers[results.findIndex((result) => result.outcome === "committed")];
        expect(await store.readEvents(streamId, 0, 10, limit)).toEqual(winner?.events);
        expect((await store.readSnapshot(streamId, limit))?.snapshot).toEqual(winner?.snapshot);
      }
    });
  });

  describe(`${name}: a command id`, () => {
    test("is found by the events it caused, in order, and not in other streams", async () => {
      const store = open();
      const streamId = newStreamId();
      const commandId = `it's "the" id; --/${"x".repeat(200)}`;
      const events = [2, 1, 3].map((version) => anEvent(streamId, version, { commandId }));
      await store.append(aBatch(streamId, 3, { events: events.toSorted((a, b) => a.version - b.version) }), limit);
      const other = newStreamId();
      await store.append(aBatch(other, 1, { events: [anEvent(other, 1, { commandId: "other" })] }), limit);
      const found = await store.findCommand(streamId, commandId, limit);
      expect(found.events.map((event) => event.version)).toEqual([1, 2, 3]);
      expect(found.outcome).toBeUndefined();
      expect(await store.findCommand(other, commandId, limit)).toEqual({ events: [], outcome: undefined });
    });

    test("is found by its remembered outcome", async () => {
      const store = open();
      const streamId = newStreamId();
      await store.append(aBatch(streamId, 1), limit);
      const outcome = anOutcome(streamId, "refused", 1);
      await store.append(aBatch(streamId, 1, { events: [], outcome, condition: await etagOf(store, streamId) }), limit);
      expect(await store.readOutcome(streamId, "refused", limit)).toEqual(outcome);
      expect(await store.findCommand(streamId, "refused", limit)).toEqual({ events: [], outcome });
    });
  });
};
