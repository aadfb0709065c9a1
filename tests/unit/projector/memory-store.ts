import type { FeedEntry } from "../../../services/platform/change-feed/feed-entry.ts";
import { versionOf } from "../../../services/platform/change-feed/feed-entry.ts";
import type {
  Obstacle,
  ParkedStreams,
  StoredParkedStream,
} from "../../../services/platform/change-feed/parked-streams.ts";
import type { StoredEvents } from "../../../services/platform/change-feed/stored-events.ts";
import type { ListEntry, StreamDocument } from "../../../services/projector/projection/documents.ts";
import type { Found, ProjectionStore } from "../../../services/projector/projection/projection-store.ts";

/** Runs before every call, so that a test can interleave or fail calls. */
export type BeforeCall = (call: string) => Promise<void>;

export interface MemoryDocuments {
  readonly documents: Map<string, Found<StreamDocument>>;
  /** By list and order id, as `<list>|<orderId>`. */
  readonly entries: Map<string, Found<ListEntry>>;
  /** A store on these documents whose calls wait for `before`. */
  open(before: BeforeCall): ProjectionStore;
}

const copy = <Content>(content: Content): Content => JSON.parse(JSON.stringify(content)) as Content;

export const createMemoryDocuments = (): MemoryDocuments => {
  const documents = new Map<string, Found<StreamDocument>>();
  const entries = new Map<string, Found<ListEntry>>();
  let writes = 0;

  const put = <Content>(into: Map<string, Found<Content>>, id: string, content: Content, etag: string | undefined) => {
    if (into.get(id)?.etag !== etag) return false;
    writes += 1;
    into.set(id, { content: copy(content), etag: String(writes) });
    return true;
  };

  return {
    documents,
    entries,
    open: (before) => ({
      readDocument: async (streamId) => {
        await before(`read document ${streamId}`);
        return documents.get(streamId);
      },
      writeDocument: async (document, etag) => {
        await before(`write document ${document.streamId}`);
        return put(documents, document.streamId, document, etag);
      },
      readEntry: async (list, orderId) => {
        await before(`read entry ${list}|${orderId}`);
        return entries.get(`${list}|${orderId}`);
      },
      writeEntry: async ({ list, entry }, etag) => {
        await before(`write entry ${list}|${entry.orderId}`);
        return put(entries, `${list}|${entry.orderId}`, entry, etag);
      },
    }),
  };
};

/** Everything that is ever stored, of all streams. */
export const createMemoryEvents = (stored: readonly FeedEntry[]): StoredEvents => ({
  readAfter: async (streamId, afterVersion, limit) =>
    stored
      .filter((entry) => (entry.kind === "event" ? entry.event.streamId : entry.streamId) === streamId)
      .filter((entry) => versionOf(entry) > afterVersion)
      .toSorted((a, b) => versionOf(a) - versionOf(b))
      .slice(0, limit),
});

export interface MemoryParked extends ParkedStreams {
  readonly records: Map<string, StoredParkedStream>;
  /** The same records, of which every call waits for `before`. */
  open(before: BeforeCall): ParkedStreams;
}

export const createMemoryParked = (): MemoryParked => {
  const records = new Map<string, StoredParkedStream>();
  let writes = 0;

  const put = (streamId: string, { version, cause, reason }: Obstacle): void => {
    writes += 1;
    const parkedAt = "2026-01-01T00:00:00.000Z";
    const record = { kind: "parked" as const, group: "g", streamId, cause, version, reason, parkedAt };
    records.set(streamId, { ...record, etag: String(writes) });
  };
  const isCurrent = ({ streamId, etag }: StoredParkedStream): boolean => records.get(streamId)?.etag === etag;

  const parked: ParkedStreams = {
    list: async () => new Map(records),
    find: async (streamId) => records.get(streamId),
    park: async (streamId, obstacle) => {
      const known = records.get(streamId);
      put(streamId, known !== undefined && known.version <= obstacle.version ? known : obstacle);
    },
    advance: async (current, obstacle) => {
      if (!isCurrent(current)) return false;
      put(current.streamId, obstacle);
      return true;
    },
    unpark: async (current) => isCurrent(current) && records.delete(current.streamId),
  };

  const open = (before: BeforeCall): ParkedStreams => ({
    list: async () => before("list parked").then(async () => parked.list()),
    find: async (streamId) => before(`find ${streamId}`).then(async () => parked.find(streamId)),
    park: async (streamId, obstacle) => before(`park ${streamId}`).then(async () => parked.park(streamId, obstacle)),
    advance: async (current, obstacle) =>
      before(`advance ${current.streamId}`).then(async () => parked.advance(current, obstacle)),
    unpark: async (current) => before(`unpark ${current.streamId}`).then(async () => parked.unpark(current)),
  });

  return { records, open, ...parked };
};
