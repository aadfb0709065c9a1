import type { AuditEntry, ParkedMessage } from "../../services/ingress/parking/items.ts";
import type { PageRequest, ParkedStore, StoredStream } from "../../services/ingress/parking/store.ts";

/** The items that instances share. */
export interface ParkedItems {
  readonly claims: Map<string, string>;
  /** By `<partition> <stream id>`. */
  readonly streams: Map<string, StoredStream>;
  /** By message id. */
  readonly messages: Map<string, ParkedMessage>;
  readonly audit: AuditEntry[];
  writes: number;
}

export const noParkedItems = (): ParkedItems => ({
  claims: new Map(),
  streams: new Map(),
  messages: new Map(),
  audit: [],
  writes: 0,
});

const pageOf = <Item extends { readonly sortKey: string }>(
  items: Iterable<Item>,
  { after, limit }: PageRequest,
  order: 1 | -1,
): Item[] =>
  [...items]
    .toSorted((a, b) => (a.sortKey < b.sortKey ? -order : order))
    .filter(({ sortKey }) => after === undefined || (order === 1 ? sortKey > after : sortKey < after))
    .slice(0, limit);

const streamKey = (partition: string, streamId: string): string => `${partition} ${streamId}`;

const listed = (streams: readonly StoredStream[], page: PageRequest): StoredStream[] =>
  pageOf(
    streams.map((stored) => ({ sortKey: stored.stream.sortKey, stored })),
    page,
    1,
  ).map(({ stored }) => stored);

/** The parked messages in memory, with the fences of the real store. Every call happens at once, as one step. */
export const createMemoryParkedStore = (items: ParkedItems): ParkedStore => {
  const nextTag = (): string => {
    items.writes += 1;
    return `"${items.writes}"`;
  };
  const put = (stream: StoredStream["stream"]): StoredStream => {
    const stored = { stream: structuredClone(stream), etag: nextTag() };
    items.streams.set(streamKey(stream.partition, stream.streamId), stored);
    return stored;
  };
  const isCurrent = ({ stream, etag }: StoredStream): boolean =>
    items.streams.get(streamKey(stream.partition, stream.streamId))?.etag === etag;
  const streamsIn = (partition: string): StoredStream[] =>
    [...items.streams.values()].filter(({ stream }) => stream.partition === partition);

  return {
    claim: async (partition) => {
      const tag = nextTag();
      items.claims.set(partition, tag);
      return tag;
    },
    holdsClaim: async (partition, claimTag) => items.claims.get(partition) === claimTag,
    load: async (partition, fromOffset) => ({
      streams: streamsIn(partition),
      discarded: items.audit.filter(
        (entry) => entry.partition === partition && entry.action === "discard" && entry.offset >= fromOffset,
      ),
    }),
    readStream: async (partition, streamId) => items.streams.get(streamKey(partition, streamId)),
    park: async (claimTag, before, next, message) => {
      if (items.claims.get(message.partition) !== claimTag) return { outcome: "claimLost" };
      const there = items.streams.get(streamKey(next.partition, next.streamId));
      if (there?.etag !== before?.etag) return { outcome: "streamMoved" };
      const same = items.messages.get(message.messageId);
      if (same !== undefined) return { outcome: "alreadyParked", value: same.value };
      items.messages.set(message.messageId, structuredClone(message));
      const newClaimTag = nextTag();
      items.claims.set(message.partition, newClaimTag);
      return { outcome: "parked", claimTag: newClaimTag, stored: put(next) };
    },
    firstMessages: async (partition, streamId, fromOffset, limit) =>
      [...items.messages.values()]
        .filter(
          (message) => message.partition === partition && message.streamId === streamId && message.offset >= fromOffset,
        )
        .toSorted((a, b) => a.offset - b.offset)
        .slice(0, limit),
    readMessage: async (partition, offset) => items.messages.get(`${partition}/${offset}`),
    settle: async (before, next, message, audit) => {
      if (!isCurrent(before) || !items.messages.delete(message.messageId)) return { outcome: "streamMoved" };
      items.audit.push(structuredClone(audit));
      if (next !== undefined) return { outcome: "settled", stored: put(next) };
      items.streams.delete(streamKey(before.stream.partition, before.stream.streamId));
      return { outcome: "settled", stored: undefined };
    },
    update: async (before, next, audit) => {
      if (!isCurrent(before)) return undefined;
      if (audit !== undefined) items.audit.push(structuredClone(audit));
      return put(next);
    },
    streamsOf: async (streamId) =>
      listed(
        [...items.streams.values()].filter(({ stream }) => stream.streamId === streamId),
        { after: undefined, limit: 1_000 },
      ),
    listStreams: async (page) => listed([...items.streams.values()], page),
    listMessages: async (streamId, page) =>
      pageOf(
        [...items.messages.values()].filter((message) => message.streamId === streamId),
        page,
        1,
      ),
    listAudit: async (streamId, page) =>
      pageOf(
        items.audit.filter((entry) => streamId === undefined || entry.streamId === streamId),
        page,
        -1,
      ),
  };
};
