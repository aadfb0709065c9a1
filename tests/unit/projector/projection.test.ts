import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import type { FeedEntry } from "../../../services/platform/change-feed/feed-entry.ts";
import type { ParkedStreams } from "../../../services/platform/change-feed/parked-streams.ts";
import { createProjection, type Projection } from "../../../services/projector/projection/projection.ts";
import { beginFolding } from "../../../services/projector/projection/project.ts";
import { silentLogger } from "../change-feed/in-memory.ts";
import { orderHistory, stockHistory, stockHistoryOf } from "./histories.ts";
import {
  createMemoryDocuments,
  createMemoryEvents,
  createMemoryParked,
  type BeforeCall,
  type MemoryDocuments,
} from "./memory-store.ts";

const never = new AbortController().signal;
const atOnce: BeforeCall = async () => undefined;
const asEntry = (event: RecordedEvent): FeedEntry => ({ kind: "event", event });

/** Two orders and a stock item, their events mixed as commits come in: each stream in its order. */
const mixedFeed = fc
  .tuple(orderHistory("o1"), orderHistory("o2"), stockHistory("cup~berlin"), fc.infiniteStream(fc.nat(2)))
  .map(([...parts]) => {
    const streams = parts.slice(0, 3) as RecordedEvent[][];
    const choices = parts[3] as Iterator<number>;
    const waiting = streams.map((stream) => [...stream]);
    const feed: RecordedEvent[] = [];
    while (waiting.some((stream) => stream.length > 0)) {
      const choice = Number(choices.next().value);
      const next = waiting[choice]?.shift();
      if (next !== undefined) feed.push(next);
    }
    return feed;
  });

/** Where a reader cuts the feed into batches, and how often it is set back to an earlier place by a crash. */
const cuts = fc.array(fc.record({ size: fc.integer({ min: 1, max: 7 }), setBack: fc.nat(6) }), { maxLength: 12 });
type Cuts = readonly { readonly size: number; readonly setBack: number }[];

/** The batches that a reader sees: at the end everything, on the way some of it several times, never with a gap. */
const batchesOf = (feed: readonly RecordedEvent[], cutting: Cuts): FeedEntry[][] => {
  const batches: FeedEntry[][] = [];
  let at = 0;
  for (const { size, setBack } of cutting) {
    at = Math.max(0, at - setBack);
    batches.push(feed.slice(at, at + size).map(asEntry));
    at = Math.min(feed.length, at + size);
  }
  batches.push(feed.slice(at).map(asEntry));
  return batches.filter((batch) => batch.length > 0);
};

const open = (
  documents: MemoryDocuments,
  feed: readonly FeedEntry[],
  before: BeforeCall,
  parked: ParkedStreams = createMemoryParked(),
): Projection =>
  createProjection({
    store: documents.open(before),
    events: createMemoryEvents(feed),
    parked,
    logger: silentLogger,
    onParkedCount: () => undefined,
  });

const readAll = async (projection: Projection, batches: readonly (readonly FeedEntry[])[]): Promise<void> => {
  for (const entries of batches) await projection.handle({ range: "r", entries }, never);
};

/** What must be stored in the end, worked out from the whole history at once. */
const expectDocuments = (documents: MemoryDocuments, feed: readonly RecordedEvent[]): void => {
  const streamIds = new Set(feed.map(({ streamId }) => streamId));
  expect(new Set(documents.documents.keys())).toEqual(streamIds);
  const live: [string, unknown][] = [];
  for (const streamId of streamIds) {
    const history = feed.filter((event) => event.streamId === streamId);
    const [first] = history;
    if (first === undefined) continue;
    let folding = beginFolding(first.streamType, streamId, undefined);
    for (const event of history) {
      const step = folding.fold(event);
      if ("obstacle" in step) throw new Error(step.obstacle.reason);
      folding = step.next;
    }
    expect(documents.documents.get(streamId)?.content).toEqual(JSON.parse(JSON.stringify(folding.document())));
    for (const { list, entry } of folding.listed()) if (!entry.deleted) live.push([`${list}|${streamId}`, entry]);
  }
  const found = [...documents.entries].filter(([, { content }]) => !content.deleted);
  expect(new Map(found.map(([id, { content }]) => [id, content]))).toEqual(new Map(live));
};

