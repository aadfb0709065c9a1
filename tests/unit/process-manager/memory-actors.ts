import type { Aggregate, DomainEvent, Issuer, StreamType } from "../../../actors/kernel/aggregate.ts";
import type { CommandAnswer, ReadAnswer } from "../../../actors/kernel/answer.ts";
import { commandEnvelope, type CommandEnvelope } from "../../../actors/kernel/envelope.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { requestHash } from "../../../actors/kernel/request-hash.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { KnownItem, StockItemState } from "../../../actors/stock-item/state.ts";

/** The time in the model: it moves by a millisecond with every event, and by more when a test says so. */
export interface MemoryClock {
  nowMs: number;
}

/** All streams in memory, with the real deciders and the real rule of one outcome per command id. */
export interface MemoryActors {
  /** Every event in the order of the commits, as the change feed gives them. */
  readonly feed: RecordedEvent[];
  send(issuer: Issuer, streamType: StreamType, streamId: string, envelope: CommandEnvelope): CommandAnswer;
  read(streamType: StreamType, streamId: string): ReadAnswer;
  orders(): ReadonlyMap<string, OrderState>;
  /** Stock items, and shards of them, that there is something to say of. */
  stock(): ReadonlyMap<string, KnownItem>;
  /** Delivers every reminder that is due. */
  wake(): void;
}

interface Stream<State> {
  state: State;
  version: number;
  readonly outcomes: Map<string, { readonly hash: string; readonly answer: CommandAnswer }>;
}

const createActorsOf = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  feed: RecordedEvent[],
  clock: MemoryClock,
) => {
  const streams = new Map<string, Stream<State>>();

  const execute = (issuer: Issuer, streamId: string, envelope: CommandEnvelope): CommandAnswer => {
    const { commandId, type, data, expectedVersion } = envelope;
    const parsedEnvelope = commandEnvelope.safeParse(envelope);
    if (!parsedEnvelope.success) {
      return { error: { kind: "invalid", code: "Invalid", message: parsedEnvelope.error.message } };
    }
    const stream = streams.get(streamId) ?? { state: aggregate.initial, version: 0, outcomes: new Map() };
    const hash = requestHash(type, data);
    const known = stream.outcomes.get(commandId);
    if (known !== undefined) {
      return known.hash === hash
        ? known.answer
        : { error: { kind: "commandIdReused", code: "CommandIdReused", message: commandId } };
    }
    if (expectedVersion !== undefined && expectedVersion !== stream.version) {
      return {
        error: { kind: "versionConflict", code: "VersionConflict", message: streamId, version: stream.version },
      };
    }
    const parsed = aggregate.parseCommand(type, data);
    if (!parsed.valid) {
      return { error: { kind: "invalid", code: "Invalid", message: JSON.stringify(parsed.issues) } };
    }
    clock.nowMs += 1;
    const at = new Date(clock.nowMs).toISOString();
    const decision = aggregate.decide(parsed.command, stream.state, { streamId, commandId, at, issuer });
    if (decision.outcome === "rejected") {
      const { code, message } = decision.rejection;
      const refused: CommandAnswer = { error: { kind: "rejected", code, message } };
      // A refusal of a stream that does not exist yet, and one for now, is decided anew.
      if (stream.version > 0 && decision.rejection.isForNow !== true)
        stream.outcomes.set(commandId, { hash, answer: refused });
      return refused;
    }
    const events = decision.events.map(({ type }, index) => ({ type, version: stream.version + 1 + index }));
    for (const event of decision.events) {
      stream.version += 1;
      stream.state = aggregate.evolve(stream.state, event, at);
      feed.push({
        kind: "event",
        streamType: aggregate.streamType,
        streamId,
        version: stream.version,
        type: event.type,
        schemaVersion: aggregate.schemaVersionOf(event.type),
        data: JSON.parse(JSON.stringify(event.data)) as Record<string, unknown>,
        at,
        commandId,
        commandType: type,
        requestHash: hash,
        statusAfter: aggregate.statusOf(stream.state),
        correlationId: envelope.correlationId ?? commandId,
        causationId: envelope.causationId ?? commandId,
        by: envelope.by ?? "test",
        hostEpoch: "e",
        hostSeq: feed.length + 1,
      });
    }
    const { version } = stream;
    const status = aggregate.statusOf(stream.state);
    const answer: CommandAnswer = { ok: { streamId, version, status, events, replayed: false } };
    if (version > 0) {
      stream.outcomes.set(commandId, { hash, answer });
      streams.set(streamId, stream);
    }
    return answer;
  };

  const read = (streamId: string): ReadAnswer => {
    const stream = streams.get(streamId);
    if (stream === undefined) return { error: { kind: "unknownStream", code: "UnknownStream", message: streamId } };
    const { version, state } = stream;
    return { ok: { streamId, version, state: JSON.parse(JSON.stringify(state)) as unknown, updatedAt: "" } };
  };

  const wake = (): void => {
    const { wakeCommand } = aggregate;
    if (wakeCommand === undefined) return;
    for (const [streamId, stream] of streams) {
      const wakeAt = aggregate.nextWakeAt?.(stream.state);
      if (wakeAt === undefined || Date.parse(wakeAt) > clock.nowMs) continue;
      execute("reminder", streamId, { commandId: `reminder/${stream.version}`, ...wakeCommand });
    }
  };

  const states = (): ReadonlyMap<string, State> => new Map([...streams].map(([id, { state }]) => [id, state]));

  return { execute, read, wake, states };
};

const isKnown = (state: StockItemState): state is KnownItem => state.status !== "Unknown";

export const createMemoryActors = (clock: MemoryClock = { nowMs: Date.UTC(2026, 0, 1) }): MemoryActors => {
  const feed: RecordedEvent[] = [];
  const orders = createActorsOf(orderAggregate, feed, clock);
  const items = createActorsOf(stockItemAggregate, feed, clock);
  return {
    feed,
    send: (issuer, streamType, streamId, envelope) =>
      (streamType === "Order" ? orders : items).execute(issuer, streamId, envelope),
    read: (streamType, streamId) => (streamType === "Order" ? orders : items).read(streamId),
    orders: () => orders.states(),
    stock: () =>
      new Map(
        [...items.states()].flatMap(([id, state]): [string, KnownItem][] => (isKnown(state) ? [[id, state]] : [])),
      ),
    wake: () => items.wake(),
  };
};
