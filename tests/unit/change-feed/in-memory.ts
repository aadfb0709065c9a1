import type { Clock } from "../../../services/platform/change-feed/held-lease.ts";
import { continuationFromBeginning, partsOfContinuation } from "../../../services/platform/change-feed/continuation.ts";
import type { FeedItem } from "../../../services/platform/change-feed/feed-entry.ts";
import type { FeedSource } from "../../../services/platform/change-feed/feed-source.ts";
import { leaseId, type FeedRange, type Lease, type StoredLease } from "../../../services/platform/change-feed/lease.ts";
import type { LeaseStore } from "../../../services/platform/change-feed/lease-store.ts";
import type { Logger } from "../../../services/platform/logger.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";

/** A logger that drops everything. */
export const silentLogger: Logger = {
  error: () => silentLogger as never,
  warn: () => silentLogger as never,
  info: () => silentLogger as never,
  debug: () => silentLogger as never,
};

export const realClock: Clock = { nowIso: () => new Date().toISOString(), monotonicMs: () => performance.now() };

export interface MemoryLeases extends LeaseStore {
  /** Every lease, retired ones too. */
  all(): Lease[];
  /** The next writes are done, but their answers get lost. */
  loseAnswers(count: number): void;
}

export const createMemoryLeases = (): MemoryLeases => {
  const items = new Map<string, StoredLease>();
  let writes = 0;
  let toLose = 0;
  const put = (lease: Lease): StoredLease => {
    writes += 1;
    const stored = { lease, etag: `"${writes}"` };
    items.set(leaseId(lease), stored);
    return stored;
  };
  const answer = <Answer>(value: Answer): Answer => {
    if (toLose === 0) return value;
    toLose -= 1;
    throw new Error("no answer");
  };
  return {
    all: () => [...items.values()].map(({ lease }) => lease),
    loseAnswers: (count) => {
      toLose = count;
    },
    list: async () => [...items.values()].filter(({ lease }) => !lease.retired),
    read: async (id) => items.get(id),
    createIfAbsent: async (lease) => {
      if (!items.has(leaseId(lease))) put(lease);
      answer(undefined);
    },
    replace: async (current, next) => {
      if (items.get(leaseId(current.lease))?.etag !== current.etag) return undefined;
      return answer(put(next));
    },
    split: async (current, parts) => {
      if (items.get(leaseId(current.lease))?.etag !== current.etag) return false;
      put({ ...current.lease, owner: null, retired: true });
      for (const part of parts) put(part);
      return answer(true);
    },
  };
};

export const exampleEvent = (streamId: string, version: number): RecordedEvent => ({
  kind: "event",
  streamType: "Order",
  streamId,
  version,
  type: "ShipmentDelivered",
  schemaVersion: 1,
  data: { shipmentId: "s" },
  at: "2026-01-01T00:00:00.000Z",
  commandId: `c${version}`,
  commandType: "RecordDelivery",
  requestHash: "h",
  statusAfter: "Fulfilling",
  correlationId: "corr",
  causationId: "caus",
  by: "test",
  hostEpoch: "e",
  hostSeq: version,
});

export interface MemoryFeed extends FeedSource {
  append(event: RecordedEvent): void;
  /** Splits every range in two; reads of the old ranges go on over their halves. */
  split(): void;
}

/** A feed of two ranges: streams whose name starts before "n" are in the first. Their key is the first letter, as hexadecimal. */
export const createMemoryFeed = (pageSize: number): MemoryFeed => {
  let ranges: FeedRange[] = [
    { minInclusive: "", maxExclusive: "6E" },
    { minInclusive: "6E", maxExclusive: "FF" },
  ];
  const log: { key: string; item: FeedItem }[] = [];

  const partRead = (range: FeedRange, after: number): { items: FeedItem[]; at: number } => {
    const found = log
      .map((entry, index) => ({ ...entry, lsn: index + 1 }))
      .filter(({ key, lsn }) => lsn > after && key >= range.minInclusive && key < range.maxExclusive)
      .slice(0, pageSize);
    return { items: found.map(({ item }) => item), at: found.at(-1)?.lsn ?? after };
  };

  return {
    ranges: async () => ranges,
    fromBeginning: async (range) => continuationFromBeginning("rid", range),
    open: (start) => {
      let continuation = start;
      return {
        read: async () => {
          const parts = partsOfContinuation(continuation).flatMap((part) => {
            const { Continuation } = JSON.parse(part.continuation) as { Continuation: { continuationToken: string }[] };
            const after = Number(Continuation[0]?.continuationToken ?? 0);
            return ranges
              .filter(
                (range) => range.minInclusive < part.range.maxExclusive && range.maxExclusive > part.range.minInclusive,
              )
              .map((range) => ({ range, ...partRead(range, after) }));
          });
          const tokens = parts.map(({ range, at }) => ({ ...range, continuationToken: String(at) }));
          continuation = JSON.stringify({ rid: "rid", Continuation: tokens });
          return { items: parts.flatMap(({ items }) => items), continuation, newestLsn: log.length };
        },
      };
    },
    append: (event) => {
      const key = event.streamId.charCodeAt(0).toString(16).toUpperCase();
      log.push({ key, item: { entry: { kind: "event", event }, lsn: log.length + 1, storedAt: event.at } });
    },
    split: () => {
      ranges = [
        { minInclusive: "", maxExclusive: "66" },
        { minInclusive: "66", maxExclusive: "6E" },
        { minInclusive: "6E", maxExclusive: "75" },
        { minInclusive: "75", maxExclusive: "FF" },
      ];
    },
  };
};

const longestWaitMs = 60_000;

/** Waits until `condition` holds; fails after a minute. */
export const eventually = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const endsAt = Date.now() + longestWaitMs;
  while (!(await condition())) {
    if (Date.now() > endsAt) throw new Error(`not within ${longestWaitMs} ms: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
};
