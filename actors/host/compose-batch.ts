import type { Aggregate, DomainEvent } from "../kernel/aggregate.ts";
import type { CommandEnvelope } from "../kernel/envelope.ts";
import type { Rejection } from "../kernel/decision.ts";
import type { PublishableEvent } from "../kernel/public-form.ts";
import { maxBatchOperations } from "../event-store/event-store.ts";
import { commandIdHash, type OutcomeItem, type RememberedAnswer, type SnapshotItem } from "../event-store/items.ts";
import type { LoadedStream } from "./loaded-stream.ts";
import { isPublishable, maxPublishedBytes, type ToBodies } from "./publication/cloud-event.ts";
import { withCommand } from "./recent-commands.ts";

/** One decided command: what was asked for, when, and of which stream. */
export interface DecidedCommand {
  readonly streamId: string;
  readonly envelope: CommandEnvelope;
  readonly requestHash: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** An event before it has its place in the host's order of commits. */
export type EventDraft = PublishableEvent;

/** The stream as it will be once the batch is stored, and what the batch stores. */
export interface Composed<State> {
  readonly next: Omit<LoadedStream<State>, "condition" | "reminderAt">;
  readonly snapshot: SnapshotItem;
}

/** No single event is larger, whatever Kafka takes. */
const maxEventBytes = 512 * 1024;

/** Cosmos DB takes 2 MB per batch; the rest is room for the items' envelopes. */
const maxBatchBytes = 1_536 * 1024;

const snapshotOf = <State>(
  aggregate: Pick<Aggregate<State, never, DomainEvent>, "streamType" | "stateVersion">,
  streamId: string,
  next: Composed<State>["next"],
  updatedAt: string,
): SnapshotItem => ({
  kind: "snapshot",
  streamType: aggregate.streamType,
  streamId,
  version: next.version,
  stateVersion: aggregate.stateVersion,
  state: next.state,
  recentCommands: [...next.recent.commands],
  recentCommandsComplete: next.recent.complete,
  updatedAt,
});

/** The events of an accepted command, and the stream and snapshot after them. */
export const composeEvents = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  stream: LoadedStream<State>,
  { streamId, envelope, requestHash, at }: DecidedCommand,
  events: readonly Event[],
): Composed<State> & { readonly events: readonly EventDraft[]; readonly status: string } => {
  const state = events.reduce((folded, event) => aggregate.evolve(folded, event, at), stream.state);
  const status = aggregate.statusOf(state);
  const version = stream.version + events.length;
  const drafts = events.map(
    (event, index): EventDraft => ({
      kind: "event",
      streamType: aggregate.streamType,
      streamId,
      version: stream.version + 1 + index,
      type: event.type,
      schemaVersion: aggregate.schemaVersionOf(event.type),
      data: { ...event.data },
      at,
      commandId: envelope.commandId,
      commandType: envelope.type,
      requestHash,
      statusAfter: status,
      correlationId: envelope.correlationId ?? envelope.commandId,
      causationId: envelope.causationId ?? envelope.commandId,
      by: envelope.by ?? "unknown",
      ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
    }),
  );
  const command = {
    id: commandIdHash(envelope.commandId),
    requestHash,
    version,
    status,
    eventTypes: events.map((event) => event.type),
  };
  const next = { version, state, recent: withCommand(stream.recent, command), updatedAt: at };
  return { next, snapshot: snapshotOf(aggregate, streamId, next, at), events: drafts, status };
};

/** The remembered outcome of a command that left no event, and the stream and snapshot that index it. */
export const composeOutcome = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  stream: LoadedStream<State>,
  { streamId, envelope, requestHash, at }: DecidedCommand,
  answer: RememberedAnswer,
): Composed<State> & { readonly outcome: OutcomeItem } => {
  const command = { id: commandIdHash(envelope.commandId), requestHash, remembered: true } as const;
  const { version, state, updatedAt } = stream;
  const next = { version, state, recent: withCommand(stream.recent, command), updatedAt };
  const outcome: OutcomeItem = {
    kind: "outcome",
    streamType: aggregate.streamType,
    streamId,
    commandId: envelope.commandId,
    commandType: envelope.type,
    requestHash,
    version,
    answer,
    at,
  };
  return { next, snapshot: snapshotOf(aggregate, streamId, next, updatedAt ?? at), outcome };
};

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

/** Why these events cannot be stored, if they cannot: too large to be published, or too much for one batch. */
export const findExcess = (
  events: readonly EventDraft[],
  snapshot: SnapshotItem,
  toBodies: ToBodies,
): Rejection | undefined => {
  const sizes = events.map(bytesOf);
  const largest = Math.max(...sizes);
  const total = sizes.reduce((sum, size) => sum + size, bytesOf(snapshot));
  const fits = largest <= maxEventBytes && total <= maxBatchBytes && events.length < maxBatchOperations;
  if (fits && events.every((event) => isPublishable(toBodies(event)))) return undefined;
  return {
    code: "EventTooLarge",
    message:
      `the command causes ${events.length} event(s), the largest of ${largest} bytes, ${total} bytes in all; ` +
      `allowed are ${maxBatchOperations - 1} events of ${maxEventBytes} bytes each, ${maxPublishedBytes} bytes each as ` +
      `published (with < > & taking six bytes), and ${maxBatchBytes} bytes in all`,
  };
};
