import type { StreamType } from "../../kernel/aggregate.ts";

/** A stored event that waits for Kafka. */
export interface QueuedEvent {
  readonly version: number;
  /** Its CloudEvents as JSON text. */
  readonly bodies: readonly string[];
  /** When this host knew of it; of an event read again, when its stream fell behind. */
  readonly since: number;
}

/**
 * What a host knows about the publication of one stream. Outlives the passivation of the actor.
 *
 * The queue holds the versions right after `publishedThrough`, without gaps. Versions after the queue, through
 * `storedThrough`, are in the store only: the stream is behind, and they are read before anything newer is queued. So the
 * order of publishing does not depend on the order in which commits, loads and answers arrive.
 */
export interface StreamQueue {
  readonly streamId: string;
  readonly streamType: StreamType;
  publishedThrough: number | undefined;
  readonly queue: QueuedEvent[];
  storedThrough: number;
  /** Other hosts may have stored, and published, versions through this one: ask their watermarks before reading. */
  searchThrough: number;
  /** An event is on its way to Kafka, or the stream is being read: at most one of both, and once. */
  busy: boolean;
  /** When the stream fell behind. */
  behindSince: number;
}

/** A stream that the host has just heard of, stored at `version`. */
export const newStreamQueue = (
  streamId: string,
  streamType: StreamType,
  version: number,
  now: number,
): StreamQueue => ({
  streamId,
  streamType,
  publishedThrough: version === 0 ? 0 : undefined,
  queue: [],
  storedThrough: version,
  searchThrough: version,
  busy: false,
  behindSince: now,
});

/** Whether events are stored that are neither published nor queued. */
export const isBehind = (stream: StreamQueue): boolean =>
  stream.publishedThrough === undefined || stream.publishedThrough + stream.queue.length < stream.storedThrough;

/** Whether the newest published event has to be looked for in the store before the stream is read. */
export const needsSearch = (stream: StreamQueue): boolean =>
  stream.publishedThrough === undefined || stream.publishedThrough < stream.searchThrough;

/** The stream was seen at `version`; what is new may come from other hosts. */
export const storedByOthers = (stream: StreamQueue, version: number, now: number): void => {
  if (version <= stream.storedThrough) return;
  if (!isBehind(stream)) stream.behindSince = now;
  stream.storedThrough = version;
  stream.searchThrough = version;
};

/** A commit that finds no room, or the stream behind, is left in the store; it is read later. */
export const leaveInStore = (stream: StreamQueue, version: number, now: number): void => {
  if (version <= stream.storedThrough) return;
  if (!isBehind(stream)) stream.behindSince = now;
  stream.storedThrough = version;
};

/** Queues an event if it is the very next one. Answers whether it was. */
export const enqueue = (stream: StreamQueue, event: QueuedEvent): boolean => {
  if (stream.publishedThrough === undefined) return false;
  if (event.version !== stream.publishedThrough + stream.queue.length + 1) return false;
  stream.queue.push(event);
  stream.storedThrough = Math.max(stream.storedThrough, event.version);
  return true;
};
