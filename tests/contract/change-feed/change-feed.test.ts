import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createFeedSource } from "../../../services/platform/change-feed/feed-source.ts";
import { createLeaseStore } from "../../../services/platform/change-feed/lease-store.ts";
import { openProcessor } from "../../../services/platform/change-feed/open-processor.ts";
import { createParkedStreams } from "../../../services/platform/change-feed/parked-streams.ts";
import type { ChangeFeedProcessor } from "../../../services/platform/change-feed/processor.ts";
import type { HandleBatch } from "../../../services/platform/change-feed/range-reader.ts";
import { createStoredEvents } from "../../../services/platform/change-feed/stored-events.ts";
import type { OrderContainers } from "../../../services/platform/cosmos.ts";
import { exampleEvent, silentLogger } from "../../unit/change-feed/in-memory.ts";
import { endChild } from "../../support/end-child.ts";
import { waitFor } from "../../support/wait-for.ts";
import { commit, startCosmosEndpoint, type CosmosEndpoint } from "./cosmos-endpoint.ts";
import { describeParkedStreams } from "./parked-streams-contract.ts";

let endpoint: CosmosEndpoint;
let directory: string;
const running = new Set<ChangeFeedProcessor>();
const children = new Set<ChildProcess>();

beforeAll(async () => {
  [endpoint, directory] = await Promise.all([startCosmosEndpoint(), mkdtemp(join(tmpdir(), "consumed-"))]);
});

afterEach(async () => {
  await Promise.all([...children].map(async (child) => endChild(child, "SIGKILL")));
  children.clear();
  await Promise.all([...running].map(async (processor) => processor.stop(500)));
  running.clear();
});

afterAll(async () => endpoint.stop());
afterAll(async () => rm(directory, { recursive: true }));

const streamIds = Array.from({ length: 12 }, (_, index) => `order-${index}`);

/** Commits `count` events to every stream, from version `from` on; gives their ids. */
const commitSome = async (containers: OrderContainers, from: number, count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let version = from; version < from + count; version += 1) {
    await Promise.all(streamIds.map(async (streamId) => commit(containers, [exampleEvent(streamId, version)])));
    ids.push(...streamIds.map((streamId) => `${streamId}/${version}`));
  }
  return ids;
};

/** So short that the leases of one that was killed are taken over soon. */
const shortLeaseMs = 900;
/** So long that no lease is lost on a busy machine: what is read is handled once. */
const longLeaseMs = 6_000;
/** Longer than any test may wait: a lease that was not given back is never taken over. */
const endlessLeaseMs = 600_000;
const drainMs = 60_000;

const start = (containers: OrderContainers, handle: HandleBatch, leaseMs = longLeaseMs): ChangeFeedProcessor => {
  const processor = openProcessor(
    "tests",
    containers,
    handle,
    silentLogger,
    { handled: () => undefined, failed: () => undefined },
    { LEASE_TIME_TO_LIVE_MS: leaseMs, CHANGE_FEED_IDLE_MS: 20 },
  );
  running.add(processor);
  processor.start();
  return processor;
};

const noteIn =
  (handled: string[]): HandleBatch =>
  async ({ entries }) => {
    for (const entry of entries) {
      if (entry.kind === "event") handled.push(`${entry.event.streamId}/${entry.event.version}`);
    }
  };

/** What each stream's events were handled as, repetitions apart. */
const expectInOrder = (handled: readonly string[], versions: number): void => {
  for (const streamId of streamIds) {
    const ofStream = [...new Set(handled.filter((id) => id.startsWith(`${streamId}/`)))];
    expect(ofStream).toEqual(Array.from({ length: versions }, (_, index) => `${streamId}/${index + 1}`));
  }
};

