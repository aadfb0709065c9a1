import type { Aggregate, DomainEvent } from "../kernel/aggregate.ts";
import type { Deadline } from "./deadline.ts";
import { hitFailpoint } from "./failpoint.ts";
import type { Reminders } from "./reminders.ts";

/** How long it may take to set a reminder. */
const setTimeoutMs = 2_000;

/** Sees to it that streams are woken when something in them falls due. */
export interface WakeUps<State> {
  /**
   * Makes sure that a stream in this state will be woken in time. Called before the state is committed: whoever dies after the
   * commit leaves a reminder behind, and one that finds nothing to do is harmless.
   *
   * @param setFor the time for which a reminder is known to be set; undefined if that is not known
   * @returns the time for which one is known to be set now. Throws `StoreFault` if it cannot be set.
   */
  ensure(streamId: string, state: State, setFor: string | undefined, deadline: Deadline): Promise<string | undefined>;
  /** Whether something in this state is due now. */
  isDue(state: State): boolean;
}

export interface WakeUpsParts<State, Command, Event extends DomainEvent> {
  readonly aggregate: Pick<Aggregate<State, Command, Event>, "streamType" | "nextWakeAt">;
  readonly reminders: Reminders;
  /** The time now, ISO 8601, UTC, milliseconds. */
  readonly now: () => string;
  /**
   * No reminder is set for earlier than this from now: it would come, and find nothing to do, while the commit that it is set
   * for is still under way. In milliseconds.
   */
  readonly leastWakeDelayMs: number;
}

export const createWakeUps = <State, Command, Event extends DomainEvent>({
  aggregate,
  reminders,
  now,
  leastWakeDelayMs,
}: WakeUpsParts<State, Command, Event>): WakeUps<State> => {
  const nextWakeAt = (state: State): string | undefined => aggregate.nextWakeAt?.(state);

  return {
    ensure: async (streamId, state, setFor, deadline) => {
      const wakeAt = nextWakeAt(state);
      if (wakeAt === undefined) return setFor;
      const at = now();
      const earliest = new Date(Date.parse(at) + leastWakeDelayMs).toISOString();
      const dueAt = wakeAt > earliest ? wakeAt : earliest;
      // One that was due already may have been delivered by now.
      if (setFor !== undefined && setFor > at && setFor <= dueAt) return setFor;
      await reminders.set(aggregate.streamType, streamId, dueAt, { timeoutMs: deadline.atMost(setTimeoutMs) });
      hitFailpoint("after-reminder", streamId);
      return dueAt;
    },

    isDue: (state) => {
      const wakeAt = nextWakeAt(state);
      return wakeAt !== undefined && wakeAt <= now();
    },
  };
};
