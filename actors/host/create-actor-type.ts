import type { Aggregate, DomainEvent } from "../kernel/aggregate.ts";
import type { EventStore } from "../event-store/event-store.ts";
import type { ActorHandler } from "./actor-host.ts";
import { createActorMethods, type TurnObserver } from "./actor-methods.ts";
import { createCommandExecution } from "./command-execution.ts";
import { createCommit } from "./commit.ts";
import type { ToBodies } from "./publication/cloud-event.ts";
import type { Publication } from "./publication/publication.ts";
import type { Reminders } from "./reminders.ts";
import { createStreamAccess, type StreamObserver } from "./stream-access.ts";
import { createStreamMemory } from "./stream-memory.ts";
import { createStreamReads } from "./stream-reads.ts";
import { createStreamTurns, type TurnLimits } from "./stream-turns.ts";
import { createWake } from "./wake.ts";
import { createWakeUps } from "./wake-ups.ts";

export interface ActorTypeParts<State, Command, Event extends DomainEvent> {
  readonly aggregate: Aggregate<State, Command, Event>;
  readonly isStreamId: (actorId: string) => boolean;
  readonly store: EventStore;
  readonly publication: Omit<Publication, "start" | "stop" | "stats">;
  /** The form in which events will be published, to refuse before the commit what Kafka would not take. */
  readonly toBodies: ToBodies;
  readonly reminders: Reminders;
  /** The time now, ISO 8601, UTC, milliseconds. */
  readonly now: () => string;
  readonly observer: StreamObserver & TurnObserver;
  readonly limits: ActorTypeLimits;
}

export interface ActorTypeLimits extends TurnLimits {
  readonly maxStreamsInMemory: number;
  /** The wait before another attempt after a write of unknown outcome, in milliseconds, times the attempt. */
  readonly backOffMs: number;
  /**
   * No stream is woken sooner than this after the command that asks for it, in milliseconds: longer than a turn and whatever
   * of it may still be on its way to the store.
   */
  readonly leastWakeDelayMs: number;
}

export const defaultLimits: ActorTypeLimits = {
  turnMs: 8_000,
  maxPendingPerStream: 100,
  maxStreamsInMemory: 10_000,
  backOffMs: 50,
  leastWakeDelayMs: 15_000,
};

/** One actor type of this process: its methods, and what the process needs to stop it and to measure it. */
export interface HostedActorType {
  readonly handler: ActorHandler;
  /** Refuses new turns and resolves when those under way have ended. */
  stopTurns(): Promise<void>;
  pendingTurns(): number;
  streamsInMemory(): number;
}

/** Joins an aggregate, the store and the publication into an actor type. */
export const createActorType = <State, Command, Event extends DomainEvent>({
  aggregate,
  isStreamId,
  store,
  publication,
  toBodies,
  reminders,
  now,
  observer,
  limits,
}: ActorTypeParts<State, Command, Event>): HostedActorType => {
  const memory = createStreamMemory<State>(limits.maxStreamsInMemory);
  const streams = createStreamAccess({ aggregate, store, publication, memory, observer });
  const turns = createStreamTurns(limits);
  const commit = createCommit({ store, publication, observer });
  const wakeUps = createWakeUps({ aggregate, reminders, now, leastWakeDelayMs: limits.leastWakeDelayMs });
  const execute = createCommandExecution({
    aggregate,
    store,
    streams,
    commit,
    toBodies,
    wakeUps,
    now,
    backOffMs: limits.backOffMs,
  });
  const handler = createActorMethods({
    streamType: aggregate.streamType,
    isStreamId,
    turns,
    execute,
    wake: createWake({ aggregate, streams, execute, wakeUps }),
    reads: createStreamReads(aggregate, streams, publication),
    observer,
    deactivated: (streamId) => memory.drop(streamId),
  });
  return {
    handler,
    stopTurns: async () => turns.stop(),
    pendingTurns: () => turns.pending(),
    streamsInMemory: () => memory.size(),
  };
};