describe("the projection", () => {
  test("ends at the same documents however the feed is cut and repeated", async () => {
    await fc.assert(
      fc.asyncProperty(mixedFeed, cuts, async (feed, cutting) => {
        const documents = createMemoryDocuments();
        await readAll(open(documents, feed.map(asEntry), atOnce), batchesOf(feed, cutting));
        expectDocuments(documents, feed);
      }),
      { numRuns: 150 },
    );
  });

  test("ends at the same documents when two projectors work on the same range, one of them late", async () => {
    await fc.assert(
      fc.asyncProperty(mixedFeed, cuts, cuts, fc.scheduler(), async (feed, one, two, scheduler) => {
        const documents = createMemoryDocuments();
        const before: BeforeCall = async (call) => scheduler.schedule(Promise.resolve(), call);
        const stored = feed.map(asEntry);
        const both = Promise.all([
          readAll(open(documents, stored, before), batchesOf(feed, one)),
          readAll(open(documents, stored, before), batchesOf(feed, two)),
        ]);
        await scheduler.waitFor(both);
        expectDocuments(documents, feed);
      }),
      { numRuns: 100 },
    );
  });

  test("ends at the same documents when it dies at any write and another one goes on", async () => {
    await fc.assert(
      fc.asyncProperty(mixedFeed, cuts, fc.array(fc.nat(12), { maxLength: 6 }), async (feed, cutting, deaths) => {
        const documents = createMemoryDocuments();
        const stored = feed.map(asEntry);
        const batches = batchesOf(feed, cutting);
        let done = 0;
        for (const lifetime of [...deaths, Infinity]) {
          let writes = 0;
          const dying: BeforeCall = async (call) => {
            if (call.startsWith("write") && (writes += 1) > lifetime) throw new Error("died");
          };
          const projection = open(documents, stored, dying);
          try {
            for (const entries of batches.slice(done)) {
              await projection.handle({ range: "r", entries }, never);
              done += 1;
            }
          } catch (error) {
            if (!(error instanceof Error) || error.message !== "died") throw error;
          }
        }
        expectDocuments(documents, feed);
      }),
      { numRuns: 100 },
    );
  });

  test("reads what it missed from the store", async () => {
    await fc.assert(
      fc.asyncProperty(orderHistory("o1"), async (feed) => {
        const documents = createMemoryDocuments();
        await readAll(open(documents, feed.map(asEntry), atOnce), [feed.slice(-1).map(asEntry)]);
        expectDocuments(documents, feed);
      }),
      { numRuns: 50 },
    );
  });

  test("folds a document of another state version again from the first event", async () => {
    await fc.assert(
      fc.asyncProperty(orderHistory("o1"), async (feed) => {
        const documents = createMemoryDocuments();
        const projection = open(documents, feed.map(asEntry), atOnce);
        await readAll(projection, [feed.slice(0, 1).map(asEntry)]);
        const old = documents.documents.get("o1");
        if (old === undefined) throw new Error("nothing was projected");
        documents.documents.set("o1", { ...old, content: { ...old.content, stateVersion: 99, state: "old" } });
        fc.pre(feed.length > 1);
        await readAll(projection, [feed.slice(1).map(asEntry)]);
        expectDocuments(documents, feed);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a stock item of which nothing was received yet", () => {
  const [first, ...others] = stockHistoryOf("cup~berlin", [
    { type: "ReleaseStock", reservationId: "r1" },
    { type: "ReceiveStock", receiptId: "1", quantity: 5 },
  ]);

  test("has a document without a view, until the first goods", async () => {
    if (first === undefined) throw new Error("nothing was recorded");
    const feed = [first, ...others];
    const documents = createMemoryDocuments();
    const projection = open(documents, feed.map(asEntry), atOnce);
    await readAll(projection, [[asEntry(first)]]);
    expect(documents.documents.get("cup~berlin")?.content).toMatchObject({ version: 1, view: null });
    await readAll(projection, [others.map(asEntry)]);
    expect(documents.documents.get("cup~berlin")?.content).toMatchObject({
      version: 2,
      view: { onHand: 5, version: 2 },
    });
    expectDocuments(documents, feed);
  });
});

describe("an order that moves from status to status", () => {
  test("leaves a trace in every list that it has left, and is in one", async () => {
    await fc.assert(
      fc.asyncProperty(orderHistory("o1"), cuts, async (feed, cutting) => {
        const documents = createMemoryDocuments();
        await readAll(open(documents, feed.map(asEntry), atOnce), batchesOf(feed, cutting));
        const last = feed.at(-1)?.version;
        const inStatusLists = [...documents.entries].filter(([id]) => id.startsWith("status:"));
        expect(
          inStatusLists.filter(([, { content }]) => !content.deleted).map(([, { content }]) => content.version),
        ).toEqual([last]);
        const left = new Set(feed.map(({ statusAfter }) => `status:${statusAfter}|o1`));
        left.delete(`status:${feed.at(-1)?.statusAfter ?? ""}|o1`);
        for (const id of left) {
          const trace = documents.entries.get(id);
          // A status that was passed within one batch never had an entry before; its trace is there all the same.
          expect(trace?.content.deleted).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** The history of an order that went on after it was placed. */
const longHistory = (): RecordedEvent[] => {
  const [history] = fc.sample(
    orderHistory("o1").filter((events) => events.length >= 3),
    { numRuns: 1, seed: 7 },
  );
  if (history === undefined) throw new Error("there is no such history");
  return history;
};

const spoil = (event: RecordedEvent): RecordedEvent => ({ ...event, schemaVersion: 99 });

describe("an event that cannot be projected", () => {
  test("parks its stream with the reason; what came before is projected, and other streams go on", async () => {
    const history = longHistory();
    const feed = history.map((event) => (event.version === 2 ? spoil(event) : event));
    const other = history.map((event) => ({ ...event, streamId: "o2" }));
    const stored = [...feed, ...other].map(asEntry);
    const documents = createMemoryDocuments();
    const parked = createMemoryParked();
    await readAll(open(documents, stored, atOnce, parked), [stored]);
    expect(documents.documents.get("o1")?.content.version).toBe(1);
    expect(documents.documents.get("o2")?.content.version).toBe(history.length);
    expect(parked.records.get("o1")).toMatchObject({ version: 2, reason: expect.stringContaining("99") });
    expect(parked.records.has("o2")).toBe(false);
  });

  test("holds up the later events of its stream, until a start of code that understands it", async () => {
    const history = longHistory();
    const feed = history.map((event) => (event.version === 2 ? spoil(event) : event));
    const documents = createMemoryDocuments();
    const parked = createMemoryParked();
    const old = open(documents, feed.map(asEntry), atOnce, parked);
    await readAll(old, [feed.slice(0, 2).map(asEntry), feed.slice(2).map(asEntry)]);
    await old.retryParked(never);
    expect(documents.documents.get("o1")?.content.version).toBe(1);
    expect(parked.records.get("o1")).toMatchObject({ version: 2 });

    await open(documents, history.map(asEntry), atOnce, parked).retryParked(never);
    expectDocuments(documents, history);
    expect(parked.records.size).toBe(0);
  });

  test.each([3, 4])(
    "is not forgotten if code that does not understand version %i leaves more to wait while the stream is being unparked",
    async (spoilt) => {
      const history = longHistory();
      const stored = history.slice(0, 3).map(asEntry);
      const documents = createMemoryDocuments();
      const parked = createMemoryParked();
      const feedOf = (versions: readonly number[]) =>
        history.map((event) => asEntry(versions.includes(event.version) ? spoil(event) : event));
      const [first, old] = [feedOf([3]), feedOf([spoilt])];
      await readAll(open(documents, first, atOnce, parked), [first.slice(0, 3)]);
      expect(parked.records.get("o1")).toMatchObject({ version: 3 });

      let isSlow = true;
      const slow = parked.open(async (call) => {
        if (call !== "unpark o1" || !isSlow) return;
        isSlow = false;
        stored.push(...history.slice(3).map(asEntry));
        const documentsOfOld = spoilt === 3 ? createMemoryDocuments() : documents;
        await readAll(open(documentsOfOld, old, atOnce, parked), [old.slice(3)]);
      });
      await open(documents, stored, atOnce, slow).retryParked(never);
      expectDocuments(documents, history);
      expect(parked.records.size).toBe(0);
    },
  );

  test("can be an item that is no event at all, or one that is missing", async () => {
    const history = longHistory();
    const broken = history.map(
      (event): FeedEntry =>
        event.version === 2
          ? { kind: "unreadable", streamId: "o1", version: 2, itemId: "o1~0000000002", reason: "not an event" }
          : asEntry(event),
    );
    const missing = broken.filter((entry) => entry.kind === "event");
    for (const stored of [broken, missing]) {
      const documents = createMemoryDocuments();
      const parked = createMemoryParked();
      await readAll(open(documents, stored, atOnce, parked), [stored]);
      expect(documents.documents.get("o1")?.content.version).toBe(1);
      expect(parked.records.get("o1")).toMatchObject({ version: 2 });
    }
  });
});
