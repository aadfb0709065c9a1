import type { Aggregate, DomainEvent } from "../kernel/aggregate.ts";
import type { EventStore } from "../event-store/event-store.ts";
import type { Deadline } from "./deadline.ts";
import { createStreamLoader } from "./load-stream.ts";
import type { LoadedStream } from "./loaded-stream.ts";
import type { Publication } from "./publication/publication.ts";
import type { StreamMemory } from "./stream-memory.ts";

/**
 * Why a stream is read from the store: it is not in memory; another write came first; the outcome of a write is not known;
 * what is in memory is or may be old; the caller asked for what is stored; the stream
 * was woken.
 */
export type LoadReason = "activation" | "conflict" | "unknown" | "stale" | "read" | "reminder";

/** What the host measures about streams and their writes. */
export interface StreamObserver {
  loaded(reason: LoadReason): void;
  appended(outcome: "committed" | "conflict" | "unknown" | "notSent"): void;
}

/** The streams of one actor type: in memory, or read from the store. Methods throw `StoreFault` if they cannot read. */
export interface StreamAccess<State> {
  /** The stream in memory. A stream without events never is, since only the store knows that nothing happened since. */
  inMemory(streamId: string): LoadedStream<State> | undefined;
  /** Reads the stream and puts it in memory. */
  load(streamId: string, reason: LoadReason, deadline: Deadline): Promise<LoadedStream<State>>;
  /** The stream with the etag of its snapshot; undefined if someone else wrote since, and it is no longer in memory. */
  confirm(streamId: string, stream: LoadedStream<State>, deadline: Deadline): Promise<LoadedStream<State> | undefined>;
  /** Moves the memory on after a commit. */
  keep(streamId: string, stream: LoadedStream<State>): void;
  drop(streamId: string): void;
}

export interface StreamAccessParts<State, Command, Event extends DomainEvent> {
  readonly aggregate: Aggregate<State, Command, Event>;
  readonly store: EventStore;
  readonly publication: Pick<Publication, "loaded">;
  readonly memory: StreamMemory<State>;
  readonly observer: StreamObserver;
}

export const createStreamAccess = <State, Command, Event extends DomainEvent>({
  aggregate,
  store,
  publication,
  memory,
  observer,
}: StreamAccessParts<State, Command, Event>): StreamAccess<State> => {
  const loader = createStreamLoader(aggregate, store);
  return {
    inMemory: (streamId) => memory.get(streamId),
    load: async (streamId, reason, deadline) => {
      memory.drop(streamId);
      observer.loaded(reason);
      const stream = await loader.load(streamId, deadline, { afterConflict: reason === "conflict" });
      publication.loaded(streamId, aggregate.streamType, stream.version);
      if (stream.version > 0) memory.set(streamId, stream);
      return stream;
    },
    confirm: async (streamId, stream, deadline) => {
      const confirmed = await loader.confirm(streamId, stream, deadline);
      if (confirmed === undefined) memory.drop(streamId);
      else memory.set(streamId, confirmed);
      return confirmed;
    },
    keep: (streamId, stream) => memory.set(streamId, stream),
    drop: (streamId) => memory.drop(streamId),
  };
};
