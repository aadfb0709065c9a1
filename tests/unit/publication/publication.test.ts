import { describe, expect, test } from "@jest/globals";
import { createPublication } from "../../../actors/host/publication/create-publication.ts";
import { defaultLimits } from "../../../actors/host/publication/limits.ts";
import type { Publication } from "../../../actors/host/publication/publication.ts";
import type { PublicationLimits, PublishEntry } from "../../../actors/host/publication/publication-ports.ts";
import type { Watermark } from "../../../actors/host/publication/watermark.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { bodiesAsStored, orderEvent } from "./events.ts";

interface SentBulk {
  readonly topic: string;
  readonly ids: readonly string[];
  readonly answer: (failed?: ReadonlySet<string>) => void;
  readonly fail: () => void;
}

const turnOfTheEventLoop = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** A publication whose time, store and Kafka are in the hands of the test. */
const setUp = (limits: Partial<PublicationLimits> = {}) => {
  let now = 0;
  const timers: Array<{ at: number; callback: () => void }> = [];
  const stored = new Map<string, RecordedEvent[]>();
  const watermarks = new Map<string, Watermark>();
  const written: Watermark[] = [];
  const bulks: SentBulk[] = [];
  const reads: string[] = [];
  const warnings: string[] = [];
  const store = { holdsWrites: false };
  /** The newest events that the host's code can read. */
  const newest = { schemaVersion: 1 };

  const publication = createPublication(
    "epoch-1",
    {
      now: () => now,
      monotonicNow: () => now,
      startTimer: (delayMs, callback) => {
        const timer = { at: now + delayMs, callback };
        timers.push(timer);
        return () => {
          if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
        };
      },
      readEvents: async (streamId, after, limit) => {
        reads.push(`${streamId} after ${after}`);
        return (stored.get(streamId) ?? []).slice(after, after + limit);
      },
      toBodies: (event) => {
        if (event.schemaVersion > newest.schemaVersion) throw new Error("written by newer code");
        return bodiesAsStored(event);
      },
      readWatermark: async (hostEpoch) => watermarks.get(hostEpoch),
      writeWatermark: async (watermark) => {
        written.push(watermark);
        if (store.holdsWrites) await Promise.withResolvers<void>().promise;
      },
      publishBulk: async (topic, entries: readonly PublishEntry[]) => {
        const { promise, resolve, reject } = Promise.withResolvers<ReadonlySet<string>>();
        const ids = entries.map(({ streamId, version }) => `${streamId}/${version}`);
        bulks.push({
          topic,
          ids,
          answer: (failed = new Set()) => resolve(failed),
          fail: () => reject(new Error("Kafka is away")),
        });
        return promise;
      },
      log: { warn: (_message, fields) => void warnings.push(JSON.stringify(fields)) },
    },
    { ...defaultLimits, ...limits },
  );

  /** Stores events and tells the publication, as a commit does. */
  const commit = (streamId: string, count = 1, streamType: RecordedEvent["streamType"] = "Order"): void => {
    const stream = stored.get(streamId) ?? [];
    const ticket = publication.beginAppend(streamId, count);
    const events = ticket.hostSeqs.map((hostSeq, index) =>
      orderEvent({ streamType, streamId, version: stream.length + 1 + index, hostEpoch: "epoch-1", hostSeq }),
    );
    stored.set(streamId, [...stream, ...events]);
    publication.committed(ticket, events);
  };

  /** Lets time pass, timer by timer. */
  const pass = async (ms: number): Promise<void> => {
    const until = now + ms;
    await turnOfTheEventLoop();
    for (;;) {
      const next = timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers.splice(timers.indexOf(next), 1);
      now = Math.max(now, next.at);
      next.callback();
      await turnOfTheEventLoop();
    }
    now = until;
  };

  return { publication, commit, pass, bulks, written, watermarks, stored, reads, store, newest, warnings };
};

/** A started publication that knows these streams to be empty. */
const started = (streamIds: readonly string[], limits: Partial<PublicationLimits> = {}) => {
  const parts = setUp(limits);
  parts.publication.start();
  for (const streamId of streamIds) parts.publication.loaded(streamId, "Order", 0);
  return parts;
};

const whenStopped = async (publication: Publication, deadlineMs: number): Promise<"stopped"> => {
  await publication.stop(deadlineMs);
  return "stopped";
};

