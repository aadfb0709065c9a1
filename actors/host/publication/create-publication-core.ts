import type { StreamType } from "../../kernel/aggregate.ts";
import type { RecordedEvent } from "../../kernel/recorded-event.ts";
import { publishTopics, type ToBodies, topicOf } from "./cloud-event.ts";
import type { AppendTicket } from "./publication.ts";
import type { PublicationCore } from "./publication-core.ts";
import type { PublicationLimits, PublishEntry } from "./publication-ports.ts";
import { createSeqLedger } from "./seq-ledger.ts";
import {
  enqueue,
  isBehind,
  leaveInStore,
  needsSearch,
  newStreamQueue,
  type QueuedEvent,
  type StreamQueue,
  storedByOthers,
} from "./stream-queue.ts";
import { isCovered } from "./watermark.ts";
import { createWorkLine, type WorkLine } from "./work-line.ts";

const charactersOf = ({ bodies }: Pick<QueuedEvent, "bodies">): number =>
  bodies.reduce((sum, body) => sum + body.length, 0);

/** A commit that does not match its ticket would make the watermark lie, so this bug stops the command. */
const checkTicket = (hostEpoch: string, ticket: AppendTicket, events: readonly RecordedEvent[]): RecordedEvent => {
  const [first] = events;
  const matches = events.every(
    (event, index) =>
      event.streamId === ticket.streamId &&
      event.hostEpoch === hostEpoch &&
      event.hostSeq === ticket.hostSeqs[index] &&
      event.version === (first?.version ?? 0) + index,
  );
  if (first === undefined || events.length !== ticket.hostSeqs.length || !matches) {
    throw new Error(`the events of a commit of ${ticket.streamId} are not those of its ticket`);
  }
  return first;
};

