import type { StreamType } from "../../../actors/kernel/aggregate.ts";
import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { isOrderId } from "../../../actors/kernel/stream-id.ts";
import { versionOf, type FeedEntry } from "../../platform/change-feed/feed-entry.ts";
import type { StoredEvents } from "../../platform/change-feed/stored-events.ts";
import type { ListedOrder } from "./documents.ts";
import type { ProjectionStore } from "./projection-store.ts";
import { beginFolding, type Folding, type Obstacle } from "./project.ts";

export interface StreamProjectionPorts {
  readonly store: ProjectionStore;
  readonly events: StoredEvents;
}

/** What became of a stream: folded through `version`, and what it cannot get past, if anything. */
export interface StreamOutcome {
  readonly version: number;
  readonly obstacle: Obstacle | undefined;
}

/** Another projector can win a write now and then, but not every time. */
const maxAttempts = 20;
const eventsPerRead = 100;

interface Folded {
  readonly folding: Folding;
  readonly obstacle: Obstacle | undefined;
}

/** Folds what follows on, and passes over what is folded already. Ends before a gap. */
const foldAll = (from: Folding, entries: readonly FeedEntry[]): Folded => {
  let folding = from;
  for (const entry of entries) {
    const version = versionOf(entry);
    if (version <= folding.version) continue;
    if (version > folding.version + 1 && version !== Infinity) break;
    if (entry.kind === "unreadable") {
      return { folding, obstacle: { version: folding.version + 1, reason: `${entry.itemId}: ${entry.reason}` } };
    }
    const step = folding.fold(entry.event);
    if ("obstacle" in step) return { folding, obstacle: step.obstacle };
    folding = step.next;
  }
  return { folding, obstacle: undefined };
};

/** Folds everything that is stored of the stream. */
const foldStored = async (streamId: string, from: Folding, events: StoredEvents): Promise<Folded> => {
  let folding = from;
  for (;;) {
    const stored = await events.readAfter(streamId, folding.version, eventsPerRead);
    if (stored.length === 0) return { folding, obstacle: undefined };
    const step = foldAll(folding, stored);
    if (step.obstacle !== undefined) return step;
    if (step.folding.version === folding.version) {
      return { folding, obstacle: { version: folding.version + 1, reason: "the event is missing in the store" } };
    }
    folding = step.folding;
  }
};

/** Writes the entry unless the list has one of the same or a newer version. */
const writeEntry = async (store: ProjectionStore, listed: ListedOrder, isNew: boolean): Promise<void> => {
  const { list, entry } = listed;
  if (isNew && (await store.writeEntry(listed, undefined))) return;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const found = await store.readEntry(list, entry.orderId);
    if (found !== undefined && found.content.version >= entry.version) return;
    if (await store.writeEntry(listed, found?.etag)) return;
  }
  throw new Error(`the entry of ${entry.orderId} in ${list} could not be written in ${maxAttempts} attempts`);
};

/**
 * Brings the documents of a stream up to the given entries: first the lists, then the document of the stream, which says
 * how far all of them are. Any number of projectors may do this at the same time with any of the stream's entries.
 *
 * With entries that do not follow on the document, or with none, it reads what is stored of the stream. Throws if the
 * store is away.
 */
export const projectStream = async (
  streamId: string,
  entries: readonly FeedEntry[],
  { store, events }: StreamProjectionPorts,
): Promise<StreamOutcome> => {
  const streamType: StreamType = isOrderId(streamId) ? "Order" : "StockItem";
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const found = await store.readDocument(streamId);
    const begun = beginFolding(streamType, streamId, found?.content);
    let folded = foldAll(begun, entries);
    const newest = Math.max(...entries.map(versionOf));
    if (entries.length === 0 || (folded.obstacle === undefined && folded.folding.version < newest)) {
      folded = await foldStored(streamId, begun, events);
    }
    const { folding, obstacle } = folded;
    const document = folding.document();
    if (document === undefined || folding.version <= (found?.content.version ?? 0)) {
      return { version: folding.version, obstacle };
    }
    hitFailpoint("projector-before-view", streamId);
    await Promise.all(folding.listed().map(async (listed) => writeEntry(store, listed, begun.version === 0)));
    hitFailpoint("projector-before-snapshot", streamId);
    if (await store.writeDocument(document, found?.etag)) return { version: folding.version, obstacle };
  }
  throw new Error(`the document of ${streamId} could not be written in ${maxAttempts} attempts`);
};