describe("committed events", () => {
  test("of many streams are published together after a short wait", async () => {
    const { commit, pass, bulks } = started(["a", "b"]);
    commit("a");
    commit("b");
    expect(bulks).toEqual([]);
    await pass(defaultLimits.gatherMs);
    expect(bulks.map(({ topic, ids }) => [topic, ...ids])).toEqual([["order-events", "a/1", "b/1"]]);
  });

  test("go to the topic of their stream type", async () => {
    const { publication, commit, pass, bulks } = started(["a"]);
    publication.loaded("sku~north", "StockItem", 0);
    commit("a");
    commit("sku~north", 1, "StockItem");
    await pass(defaultLimits.gatherMs);
    expect(Object.fromEntries(bulks.map(({ topic, ids }) => [topic, ids]))).toEqual({
      "order-events": ["a/1"],
      "stock-events": ["sku~north/1"],
    });
  });

  test("of one stream follow one another, each after the acknowledgement of the one before", async () => {
    const { publication, commit, pass, bulks } = started(["a"]);
    commit("a", 2);
    await pass(1_000);
    expect(bulks.map(({ ids }) => ids)).toEqual([["a/1"]]);
    expect(publication.publishedThrough("a")).toBe(0);
    bulks[0]?.answer();
    await pass(0);
    expect(bulks.map(({ ids }) => ids)).toEqual([["a/1"], ["a/2"]]);
    expect(publication.publishedThrough("a")).toBe(1);
  });

  test("are repeated until Kafka has them", async () => {
    const { publication, commit, pass, bulks } = started(["a", "b"]);
    commit("a");
    commit("b");
    await pass(defaultLimits.gatherMs);
    bulks[0]?.answer(new Set(["b"]));
    await pass(defaultLimits.firstRetryMs);
    expect(bulks[1]?.ids).toEqual(["b/1"]);
    bulks[1]?.fail();
    await pass(defaultLimits.longestRetryMs);
    expect(bulks[2]?.ids).toEqual(["b/1"]);
    bulks[2]?.answer();
    await pass(0);
    expect([publication.publishedThrough("a"), publication.publishedThrough("b")]).toEqual([1, 1]);
    expect(publication.stats()).toMatchObject({ queued: 0, inFlight: 0, published: 2, failed: 2, unsettled: 0 });
  });

  test("are in no more bulks at a time than allowed", async () => {
    const streamIds = ["a", "b", "c", "d", "e"];
    const { commit, pass, bulks } = started(streamIds, { maxBulkEntries: 1, maxBulksInFlight: 2 });
    for (const streamId of streamIds) commit(streamId);
    await pass(1_000);
    expect(bulks).toHaveLength(2);
    bulks[0]?.answer();
    await pass(1_000);
    expect(bulks).toHaveLength(3);
  });

  test("beyond the bounds of the queue are left in the store and published from there", async () => {
    const { publication, commit, pass, bulks } = started(["a"], { maxQueuedPerStream: 2 });
    for (let version = 1; version <= 6; version += 1) commit("a");
    expect(publication.stats()).toMatchObject({ queued: 2, behind: 1, overflowed: 1, through: 0 });
    for (let version = 1; version <= 6; version += 1) {
      await pass(1_000);
      expect(bulks.at(-1)?.ids).toEqual([`a/${version}`]);
      bulks.at(-1)?.answer();
    }
    await pass(1_000);
    expect(publication.stats()).toMatchObject({ queued: 0, behind: 0, published: 6, through: 6 });
  });

  test("must be those of their ticket", () => {
    const { publication } = started(["a"]);
    const ticket = publication.beginAppend("a", 1);
    const another = orderEvent({ streamId: "a", hostSeq: 2 });
    expect(() => publication.committed(ticket, [another])).toThrow("are not those of its ticket");
  });
});

/** An event of stream a that another host stored. */
const foreign = (hostSeq: number, version: number): RecordedEvent =>
  orderEvent({ streamId: "a", version, hostEpoch: "epoch-0", hostSeq });