/** A core with nothing handed out and nothing known. `hostEpoch` must be new. */
export const createPublicationCore = (
  hostEpoch: string,
  limits: PublicationLimits,
  toBodies: ToBodies,
): PublicationCore => {
  const ledger = createSeqLedger(limits);
  /** Streams that wait for something or are busy. */
  const active = new Map<string, StreamQueue>();
  /** Streams of which nothing waits, the longest unused first. */
  const idle = new Map<string, StreamQueue>();
  const bulkLines = publishTopics.map((topic) => ({ topic, line: createWorkLine(limits) }));
  const readLine = createWorkLine(limits);
  const totals = { queued: 0, characters: 0, inFlight: 0, overflowed: 0, published: 0, failed: 0 };
  let nextLine = 0;

  const toQueued = (event: RecordedEvent, since: number): QueuedEvent => ({
    version: event.version,
    bodies: toBodies(event),
    since,
  });

  const find = (streamId: string): StreamQueue | undefined => active.get(streamId) ?? idle.get(streamId);

  const inUse = (streamId: string): StreamQueue => {
    const stream = active.get(streamId);
    if (stream === undefined) throw new Error(`${streamId} was forgotten while it was in use`);
    return stream;
  };

  const lineOf = (topic: string): WorkLine => {
    const found = bulkLines.find((candidate) => candidate.topic === topic);
    if (found === undefined) throw new Error(`${topic} is not published to`);
    return found.line;
  };

  const hasRoomFor = (events: number, characters: number): boolean =>
    totals.queued + events <= limits.maxQueuedEvents && totals.characters + characters <= limits.maxQueuedCharacters;

  const rest = (stream: StreamQueue): void => {
    active.delete(stream.streamId);
    idle.delete(stream.streamId);
    idle.set(stream.streamId, stream);
    if (idle.size <= limits.maxIdleStreams) return;
    const [oldest] = idle.keys();
    if (oldest !== undefined) idle.delete(oldest);
  };

  /** Puts a stream in the line for what it needs next. */
  const schedule = (stream: StreamQueue, now: number): void => {
    idle.delete(stream.streamId);
    active.set(stream.streamId, stream);
    if (stream.busy) return;
    const [head] = stream.queue;
    if (head !== undefined) lineOf(topicOf(stream.streamType)).add(stream.streamId, head.since + limits.gatherMs);
    else if (isBehind(stream)) readLine.add(stream.streamId, now);
    else rest(stream);
  };

  const setPublished = (stream: StreamQueue, version: number): void => {
    stream.publishedThrough = Math.max(stream.publishedThrough ?? 0, version);
    ledger.settle(stream.streamId, stream.publishedThrough);
  };

  const seen = (streamId: string, streamType: StreamType, version: number, now: number): StreamQueue => {
    const stream = find(streamId) ?? newStreamQueue(streamId, streamType, version, now);
    storedByOthers(stream, version, now);
    return stream;
  };

  /** The events before the first that this host cannot read: a newer host will publish that one. Throws if it is the first. */
  const readable = (events: readonly RecordedEvent[], since: number): readonly QueuedEvent[] => {
    const queued: QueuedEvent[] = [];
    for (const event of events) {
      try {
        queued.push(toQueued(event, since));
      } catch (error) {
        if (queued.length === 0) throw error;
        return queued;
      }
    }
    return queued;
  };

  const addToQueue = (stream: StreamQueue, event: QueuedEvent): boolean => {
    const added = enqueue(stream, event);
    if (added) {
      totals.queued += 1;
      totals.characters += charactersOf(event);
    }
    return added;
  };

  /** Queues the events of a commit, all or none. */
  const queueCommit = (stream: StreamQueue, events: readonly RecordedEvent[], now: number): boolean => {
    if (stream.queue.length + events.length > limits.maxQueuedPerStream || !hasRoomFor(events.length, 0)) return false;
    const queued = events.map((event) => toQueued(event, now));
    const characters = queued.reduce((sum, event) => sum + charactersOf(event), 0);
    return hasRoomFor(events.length, characters) && queued.every((event) => addToQueue(stream, event));
  };

  return {
    hostEpoch,
    beginAppend: ledger.begin,
    abandoned: ledger.abandoned,

    committed: (ticket, events, now) => {
      const first = checkTicket(hostEpoch, ticket, events);
      ledger.committed(ticket, first.version);
      const stream = seen(ticket.streamId, first.streamType, first.version - 1, now);
      const isNext = !isBehind(stream) && stream.storedThrough === first.version - 1;
      if (!isNext || !queueCommit(stream, events, now)) {
        if (isNext) totals.overflowed += 1;
        leaveInStore(stream, first.version + events.length - 1, now);
      }
      if (stream.publishedThrough !== undefined) ledger.settle(stream.streamId, stream.publishedThrough);
      schedule(stream, now);
    },

    unknown: (ticket, firstVersion) => {
      ledger.unknown(ticket, firstVersion);
      const publishedThrough = find(ticket.streamId)?.publishedThrough;
      if (publishedThrough !== undefined) ledger.settle(ticket.streamId, publishedThrough);
    },

    loaded: (streamId, streamType, version, now) => {
      const stream = seen(streamId, streamType, version, now);
      if (stream.publishedThrough !== undefined) ledger.settle(streamId, stream.publishedThrough);
      schedule(stream, now);
    },

    publishedThrough: (streamId) => {
      const unused = idle.get(streamId);
      if (unused !== undefined) rest(unused);
      return find(streamId)?.publishedThrough;
    },

    takeBulk: (now) => {
      for (let tried = 0; tried < bulkLines.length; tried += 1) {
        const candidate = bulkLines[(nextLine + tried) % bulkLines.length];
        if (candidate === undefined || !candidate.line.isDue(now)) continue;
        nextLine = (nextLine + tried + 1) % bulkLines.length;
        const entries: PublishEntry[] = [];
        let characters = 0;
        candidate.line.take(now, (streamId) => {
          const stream = inUse(streamId);
          const [head] = stream.queue;
          if (head === undefined) throw new Error(`${streamId} has nothing to publish`);
          characters += charactersOf(head);
          const isFull = entries.length >= limits.maxBulkEntries || characters > limits.maxBulkCharacters;
          if (isFull && entries.length > 0) return false;
          stream.busy = true;
          entries.push({ streamId, version: head.version, bodies: head.bodies });
          return true;
        });
        totals.inFlight += entries.length;
        return { topic: candidate.topic, entries };
      }
      return undefined;
    },

    bulkAnswered: ({ topic, entries }, failed, now) => {
      const line = lineOf(topic);
      const isAcknowledged = ({ streamId }: PublishEntry): boolean => !failed.has(streamId);
      const acknowledged = entries.filter(isAcknowledged).map(({ streamId }) => streamId);
      const refused = entries.filter((entry) => !isAcknowledged(entry)).map(({ streamId }) => streamId);
      line.done(acknowledged, refused, now);
      totals.inFlight -= entries.length;
      totals.published += acknowledged.length;
      totals.failed += refused.length;
      for (const { streamId, version, bodies } of entries) {
        const stream = inUse(streamId);
        stream.busy = false;
        if (failed.has(streamId)) continue;
        stream.queue.shift();
        totals.queued -= 1;
        totals.characters -= charactersOf({ bodies });
        setPublished(stream, version);
        schedule(stream, now);
      }
    },

    takeRead: (now) => {
      if (!hasRoomFor(1, 1) || !readLine.isDue(now)) return undefined;
      let isFirst = true;
      const [streamId] = readLine.take(now, () => {
        const admitted = isFirst;
        isFirst = false;
        return admitted;
      });
      if (streamId === undefined) return undefined;
      const stream = inUse(streamId);
      stream.busy = true;
      const publishedThrough = stream.publishedThrough ?? 0;
      return needsSearch(stream)
        ? { kind: "search", streamId, from: stream.searchThrough, floor: publishedThrough }
        : { kind: "refill", streamId, after: publishedThrough, limit: limits.maxQueuedPerStream };
    },

    searched: (read, publishedThrough, now) => {
      if (read.kind !== "search") throw new Error("the answer of a search to another read");
      const stream = inUse(read.streamId);
      stream.busy = false;
      if (stream.searchThrough <= read.from) stream.searchThrough = 0;
      setPublished(stream, publishedThrough);
      readLine.done([read.streamId], [], now);
      schedule(stream, now);
    },

    refilled: (read, events, now) => {
      const stream = inUse(read.streamId);
      const queued = readable(events, stream.behindSince);
      stream.busy = false;
      const queuedBefore = stream.queue.length;
      for (const event of queued) if (!addToQueue(stream, event)) break;
      // The store holds what follows, so an answer without it is no answer.
      if (stream.queue.length === queuedBefore) return readLine.done([], [read.streamId], now);
      readLine.done([read.streamId], [], now);
      schedule(stream, now);
    },

    readFailed: ({ streamId }, now) => {
      inUse(streamId).busy = false;
      readLine.done([], [streamId], now);
    },

    nextDueAt: () => {
      const dueAts = bulkLines.flatMap(({ line }) => line.nextDueAt() ?? []);
      return {
        bulk: dueAts.length > 0 ? Math.min(...dueAts) : undefined,
        read: hasRoomFor(1, 1) ? readLine.nextDueAt() : undefined,
      };
    },

    watermark: ledger.watermark,
    isCovered: (hostSeq) => isCovered(ledger.watermark(), hostSeq),
    isDrained: () => active.size === 0,

    stats: (now) => {
      const { through, except } = ledger.watermark();
      let behind = 0;
      let oldest = now;
      for (const stream of active.values()) {
        const [head] = stream.queue;
        if (head !== undefined) oldest = Math.min(oldest, head.since);
        if (!isBehind(stream)) continue;
        behind += 1;
        oldest = Math.min(oldest, stream.behindSince);
      }
      return {
        queued: totals.queued,
        inFlight: totals.inFlight,
        behind,
        oldestUnpublishedMs: now - oldest,
        overflowed: totals.overflowed,
        published: totals.published,
        failed: totals.failed,
        unsettled: ledger.unsettled(),
        lastSeq: ledger.lastSeq(),
        through,
        excepted: except.length,
      };
    },
  };
};
