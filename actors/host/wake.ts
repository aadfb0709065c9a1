import type { Aggregate, DomainEvent } from "../kernel/aggregate.ts";
import { reminderCommandId } from "../kernel/envelope.ts";
import { StoreFault } from "../event-store/event-store.ts";
import type { ActorAnswer } from "./actor-host.ts";
import { fault } from "./answers.ts";
import type { ExecuteCommand } from "./command-execution.ts";
import type { Deadline } from "./deadline.ts";
import type { LoadedStream } from "./loaded-stream.ts";
import type { StreamAccess } from "./stream-access.ts";
import type { WakeUps } from "./wake-ups.ts";

/** Another round must not be begun with less than this left of the turn. */
const leastRoundMs = 3_000;

/** Does what is due in a stream that was woken, within a turn of it. Answers a fault if it is to be woken again. */
export type Wake = (streamId: string, deadline: Deadline) => Promise<ActorAnswer>;

export interface WakeParts<State, Command, Event extends DomainEvent> {
  readonly aggregate: Pick<Aggregate<State, Command, Event>, "wakeCommand">;
  readonly streams: StreamAccess<State>;
  readonly execute: ExecuteCommand;
  readonly wakeUps: WakeUps<State>;
}

/**
 * A reminder is delivered once it is taken, so nothing may be due that no other reminder is set for when this answers. The
 * stream is read from the store, since memory may not know what is due: another host may have set the reminder.
 */
export const createWake = <State, Command, Event extends DomainEvent>({
  aggregate: { wakeCommand },
  streams,
  execute,
  wakeUps,
}: WakeParts<State, Command, Event>): Wake => {
  if (wakeCommand === undefined) return async (streamId) => ({ ok: { streamId, version: 0 } });
  const { type, data } = wakeCommand;

  const doWhatIsDue = async (streamId: string, deadline: Deadline): Promise<ActorAnswer> => {
    let stream: LoadedStream<State> = await streams.load(streamId, "reminder", deadline);
    while (wakeUps.isDue(stream.state) && deadline.leftMs() > leastRoundMs) {
      const { version } = stream;
      const commandId = reminderCommandId(version);
      const answer = await execute(streamId, "reminder", { commandId, type, data, by: "reminder" }, deadline);
      if ("error" in answer) return fault(answer.error.code, answer.error.message);
      stream = streams.inMemory(streamId) ?? (await streams.load(streamId, "reminder", deadline));
      if (stream.version === version) break;
    }
    if (stream.version > 0) {
      const reminderAt = await wakeUps.ensure(streamId, stream.state, stream.reminderAt, deadline);
      streams.keep(streamId, { ...stream, reminderAt });
    }
    return { ok: { streamId, version: stream.version } };
  };

  return async (streamId, deadline) => {
    try {
      return await doWhatIsDue(streamId, deadline);
    } catch (error) {
      streams.drop(streamId);
      if (!(error instanceof StoreFault)) throw error;
      return fault("StoreUnavailable", error.message);
    }
  };
};