describe("a stream that another host wrote to", () => {
  test("is published from the first event that no watermark covers", async () => {
    const { publication, pass, bulks, stored, watermarks } = started([]);
    stored.set("a", [foreign(1, 1), foreign(2, 2), foreign(3, 3)]);
    watermarks.set("epoch-0", {
      kind: "watermark",
      hostEpoch: "epoch-0",
      heartbeatAt: "2026-01-01T00:00:00.000Z",
      through: 2,
      except: [],
    });
    publication.loaded("a", "Order", 3);
    expect(publication.publishedThrough("a")).toBeUndefined();
    await pass(1_000);
    expect(publication.publishedThrough("a")).toBe(2);
    expect(bulks.map(({ ids }) => ids)).toEqual([["a/3"]]);
  });

  test("and comes back is not published again", async () => {
    const { publication, commit, pass, bulks, stored, watermarks } = started(["a"]);
    commit("a");
    await pass(1_000);
    bulks[0]?.answer();
    stored.set("a", [...(stored.get("a") ?? []), foreign(1, 2), foreign(2, 3)]);
    watermarks.set("epoch-0", {
      kind: "watermark",
      hostEpoch: "epoch-0",
      heartbeatAt: "2026-01-01T00:00:00.000Z",
      through: 2,
      except: [],
    });
    await pass(0);
    publication.loaded("a", "Order", 3);
    await pass(1_000);
    expect(publication.publishedThrough("a")).toBe(3);
    expect(bulks).toHaveLength(1);
  });

  test("is published before this host's own events", async () => {
    const { publication, commit, pass, bulks, stored } = started([]);
    stored.set("a", [foreign(1, 1)]);
    publication.loaded("a", "Order", 1);
    commit("a");
    await pass(1_000);
    bulks[0]?.answer();
    await pass(1_000);
    expect(bulks.map(({ ids }) => ids)).toEqual([["a/1"], ["a/2"]]);
  });

  test("is read once although it is loaded again and again", async () => {
    const { publication, pass, reads, stored } = started([]);
    stored.set("a", [foreign(1, 1)]);
    for (let time = 0; time < 5; time += 1) publication.loaded("a", "Order", 1);
    await pass(1_000);
    publication.loaded("a", "Order", 1);
    await pass(1_000);
    expect(reads).toEqual(["a after 0", "a after 0"]); // One to look for what is published, one to fill the queue.
  });
});

describe("events that newer code wrote", () => {
  const newer = { ...foreign(3, 3), schemaVersion: 2 };

  test("wait for code that can read them, and hold up those behind them but none before them", async () => {
    const { publication, pass, bulks, stored, newest, warnings } = started([]);
    stored.set("a", [foreign(1, 1), foreign(2, 2), newer, foreign(4, 4)]);
    publication.loaded("a", "Order", 4);
    for (const _ of [1, 2]) {
      await pass(1_000);
      bulks.at(-1)?.answer();
    }
    await pass(60_000);
    expect(bulks.map(({ ids }) => ids)).toEqual([["a/1"], ["a/2"]]);
    expect(publication.stats()).toMatchObject({ behind: 1, published: 2 });
    expect(warnings.at(-1)).toContain("written by newer code");

    newest.schemaVersion = 2;
    for (const _ of [3, 4]) {
      await pass(60_000);
      bulks.at(-1)?.answer();
    }
    await pass(1_000);
    expect(bulks.map(({ ids }) => ids)).toEqual([["a/1"], ["a/2"], ["a/3"], ["a/4"]]);
    expect(publication.stats()).toMatchObject({ behind: 0, published: 4 });
  });
});

describe("the watermark", () => {
  test("is written at the start and then every second, changed or not", async () => {
    const { pass, written } = started([]);
    await pass(3_000);
    expect(written.map(({ heartbeatAt }) => heartbeatAt)).toEqual([
      "1970-01-01T00:00:00.000Z",
      "1970-01-01T00:00:01.000Z",
      "1970-01-01T00:00:02.000Z",
      "1970-01-01T00:00:03.000Z",
    ]);
  });

  test("is not written again while a write is unanswered", async () => {
    const { pass, written, store } = started([]);
    await pass(0);
    store.holdsWrites = true;
    await pass(5_000);
    expect(written).toHaveLength(2);
  });
});

describe("a publication that is stopped", () => {
  test("publishes what is queued and says so in its last watermark", async () => {
    const { publication, commit, pass, bulks, written } = started(["a"]);
    commit("a");
    const stopped = whenStopped(publication, 1_000);
    await pass(defaultLimits.gatherMs);
    bulks[0]?.answer();
    await expect(stopped).resolves.toBe("stopped");
    expect(written.at(-1)).toMatchObject({ hostEpoch: "epoch-1", through: 1, except: [] });
  });

  test("ends at its deadline while Kafka is away, and claims nothing that is not there", async () => {
    const { publication, commit, pass, bulks, written } = started(["a"]);
    commit("a");
    const stopped = whenStopped(publication, 1_000);
    await pass(1_000);
    await expect(stopped).resolves.toBe("stopped");
    expect(written.at(-1)).toMatchObject({ through: 0, except: [] });
    const writtenBefore = written.length;
    bulks[0]?.fail();
    await pass(10_000);
    expect([bulks.length, written.length]).toEqual([1, writtenBefore]);
  });

  test("ends at its deadline while the store is away", async () => {
    const { publication, pass, store } = started([]);
    store.holdsWrites = true;
    await pass(1_000);
    const stopped = whenStopped(publication, 1_000);
    await pass(1_000);
    await expect(stopped).resolves.toBe("stopped");
  });
});