describe("the change feed of the events container", () => {
  test("is read in pages, from the beginning, and on from a continuation", async () => {
    const containers = await endpoint.newDatabase("pages");
    await commit(
      containers,
      [1, 2, 3].map((version) => exampleEvent("order-1", version)),
    );
    const source = createFeedSource(containers.events, 100);
    const found: string[] = [];
    const continuations: string[] = [];
    for (const range of await source.ranges()) {
      const feed = source.open(await source.fromBeginning(range));
      const page = await feed.read();
      found.push(...page.items.flatMap(({ entry }) => (entry?.kind === "event" ? [String(entry.event.version)] : [])));
      expect((await feed.read()).items).toEqual([]);
      continuations.push(page.continuation);
    }
    expect(found).toEqual(["1", "2", "3"]);
    await commit(containers, [exampleEvent("order-1", 4)]);
    const later = await Promise.all(continuations.map(async (continuation) => source.open(continuation).read()));
    const versions = later.flatMap(({ items }) =>
      items.flatMap(({ entry }) => (entry?.kind === "event" ? [entry.event.version] : [])),
    );
    expect(versions).toEqual([4]);
    const withEvent = later.find(({ items }) => items.length > 0);
    expect(withEvent?.newestLsn).toBeGreaterThanOrEqual(withEvent?.items.at(-1)?.lsn ?? Infinity);
  });

  test("is shared by two processors, every event handled once and in the order of its stream", async () => {
    const containers = await endpoint.newDatabase("shared");
    const [one, two]: [string[], string[]] = [[], []];
    const first = start(containers, noteIn(one));
    const second = start(containers, noteIn(two));
    await waitFor(() => first.progress().length === 2 && second.progress().length === 2, {
      what: "equal shares",
      timeoutMs: 10_000,
    });
    const ids = await commitSome(containers, 1, 4);
    await waitFor(() => one.length + two.length >= ids.length, { what: "all events", timeoutMs: 10_000 });
    expect([...one, ...two].toSorted()).toEqual(ids.toSorted());
    expect(Math.min(one.length, two.length)).toBeGreaterThan(0);
    expectInOrder([...one, ...two], 4);
  });

  test("loses nothing when its reader is killed in the middle of a batch, and nothing unhandled was checkpointed", async () => {
    const containers = await endpoint.newDatabase("killed");
    const ids = await commitSome(containers, 1, 5);
    const file = join(directory, "killed");
    const most = ids.length / 2;
    const child = spawn(process.execPath, ["tests/contract/change-feed/consumer.ts", file, String(most)], {
      env: { ...process.env, ...endpoint.settings, COSMOS_DATABASE: "killed" },
      stdio: "inherit",
    });
    children.add(child);
    const handledByChild = (): string[] => {
      try {
        return readFileSync(file, "utf8").split("\n").slice(0, -1);
      } catch {
        return [];
      }
    };
    await waitFor(() => handledByChild().length >= most, { what: "half of them handled", timeoutMs: 15_000 });
    await endChild(child, "SIGKILL");
    const before = handledByChild();
    expect(before.length).toBeLessThan(ids.length);

    const after: string[] = [];
    start(containers, noteIn(after), shortLeaseMs);
    await waitFor(() => new Set([...before, ...after]).size === ids.length, { what: "the rest", timeoutMs: 15_000 });
    expectInOrder([...before, ...after], 5);
  });

  test("is taken over at once from a reader that stops in good order", async () => {
    const containers = await endpoint.newDatabase("stopped");
    const ids = await commitSome(containers, 1, 2);
    const one: string[] = [];
    const first = start(containers, noteIn(one), endlessLeaseMs);
    await waitFor(() => one.length === ids.length, { what: "all events", timeoutMs: 10_000 });
    await first.stop(drainMs);
    const two: string[] = [];
    const second = start(containers, noteIn(two), endlessLeaseMs);
    await waitFor(() => second.progress().length === 4, { what: "all ranges", timeoutMs: 10_000 });
    expect(two).toEqual([]);
  });
});

describe("the change feed of ranges that are split", () => {
  test("is handled once, and in the order of each stream, by processors that read on through the splits", async () => {
    const containers = await endpoint.newDatabase("split");
    const handled: string[] = [];
    const processors = [start(containers, noteIn(handled)), start(containers, noteIn(handled))];
    const readRanges = (): number => processors.reduce((sum, processor) => sum + processor.progress().length, 0);
    await waitFor(() => readRanges() === 4, { what: "a lease for each range", timeoutMs: 10_000 });
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const committing = commitSome(containers, round * 4 + 1, 4);
      await endpoint.splitEvents("split");
      ids.push(...(await committing));
    }
    await waitFor(() => handled.length >= ids.length, { what: "all events", timeoutMs: 15_000 });
    await waitFor(() => readRanges() === 7, { what: "a lease for each of the seven ranges", timeoutMs: 15_000 });
    expect(handled.toSorted()).toEqual(ids.toSorted());
    expectInOrder(handled, 12);
    const store = createLeaseStore(containers.leases, "tests");
    const held = (await store.list()).filter(({ lease }) => !lease.retired);
    expect(held.map(({ lease }) => lease.range.minInclusive).toSorted()).toEqual(
      (await createFeedSource(containers.events, 1).ranges()).map(({ minInclusive }) => minInclusive).toSorted(),
    );
  });

  test("is read on from checkpoints that were written before the split", async () => {
    const containers = await endpoint.newDatabase("split-while-away");
    const before: string[] = [];
    const ids = await commitSome(containers, 1, 2);
    const first = start(containers, noteIn(before));
    await waitFor(() => before.length === ids.length, { what: "all events", timeoutMs: 10_000 });
    await first.stop(drainMs);
    const unread = await commitSome(containers, 3, 2);
    for (let split = 0; split < 2; split += 1) await endpoint.splitEvents("split-while-away");
    unread.push(...(await commitSome(containers, 5, 1)));
    const after: string[] = [];
    start(containers, noteIn(after));
    await waitFor(() => after.length >= unread.length, { what: "the rest", timeoutMs: 15_000 });
    expect(after.toSorted()).toEqual(unread.toSorted());
    expectInOrder([...before, ...after], 5);
  });
});

