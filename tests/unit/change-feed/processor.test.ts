import { afterEach, describe, expect, test } from "@jest/globals";
import { createProcessor, type ChangeFeedProcessor } from "../../../services/platform/change-feed/processor.ts";
import type { HandleBatch } from "../../../services/platform/change-feed/range-reader.ts";
import {
  createMemoryFeed,
  createMemoryLeases,
  eventually,
  exampleEvent,
  realClock,
  silentLogger,
  type MemoryFeed,
  type MemoryLeases,
} from "./in-memory.ts";

const options = { leaseTimeToLiveMs: 90, idlePauseMs: 3 };
const drainMs = 60_000;
const running = new Set<ChangeFeedProcessor>();

afterEach(async () => {
  await Promise.all([...running].map(async (processor) => processor.stop(50)));
  running.clear();
});

interface World {
  readonly feed: MemoryFeed;
  readonly leases: MemoryLeases;
  readonly handled: { instance: string; id: string }[];
}

const createWorld = (): World => ({ feed: createMemoryFeed(5), leases: createMemoryLeases(), handled: [] });

const noteOf =
  (world: World, instance: string): HandleBatch =>
  async ({ entries }) => {
    for (const entry of entries) {
      if (entry.kind === "event")
        world.handled.push({ instance, id: `${entry.event.streamId}/${entry.event.version}` });
    }
  };

const start = (world: World, instance: string, handle: HandleBatch = noteOf(world, instance)): ChangeFeedProcessor => {
  const processor = createProcessor(
    {
      group: "g",
      instance,
      source: world.feed,
      leases: world.leases,
      clock: realClock,
      handle,
      logger: silentLogger,
      metrics: { handled: () => undefined, failed: () => undefined },
    },
    options,
  );
  running.add(processor);
  processor.start();
  return processor;
};

const appendSome = (world: World, from: number, count: number): string[] => {
  const ids: string[] = [];
  for (let version = from; version < from + count; version += 1) {
    for (const streamId of ["alpha", "golf", "oscar", "zulu"]) {
      world.feed.append(exampleEvent(streamId, version));
      ids.push(`${streamId}/${version}`);
    }
  }
  return ids;
};

const handledIds = (world: World): Set<string> => new Set(world.handled.map(({ id }) => id));
const hasAll = (world: World, ids: readonly string[]): boolean => ids.every((id) => handledIds(world).has(id));

