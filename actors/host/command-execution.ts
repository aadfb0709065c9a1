import { setTimeout as delay } from "node:timers/promises";
import type { Aggregate, DomainEvent, Issuer } from "../kernel/aggregate.ts";
import type { CommandAnswer } from "../kernel/answer.ts";
import type { Decision, Rejection } from "../kernel/decision.ts";
import { unreachable } from "../kernel/decision.ts";
import type { CommandEnvelope } from "../kernel/envelope.ts";
import { requestHash } from "../kernel/request-hash.ts";
import { StoreFault, type AppendResult, type EventStore } from "../event-store/event-store.ts";
import type { RememberedAnswer } from "../event-store/items.ts";
import { accepted, fault, invalid, rejected, versionConflict } from "./answers.ts";
import type { Commit, CommitTarget } from "./commit.ts";
import { composeEvents, composeOutcome, findExcess, type Composed, type DecidedCommand } from "./compose-batch.ts";
import type { Deadline } from "./deadline.ts";
import { hitFailpoint } from "./failpoint.ts";
import { answerKnown, findKnownCommand } from "./known-command.ts";
import type { LoadedStream } from "./loaded-stream.ts";
import type { ToBodies } from "./publication/cloud-event.ts";
import type { LoadReason, StreamAccess } from "./stream-access.ts";
import type { WakeUps } from "./wake-ups.ts";

/** How often a turn may decide: the first time, and again after each conflict or unknown outcome. */
const maxAttempts = 5;

/** With less than this left, another attempt could not end in time. */
const leastAttemptMs = 250;

export interface ExecutionParts<State, Command, Event extends DomainEvent> {
  readonly aggregate: Aggregate<State, Command, Event>;
  readonly store: EventStore;
  readonly streams: StreamAccess<State>;
  readonly commit: Commit;
  readonly toBodies: ToBodies;
  readonly wakeUps: WakeUps<State>;
  /** The time now, ISO 8601, UTC, milliseconds. */
  readonly now: () => string;
  /** How long to wait before trying again after a write of unknown outcome, in milliseconds, times the attempt. */
  readonly backOffMs: number;
}

/** Executes one command within a turn of its stream. Throws only for a bug. */
export type ExecuteCommand = (
  streamId: string,
  issuer: Issuer,
  envelope: CommandEnvelope,
  deadline: Deadline,
) => Promise<CommandAnswer>;

type Attempt =
  | { readonly done: CommandAnswer }
  /** Nothing was answered: read the stream again, for this reason, and decide again. */
  | { readonly again: "conflict" | "unknown" | "stale" };

interface Turn {
  readonly streamId: string;
  readonly issuer: Issuer;
  readonly envelope: CommandEnvelope;
  readonly requestHash: string;
  readonly deadline: Deadline;
  /** Whether the stream was read from the store in this turn, rather than taken from memory. */
  fresh: boolean;
  /** Whether this turn sent a write that may be stored. */
  wrote: boolean;
  /** The time for which this turn has set the reminder, in place of an earlier one maybe, for a state that is not committed. */
  movedReminderTo: string | undefined;
}

