import { commandAnswer, type CommandAnswer } from "../../../actors/kernel/answer.ts";
import { StoreFault, type EventStore } from "../../../actors/event-store/event-store.ts";
import type { ActorAnswer } from "../../../actors/host/actor-host.ts";
import { createActorType, defaultLimits } from "../../../actors/host/create-actor-type.ts";
import type { Reminders } from "../../../actors/host/reminders.ts";
import { bodiesAsStored } from "../publication/events.ts";
import { alarmClock } from "./alarm-clock.ts";
import { createRecordingPublication } from "./test-host.ts";

/** Reminders in memory: one for each stream, which the next one replaces. */
export const createMemoryReminders = (before: (dueAt: string) => Promise<void> = async () => undefined) => {
  const set = new Map<string, { readonly dueAt: string }>();
  const reminders: Reminders = {
    set: async (_, streamId, dueAt) => {
      await before(dueAt);
      set.set(streamId, { dueAt });
    },
  };
  return { reminders, set };
};

export interface AlarmHost {
  send(commandId: string, type: string, data?: Record<string, unknown>): Promise<CommandAnswer>;
  wake(reminder?: string): Promise<ActorAnswer>;
  /** The sidecar took the actor away. */
  deactivate(): void;
}

export const alarmStream = "tea~berlin";
export const leastWakeDelayMs = 10_000;

/** One process that hosts alarm clocks. */
export const createAlarmHost = (store: EventStore, reminders: Reminders, now: () => string): AlarmHost => {
  const type = createActorType({
    aggregate: alarmClock,
    isStreamId: (actorId) => actorId === alarmStream,
    store,
    publication: createRecordingPublication(crypto.randomUUID()).publication,
    toBodies: bodiesAsStored,
    reminders,
    now,
    observer: {
      loaded: () => undefined,
      appended: () => undefined,
      turnEnded: () => undefined,
      turnFailed: ({ error }) => {
        if (error !== undefined && !(error instanceof StoreFault)) throw error;
      },
    },
    limits: { ...defaultLimits, backOffMs: 0, leastWakeDelayMs },
  });
  return {
    send: async (commandId, type_, data = {}) =>
      commandAnswer.parse(await type.handler.handle(alarmStream, "execute", { commandId, type: type_, data })),
    wake: async (reminder = "wake") => type.handler.woken(alarmStream, reminder),
    deactivate: () => type.handler.deactivated(alarmStream),
  };
};