describe("a processor alone", () => {
  test("reads every range from the beginning, each stream in order, and nothing twice", async () => {
    const world = createWorld();
    const ids = appendSome(world, 1, 6);
    start(world, "a");
    await eventually("all handled", () => hasAll(world, ids));
    expect(world.handled).toHaveLength(ids.length);
    for (const streamId of ["alpha", "golf", "oscar", "zulu"]) {
      const versions = world.handled
        .filter(({ id }) => id.startsWith(streamId))
        .map(({ id }) => Number(id.split("/")[1]));
      expect(versions).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  test("goes on where it was stopped", async () => {
    const world = createWorld();
    const before = appendSome(world, 1, 3);
    const first = start(world, "a");
    await eventually("the first handled", () => hasAll(world, before));
    await first.stop(drainMs);
    expect(world.leases.all().map(({ owner }) => owner)).toEqual([null, null]);
    const after = appendSome(world, 4, 2);
    start(world, "b");
    await eventually("the rest handled", () => hasAll(world, after));
    expect(world.handled).toHaveLength(before.length + after.length);
  });

  test("gives a batch again until it is handled, and checkpoints nothing before", async () => {
    const world = createWorld();
    const ids = appendSome(world, 1, 1);
    let failures = 0;
    start(world, "a", async (batch, signal) => {
      if (failures < 2) {
        failures += 1;
        expect(world.leases.all().every(({ position }) => position.lsn === null)).toBe(true);
        throw new Error("not yet");
      }
      await noteOf(world, "a")(batch, signal);
    });
    await eventually("all handled", () => hasAll(world, ids));
    expect(failures).toBe(2);
  });

  test("shows its lag while a batch hangs, and none when the feed is read to its end", async () => {
    const world = createWorld();
    appendSome(world, 1, 2);
    const { promise: hanging, resolve: release } = Promise.withResolvers<void>();
    const processor = start(world, "a", async () => hanging);
    await eventually("lag", () => processor.progress().filter(({ lagSeconds }) => lagSeconds > 0).length === 2);
    expect(processor.progress().map(({ lagItems }) => lagItems)).toEqual([8, 8]);
    release();
    await eventually("no lag", () =>
      processor.progress().every(({ lagSeconds, lagItems }) => lagSeconds === 0 && lagItems === 0),
    );
  });

  test("is ready once it has seen the leases", async () => {
    const world = createWorld();
    const processor = start(world, "a");
    await expect(processor.checkReady()).rejects.toThrow("not been read yet");
    const isReady = async (): Promise<boolean> =>
      processor.checkReady().then(
        () => true,
        () => false,
      );
    await eventually("ready", isReady);
    expect(processor.progress()).toHaveLength(2);
  });
});

describe("two processors of a group", () => {
  test("share the ranges", async () => {
    const world = createWorld();
    const first = start(world, "a");
    const second = start(world, "b");
    await eventually("equal shares", () => first.progress().length === 1 && second.progress().length === 1);
    let version = 0;
    const ids: string[] = [];
    // More and more: on a busy machine, one of them may lose its lease to the other for a while.
    await eventually("events handled by both", () => {
      ids.push(...appendSome(world, (version += 1), 1));
      return new Set(world.handled.map(({ instance }) => instance)).size === 2;
    });
    await eventually("all handled", () => hasAll(world, ids));
  });

  test("take over at once from one that stops in good order", async () => {
    const world = createWorld();
    const first = start(world, "a");
    const second = start(world, "b");
    await eventually("equal shares", () => first.progress().length === 1 && second.progress().length === 1);
    await first.stop(drainMs);
    running.delete(first);
    expect(world.leases.all().map(({ owner }) => owner)).not.toContain("a");
    await eventually("taken over", () => second.progress().length === 2);
  });

  test("take over what one left that is heard of no more, from its last checkpoint", async () => {
    const world = createWorld();
    const ids = appendSome(world, 1, 4);
    for (const { range, position } of await Promise.all(
      (await world.feed.ranges()).map(async (range) => ({ range, position: await world.feed.fromBeginning(range) })),
    )) {
      await world.leases.createIfAbsent({
        kind: "lease",
        group: "g",
        range,
        owner: "dead",
        tenure: 1,
        renewedAt: realClock.nowIso(),
        position: { continuation: position, lsn: null, storedAt: null },
        retired: false,
      });
    }
    start(world, "b");
    await eventually("all handled", () => hasAll(world, ids));
    expect(new Set(world.handled.map(({ instance }) => instance))).toEqual(new Set(["b"]));
  });

  test("do not go on with a range that was taken from them", async () => {
    const world = createWorld();
    appendSome(world, 1, 1);
    const aborted: boolean[] = [];
    const slow = start(world, "slow", async (_batch, signal) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      aborted.push(signal.aborted);
    });
    await eventually("both read by the slow one", () => slow.progress().length === 2);
    const other = start(world, "other");
    await eventually("one taken", () => other.progress().length === 1);
    await eventually("stopped", () => aborted.length > 0);
    await eventually("handled by the other", () => world.handled.some(({ instance }) => instance === "other"));
  });
});

describe("a range that is split", () => {
  test("is read on in its parts, with nothing missed and nothing handled twice", async () => {
    const world = createWorld();
    const before = appendSome(world, 1, 3);
    const processor = start(world, "a");
    await eventually("the first handled", () => hasAll(world, before));
    world.feed.split();
    const after = appendSome(world, 4, 3);
    await eventually("four ranges", () => processor.progress().length === 4);
    await eventually("the rest handled", () => hasAll(world, after));
    expect(world.handled).toHaveLength(before.length + after.length);
    expect(world.leases.all().filter(({ retired }) => retired)).toHaveLength(2);
  });
});