describe("the leases", () => {
  test("have one winner for every change", async () => {
    const { leases } = await endpoint.newDatabase("leases");
    const store = createLeaseStore(leases, "tests");
    const position = { continuation: "c", lsn: null, storedAt: null };
    const range = { minInclusive: "", maxExclusive: "FF" };
    const renewedAt = new Date().toISOString();
    const free = { kind: "lease" as const, group: "tests", range, owner: null, tenure: 0, renewedAt, position };
    await Promise.all([1, 2].map(async () => store.createIfAbsent({ ...free, retired: false })));
    const [stored] = await store.list();
    if (stored === undefined) throw new Error("there is no lease");
    const written = await Promise.all(
      ["a", "b", "c"].map(async (owner) => store.replace(stored, { ...stored.lease, owner })),
    );
    const winners = written.filter((each) => each !== undefined);
    expect(winners).toHaveLength(1);
    expect(await store.read("tests~-FF")).toEqual(winners[0]);

    const parts = [
      { ...free, retired: false, range: { minInclusive: "", maxExclusive: "80" } },
      { ...free, retired: false, range: { minInclusive: "80", maxExclusive: "FF" } },
    ];
    expect(await store.split(stored, parts)).toBe(false);
    expect(await store.list()).toHaveLength(1);
    expect(await store.split(winners[0] ?? stored, parts)).toBe(true);
    expect((await store.list()).map(({ lease }) => lease.range)).toEqual(parts.map(({ range: part }) => part));
  });
});

describe("stored events", () => {
  test("are read in order, after a version, and nothing but events", async () => {
    const containers = await endpoint.newDatabase("stored");
    for (let version = 1; version <= 12; version += 1) await commit(containers, [exampleEvent("order-1", version)]);
    await commit(containers, [exampleEvent("order-10", 1)]);
    const stored = createStoredEvents(containers.events);
    const versions = async (after: number, limit: number): Promise<unknown[]> =>
      (await stored.readAfter("order-1", after, limit)).map((entry) => entry.kind === "event" && entry.event.version);
    expect(await versions(0, 100)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await versions(9, 2)).toEqual([10, 11]);
    expect(await versions(12, 100)).toEqual([]);
  });
});

const now = (): string => "2026-01-01T00:00:00.000Z";

let databases = 0;
describeParkedStreams("Cosmos DB", async () => {
  databases += 1;
  const { leases } = await endpoint.newDatabase(`parked-${databases}`);
  return createParkedStreams(leases, "tests", now);
});

describe("parked streams in Cosmos DB", () => {
  test("are kept per group, with as much of the reason as there is room for", async () => {
    const { leases } = await endpoint.newDatabase("parked-per-group");
    const parked = createParkedStreams(leases, "tests", now);
    await parked.park("order-1", { version: 1, cause: "fault", reason: "x".repeat(5_000) });
    expect((await parked.find("order-1"))?.reason).toHaveLength(2_000);
    expect(await createParkedStreams(leases, "others", now).list()).toEqual(new Map());
  });

  test("are understood, and wait on, if another version of the code parked them for a cause of its own", async () => {
    const { leases } = await endpoint.newDatabase("parked-by-others");
    const value = {
      kind: "parked",
      group: "tests",
      streamId: "order-1",
      cause: "catchingUp",
      version: 4,
      reason: "it has caught up",
      parkedAt: now(),
    };
    await leases.items.create({ id: "order-1", partitionKey: "parked~tests", isBinary: false, value });
    const parked = createParkedStreams(leases, "tests", now);
    expect((await parked.list()).get("order-1")).toMatchObject({ cause: "fault", version: 4 });
  });
});
