import { unreachable } from "../../actors/kernel/decision.ts";
import { eventItemId, recordedEvent, snapshotItemId } from "../../actors/kernel/recorded-event.ts";
import {
  StoreFault,
  type AppendBatch,
  type AppendResult,
  type EventStore,
} from "../../actors/event-store/event-store.ts";
import { outcomeItem, outcomeItemId, snapshotItem } from "../../actors/event-store/items.ts";

/**
 * What becomes of one call.
 * - `works`: as it should.
 * - `fails`: nothing is done, and the caller is told that the store is away.
 * - `losesAnswer`: it is done, but the caller is told that the outcome is unknown.
 * - `landsLate`: the caller is told that the outcome is unknown; it is done later, if it still can be.
 * - `retries`: it is done, and repeated by the pipeline on the way, so that the caller gets the answer of the repetition.
 */
export type Fate = "works" | "fails" | "losesAnswer" | "landsLate" | "retries";

export interface MemoryStoreOptions {
  /** Called before every call; decides what becomes of it, and when. */
  readonly before?: (call: keyof EventStore) => Promise<Fate>;
  /** Called for a write that lands late; resolves when it does. */
  readonly untilLanding?: () => Promise<void>;
  /** Whether an append tells the new etag, as a direct adapter does. */
  readonly tellsEtag?: boolean;
}

export interface MemoryEventStore extends EventStore {
  /** Every item by its id, as JSON. */
  readonly items: ReadonlyMap<string, string>;
  /** Removes an item, as an operator might. */
  remove(itemId: string): void;
  /** Puts an item there as it is. */
  put(itemId: string, value: object): void;
}

/** An event store in memory with the semantics of the real one, and with faults on demand. For unit tests only. */
export const createMemoryEventStore = ({
  before = async () => "works",
  untilLanding = async () => undefined,
  tellsEtag = false,
}: MemoryStoreOptions = {}): MemoryEventStore => {
  const items = new Map<string, string>();
  const etags = new Map<string, string>();
  let writes = 0;

  const read = (itemId: string): unknown => {
    const text = items.get(itemId);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  };

  const valuesOf = (streamId: string): unknown[] =>
    [...items].filter(([id]) => id.startsWith(`${streamId}~`)).map(([, text]) => JSON.parse(text) as unknown);

  const eventsOf = (streamId: string) =>
    valuesOf(streamId)
      .flatMap((value) => recordedEvent.safeParse(value).data ?? [])
      .toSorted((a, b) => a.version - b.version);

  const put = (itemId: string, value: object): void => {
    writes += 1;
    items.set(itemId, JSON.stringify(value));
    etags.set(itemId, `"${writes}"`);
  };

  const apply = ({ streamId, events, outcome, snapshot, condition }: AppendBatch): AppendResult => {
    const inserted: [string, object][] = [
      ...events.map((event): [string, object] => [eventItemId(streamId, event.version), event]),
      ...(outcome === undefined ? [] : [[outcomeItemId(streamId, outcome.commandId), outcome] as [string, object]]),
    ];
    const snapshotId = snapshotItemId(streamId);
    const etag = etags.get(snapshotId);
    // An upsert with a condition on an item that is absent inserts it, as Cosmos DB does.
    const snapshotMatches = etag === undefined || (condition.kind === "etag" && condition.etag === etag);
    if (!snapshotMatches || inserted.some(([itemId]) => items.has(itemId))) return { outcome: "conflict" };
    for (const [itemId, value] of inserted) put(itemId, value);
    put(snapshotId, snapshot);
    return { outcome: "committed", ...(tellsEtag ? { etag: etags.get(snapshotId) ?? "" } : {}) };
  };

  const append = async (batch: AppendBatch): Promise<AppendResult> => {
    const fate = await before("append");
    switch (fate) {
      case "works":
        return apply(batch);
      case "fails":
        throw new StoreFault("the store is away", false);
      case "losesAnswer":
        apply(batch);
        throw new StoreFault("the answer was lost", true);
      case "landsLate":
        void untilLanding().then(() => apply(batch));
        throw new StoreFault("no answer in time", true);
      case "retries":
        apply(batch);
        return apply(batch);
      default:
        return unreachable(fate);
    }
  };

  const reading = async <Result>(call: keyof EventStore, task: () => Result): Promise<Result> => {
    const fate = await before(call);
    if (fate !== "works") throw new StoreFault("the store is away", true);
    return task();
  };

  return {
    items,
    put,
    remove: (itemId) => {
      items.delete(itemId);
      etags.delete(itemId);
    },
    append,
    readSnapshot: async (streamId) =>
      reading("readSnapshot", () => {
        const value = read(snapshotItemId(streamId));
        const etag = etags.get(snapshotItemId(streamId)) ?? "";
        return value === undefined ? undefined : { snapshot: snapshotItem.parse(value), etag };
      }),
    readEvent: async (streamId, version) =>
      reading("readEvent", () => {
        const value = read(eventItemId(streamId, version));
        return value === undefined ? undefined : recordedEvent.parse(value);
      }),
    readEvents: async (streamId, afterVersion, count) =>
      reading("readEvents", () => {
        const after = eventsOf(streamId).filter((event) => event.version > afterVersion);
        const gap = after.findIndex((event, index) => event.version !== afterVersion + 1 + index);
        return after.slice(0, gap === -1 ? count : Math.min(gap, count));
      }),
    readOutcome: async (streamId, commandId) =>
      reading("readOutcome", () => {
        const value = read(outcomeItemId(streamId, commandId));
        return value === undefined ? undefined : outcomeItem.parse(value);
      }),
    findCommand: async (streamId, commandId) =>
      reading("findCommand", () => {
        const value = read(outcomeItemId(streamId, commandId));
        return {
          events: eventsOf(streamId).filter((event) => event.commandId === commandId),
          outcome: value === undefined ? undefined : outcomeItem.parse(value),
        };
      }),
  };
};