export const createCommandExecution = <State, Command, Event extends DomainEvent>({
  aggregate,
  store,
  streams,
  commit,
  toBodies,
  wakeUps,
  now,
  backOffMs,
}: ExecutionParts<State, Command, Event>): ExecuteCommand => {
  const load = async (turn: Turn, reason: LoadReason): Promise<LoadedStream<State>> => {
    const stream = await streams.load(turn.streamId, reason, turn.deadline);
    turn.fresh = true;
    return stream;
  };

  /** Writes on top of exactly the state that was decided on, moves the memory on, and answers. */
  const write = async (
    turn: Turn,
    stream: LoadedStream<State>,
    composed: Composed<State>,
    store: (target: CommitTarget) => Promise<AppendResult>,
    answer: CommandAnswer,
  ): Promise<Attempt> => {
    const { streamId, deadline } = turn;
    const confirmed = stream.condition.kind === "unread" ? await streams.confirm(streamId, stream, deadline) : stream;
    if (confirmed === undefined || confirmed.condition.kind === "unread") return { again: "stale" };
    let { reminderAt } = confirmed;
    let result: AppendResult;
    try {
      if (composed.next.version > stream.version) {
        reminderAt = await wakeUps.ensure(streamId, composed.next.state, reminderAt, deadline);
        if (reminderAt !== confirmed.reminderAt) turn.movedReminderTo = reminderAt;
        // The reminder must not come before the commit it is set for: a turn that was held up here for long commits nothing.
        if (deadline.leftMs() < leastAttemptMs) return { again: "unknown" };
      }
      result = await store({ streamId, snapshot: composed.snapshot, condition: confirmed.condition });
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      turn.wrote ||= error.sent;
      return { again: "unknown" };
    }
    turn.wrote = true;
    if (result.outcome === "conflict") return { again: "conflict" };
    const condition =
      result.etag === undefined ? ({ kind: "unread" } as const) : ({ kind: "etag", etag: result.etag } as const);
    streams.keep(streamId, { ...composed.next, condition, reminderAt });
    turn.movedReminderTo = undefined;
    hitFailpoint("before-reply", streamId);
    return { done: answer };
  };

  const remember = async (
    turn: Turn,
    stream: LoadedStream<State>,
    command: DecidedCommand,
    remembered: RememberedAnswer,
    answer: CommandAnswer,
  ): Promise<Attempt> => {
    // On a stream without events there is nothing to remember it with: the command is decided anew each time.
    if (stream.version === 0) return { done: answer };
    const composed = composeOutcome(aggregate, stream, command, remembered);
    return write(
      turn,
      stream,
      composed,
      async (target) => commit.outcome(target, composed.outcome, turn.deadline),
      answer,
    );
  };

  const refuse = async (
    turn: Turn,
    stream: LoadedStream<State>,
    command: DecidedCommand,
    { code, message, isForNow }: Rejection,
  ): Promise<Attempt> => {
    const { version } = stream;
    if (isForNow === true) return { done: rejected({ code, message }, version, false) };
    return remember(
      turn,
      stream,
      command,
      { rejected: { version, code, message } },
      rejected({ code, message }, version, false),
    );
  };

  const settle = async (
    turn: Turn,
    stream: LoadedStream<State>,
    command: DecidedCommand,
    decision: Decision<Event>,
  ): Promise<Attempt> => {
    switch (decision.outcome) {
      case "rejected":
        return refuse(turn, stream, command, decision.rejection);
      case "accepted": {
        const { streamId } = turn;
        if (decision.events.length === 0) {
          const satisfied = { version: stream.version, status: aggregate.statusOf(stream.state) };
          const answer = accepted(streamId, { ...satisfied, eventTypes: [] }, false);
          // A reminder that comes again is decided again: there is nobody who would wait for its first answer.
          if (turn.issuer === "reminder") return { done: answer };
          return remember(turn, stream, command, { ok: satisfied }, answer);
        }
        const composed = composeEvents(aggregate, stream, command, decision.events);
        const excess = findExcess(composed.events, composed.snapshot, toBodies);
        if (excess !== undefined) return refuse(turn, stream, command, excess);
        const eventTypes = decision.events.map((event) => event.type);
        return write(
          turn,
          stream,
          composed,
          async (target) => commit.events(target, composed.events, turn.deadline),
          accepted(streamId, { version: composed.next.version, status: composed.status, eventTypes }, false),
        );
      }
      default:
        return unreachable(decision);
    }
  };

  /** Puts the reminder back to where the stream, as it turns out to be, needs it: another host may have set an earlier one. */
  const restoreReminder = async (turn: Turn, stream: LoadedStream<State>): Promise<LoadedStream<State>> => {
    const { streamId, deadline, movedReminderTo } = turn;
    if (movedReminderTo === undefined) return stream;
    const reminderAt = await wakeUps.ensure(streamId, stream.state, movedReminderTo, deadline);
    turn.movedReminderTo = undefined;
    const restored = { ...stream, reminderAt };
    if (stream.version > 0) streams.keep(streamId, restored);
    return restored;
  };

  const attempt = async (turn: Turn, stream: LoadedStream<State>): Promise<Attempt> => {
    const { streamId, envelope, issuer } = turn;
    const known = await findKnownCommand(store, streamId, stream.recent, envelope.commandId, turn.deadline);
    if (known !== undefined) return { done: answerKnown(streamId, known, turn.requestHash, !turn.wrote) };
    const { expectedVersion } = envelope;
    if (expectedVersion !== undefined && expectedVersion !== stream.version) {
      // Another host may have moved the stream on: only the store may tell a caller that its version is wrong.
      return turn.fresh ? { done: versionConflict(expectedVersion, stream.version) } : { again: "stale" };
    }
    const parsed = aggregate.parseCommand(envelope.type, envelope.data);
    if (!parsed.valid) return { done: invalid(parsed.issues) };
    const at = now();
    const context = { streamId, commandId: envelope.commandId, at, issuer };
    const decision = aggregate.decide(parsed.command, stream.state, context);
    return settle(turn, stream, { streamId, envelope, requestHash: turn.requestHash, at }, decision);
  };

  const attemptUntilAnswered = async (turn: Turn): Promise<CommandAnswer> => {
    let stream = streams.inMemory(turn.streamId) ?? (await load(turn, "activation"));
    for (let number = 1; ; number += 1) {
      const result = await attempt(turn, stream);
      if ("done" in result) return result.done;
      streams.drop(turn.streamId);
      if (number >= maxAttempts || turn.deadline.leftMs() < leastAttemptMs)
        return fault("Contention", `no outcome after ${number} attempt(s); repeat with the same command id`);
      if (result.again === "unknown") await delay(turn.deadline.atMost(backOffMs * number));
      stream = await restoreReminder(turn, await load(turn, result.again));
    }
  };

  return async (streamId, issuer, envelope, deadline) => {
    const hash = requestHash(envelope.type, envelope.data);
    const turn: Turn = {
      streamId,
      issuer,
      envelope,
      requestHash: hash,
      deadline,
      fresh: false,
      wrote: false,
      movedReminderTo: undefined,
    };
    try {
      return await attemptUntilAnswered(turn);
    } catch (error) {
      streams.drop(streamId);
      if (!(error instanceof StoreFault)) throw error;
      return fault(turn.wrote ? "OutcomeUnknown" : "StoreUnavailable", error.message);
    }
  };
};
