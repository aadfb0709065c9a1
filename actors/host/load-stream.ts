import type { Aggregate, DomainEvent } from "../kernel/aggregate.ts";
import type { RecordedEvent } from "../kernel/recorded-event.ts";
import { StoreFault, type EventStore, type StoredSnapshot } from "../event-store/event-store.ts";
import { commandIdHash } from "../event-store/items.ts";
import type { Deadline } from "./deadline.ts";
import type { LoadedStream } from "./loaded-stream.ts";
import { noCommands, sameCommands, withCommand, type RecentCommands } from "./recent-commands.ts";

/** How long one read of the store may take. */
export const readTimeoutMs = 2_000;

const eventsPerRead = 200;

/** Reads streams from the store. Every method throws `StoreFault` if it cannot. */
export interface StreamLoader<State> {
  /**
   * The stream as stored. `afterConflict` also looks for events beyond the snapshot: none can be there, since both are
   * written together, unless someone put an older snapshot back; then every append would conflict for ever.
   */
  load(streamId: string, deadline: Deadline, options: { afterConflict: boolean }): Promise<LoadedStream<State>>;
  /**
   * The stream with the etag of its snapshot item, if that item is still what this host last wrote; undefined if someone
   * else has written since.
   */
  confirm(streamId: string, stream: LoadedStream<State>, deadline: Deadline): Promise<LoadedStream<State> | undefined>;
}

/** The index with the command of these events added, or extended if an earlier event of it is already the newest entry. */
const withEvent = (recent: RecentCommands, event: RecordedEvent): RecentCommands => {
  const id = commandIdHash(event.commandId);
  const newest = recent.commands.at(-1);
  const sameCommand = newest !== undefined && newest.id === id && "eventTypes" in newest;
  const command = {
    id,
    requestHash: event.requestHash,
    version: event.version,
    status: event.statusAfter,
    eventTypes: sameCommand ? [...newest.eventTypes, event.type] : [event.type],
  };
  return sameCommand
    ? { ...recent, commands: [...recent.commands.slice(0, -1), command] }
    : withCommand(recent, command);
};

export const createStreamLoader = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  store: EventStore,
): StreamLoader<State> => {
  const evolve = (state: State, event: RecordedEvent): State =>
    aggregate.evolve(state, aggregate.decodeEvent(event.type, event.schemaVersion, event.data), event.at);

  /** Folds the events after `start`, through `until` or, without it, to the end of the stream. */
  const fold = async (
    streamId: string,
    start: LoadedStream<State>,
    until: number | undefined,
    deadline: Deadline,
  ): Promise<LoadedStream<State>> => {
    let stream = start;
    let count: number;
    let found: number;
    do {
      count = Math.min(eventsPerRead, (until ?? Number.POSITIVE_INFINITY) - stream.version);
      const limit = { timeoutMs: deadline.atMost(readTimeoutMs) };
      const events = await store.readEvents(streamId, stream.version, count, limit);
      found = events.length;
      for (const event of events) {
        stream = {
          version: event.version,
          state: evolve(stream.state, event),
          recent: withEvent(stream.recent, event),
          updatedAt: event.at,
          condition: stream.condition,
          reminderAt: undefined,
        };
      }
    } while (found === count && stream.version !== until);
    if (until !== undefined && stream.version !== until)
      throw new StoreFault(`${streamId} has a snapshot at ${until}, but its events end at ${stream.version}`, false);
    return stream;
  };

  const nothing = (): LoadedStream<State> => ({
    version: 0,
    state: aggregate.initial,
    recent: noCommands,
    updatedAt: undefined,
    condition: { kind: "absent" },
    reminderAt: undefined,
  });

  const fromSnapshot = async (
    streamId: string,
    { snapshot, etag }: StoredSnapshot,
    deadline: Deadline,
  ): Promise<LoadedStream<State>> => {
    const known = {
      version: snapshot.version,
      recent: { commands: snapshot.recentCommands, complete: snapshot.recentCommandsComplete },
      updatedAt: snapshot.updatedAt,
      condition: { kind: "etag", etag } as const,
      reminderAt: undefined,
    };
    if (snapshot.stateVersion === aggregate.stateVersion)
      return { ...known, state: aggregate.decodeState(snapshot.state) };
    // The state was written by code that meant something else by it: the events say what it is now.
    return { ...known, state: (await fold(streamId, nothing(), snapshot.version, deadline)).state };
  };

  /** A stream whose snapshot is missing: its events are the truth, but they do not tell of remembered outcomes. */
  const withoutSnapshot = async (streamId: string, deadline: Deadline): Promise<LoadedStream<State>> => {
    const first = await store.readEvent(streamId, 1, { timeoutMs: deadline.atMost(readTimeoutMs) });
    if (first === undefined) return nothing();
    // The stream may have begun between the two reads.
    const stored = await store.readSnapshot(streamId, { timeoutMs: deadline.atMost(readTimeoutMs) });
    if (stored !== undefined) return fromSnapshot(streamId, stored, deadline);
    const start = nothing();
    return fold(streamId, { ...start, recent: { ...start.recent, complete: false } }, undefined, deadline);
  };

  return {
    load: async (streamId, deadline, { afterConflict }) => {
      const stored = await store.readSnapshot(streamId, { timeoutMs: deadline.atMost(readTimeoutMs) });
      if (stored === undefined) return withoutSnapshot(streamId, deadline);
      const stream = await fromSnapshot(streamId, stored, deadline);
      if (!afterConflict) return stream;
      const folded = await fold(streamId, stream, undefined, deadline);
      // An older snapshot does not tell of the outcomes remembered after it.
      return folded.version === stream.version ? stream : { ...folded, recent: { ...folded.recent, complete: false } };
    },

    confirm: async (streamId, stream, deadline) => {
      const stored = await store.readSnapshot(streamId, { timeoutMs: deadline.atMost(readTimeoutMs) });
      if (stored === undefined) return undefined;
      const { snapshot, etag } = stored;
      // Every write adds its command to the index, so an equal version and index mean the same write.
      const unchanged =
        snapshot.version === stream.version &&
        snapshot.stateVersion === aggregate.stateVersion &&
        snapshot.recentCommandsComplete === stream.recent.complete &&
        sameCommands(snapshot.recentCommands, stream.recent.commands);
      return unchanged ? { ...stream, condition: { kind: "etag", etag } } : undefined;
    },
  };
};
