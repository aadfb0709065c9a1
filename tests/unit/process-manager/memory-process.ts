import type { CommandEnvelope } from "../../../actors/kernel/envelope.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { createAttempts } from "../../../services/process-manager/attempts.ts";
import type { Breaker } from "../../../services/process-manager/breaker.ts";
import type { StoredEvents } from "../../../services/platform/change-feed/stored-events.ts";
import {
  createEventHandler,
  type EventHandlerParts,
  type HandleEvent,
} from "../../../services/process-manager/handle-event.ts";
import { createStreamProcess, type StreamProcess } from "../../../services/process-manager/process-streams.ts";
import { createStockCoordinator } from "../../../services/process-manager/stock/stock-coordinator.ts";
import { silentLogger } from "../change-feed/in-memory.ts";
import { createMemoryParked, type MemoryParked } from "../projector/memory-store.ts";
import { createMemoryActors, type MemoryActors, type MemoryClock } from "./memory-actors.ts";
import { createMemoryProvider, type MemoryProvider } from "./memory-provider.ts";

/** Everything around the process manager, in memory. */
export interface MemoryWorld {
  readonly clock: MemoryClock;
  readonly actors: MemoryActors;
  readonly provider: MemoryProvider;
  readonly parked: MemoryParked;
}

export const createMemoryWorld = (): MemoryWorld => {
  const clock = { nowMs: Date.UTC(2026, 0, 1) };
  return { clock, actors: createMemoryActors(clock), provider: createMemoryProvider(), parked: createMemoryParked() };
};

/** What happens around the calls of a process: by default nothing. */
export interface Around {
  /** Runs before each call of an actor; a command, or a read if there is none. It may throw. */
  readonly actor?: (streamId: string, command: CommandEnvelope | undefined) => Promise<void>;
  /** Runs before and after each call of a provider. It may throw. */
  readonly provider?: () => Promise<void>;
  readonly onLeft?: (orderId: string, reason: string) => void;
  readonly onObstacle?: (streamId: string, reason: string) => void;
}

const closed: Breaker = { isClosed: () => true, call: async (attempt) => attempt() };
const nothing = async (): Promise<void> => undefined;
const halfAnHourMs = 1_800_000;
const backorderLimitMs = 30 * 86_400_000;

/** Everything that the actors have stored. */
const storedEvents = ({ actors }: MemoryWorld): StoredEvents => ({
  readAfter: async (streamId, afterVersion, limit) =>
    entriesOf(
      actors.feed.filter((event) => event.streamId === streamId && event.version > afterVersion).slice(0, limit),
    ),
});

/** What an event handler of a process manager in this world is made of; a call that fails is left at once. */
export const handlerParts = (world: MemoryWorld, around: Around = {}): EventHandlerParts => {
  const { actors, provider } = world;
  const { actor = nothing, provider: aroundProvider = nothing, onLeft, onObstacle } = around;
  return {
    sidecar: {
      command: async (method, streamType, streamId, envelope) => {
        await actor(streamId, envelope);
        return actors.send(method === "drive" ? "process-manager" : "outside", streamType, streamId, envelope);
      },
      read: async (streamType, streamId) => {
        await actor(streamId, undefined);
        return actors.read(streamType, streamId);
      },
    },
    ...provider.open(aroundProvider),
    events: storedEvents(world),
    attempts: createAttempts({
      actorsAnswer: async () => true,
      breakers: { payment: closed, carrier: closed },
      onFault: () => undefined,
      logger: silentLogger,
      triesInPlace: 1,
      backOff: { firstMs: 0, longestMs: 0 },
    }),
    logger: silentLogger,
    onCommand: () => undefined,
    onObstacle: onObstacle ?? (() => undefined),
    onLeft: onLeft ?? (() => undefined),
    stock: createStockCoordinator(),
    reservationTtlMs: () => halfAnHourMs,
    backorderTtlMs: backorderLimitMs,
  };
};

export const entriesOf = (events: readonly RecordedEvent[]) =>
  events.map((event) => ({ kind: "event" as const, event }));

export const openProcess = (world: MemoryWorld, handleEvent: HandleEvent): StreamProcess =>
  createStreamProcess({
    handleEvent,
    parked: world.parked,
    events: storedEvents(world),
    logger: silentLogger,
    onParked: () => undefined,
  });

/** Settings of a process manager that decide what its steps send. */
export interface MemorySettings {
  readonly reservationTtlMs?: number;
  readonly backorderTtlMs?: number;
}

/** A process manager in this world. */
export const openProcessWith = (
  world: MemoryWorld,
  around: Around = {},
  { reservationTtlMs = halfAnHourMs, backorderTtlMs = backorderLimitMs }: MemorySettings = {},
): StreamProcess => {
  const parts = { ...handlerParts(world, around), reservationTtlMs: () => reservationTtlMs, backorderTtlMs };
  return openProcess(world, createEventHandler(parts));
};

const never = new AbortController().signal;

/** Handles events, from the given place in the feed on, until there are no more. */
export const settle = async ({ actors }: MemoryWorld, process: StreamProcess, from = 0): Promise<void> => {
  for (let done = from; done < actors.feed.length; ) {
    const entries = entriesOf(actors.feed.slice(done));
    done += entries.length;
    await process.handle({ range: "r", entries }, never);
  }
};
