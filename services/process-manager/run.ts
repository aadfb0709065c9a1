import type { StreamType } from "../../actors/kernel/aggregate.ts";
import type { CommandAnswer, EventReference } from "../../actors/kernel/answer.ts";
import { processCommandId } from "../../actors/kernel/envelope.ts";
import { publishedEventId, type RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import { orderAggregate } from "../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../actors/order/events.ts";
import type { OrderState } from "../../actors/order/state.ts";
import { stockItemAggregate } from "../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../actors/stock-item/events.ts";
import type { StockItemState } from "../../actors/stock-item/state.ts";
import type { StoredEvents } from "../platform/change-feed/stored-events.ts";
import type { Logger } from "../platform/logger.ts";
import type { Sidecar } from "../platform/sidecar.ts";
import { StepLeft, type Attempts } from "./attempts.ts";
import type { Carrier } from "./carrier/carrier.ts";
import type { PaymentProvider } from "./payment/payment-provider.ts";

/** This code cannot read something that is stored; a later version of it may. */
export class NotUnderstood extends Error {
  override readonly name = "NotUnderstood";
}

export interface RunPorts {
  readonly sidecar: Pick<Sidecar, "command" | "read">;
  readonly payments: PaymentProvider;
  readonly carrier: Carrier;
  readonly events: StoredEvents;
  /** How calls of actors, and calls of providers, are repeated, and when they are given up. */
  readonly attempts: Attempts;
  readonly logger: Logger;
  /** Told the result of every command: `accepted`, or the code of the refusal. */
  readonly onCommand: (type: string, result: string) => void;
  /** Told what keeps a stream's step from being done, although everybody answered. */
  readonly onObstacle: (streamId: string, reason: string) => void;
}

/** A command that a run sends, named by its step: unique among the commands that one event causes to one stream. */
export interface Step {
  readonly step: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The version of the stream that the command was decided on; another version refuses it, and that is not remembered. */
  readonly expectedVersion?: number;
}

/** What became of a command: now, or when an earlier run of the event sent it. */
export type Driven =
  | {
      readonly accepted: true;
      /** The events that it caused, now or then. */
      readonly events: readonly EventReference[];
    }
  | { readonly accepted: false; readonly code: string; readonly message: string };

/** What a refusal says, to programs and to people. */
export const refusalOf = ({ code, message }: Extract<Driven, { accepted: false }>): string => `${code}: ${message}`;

export interface StreamNow<State> {
  readonly state: State;
  /** 0 if nothing is recorded. */
  readonly version: number;
}

/**
 * The handling of one event. Its calls are repeated for a while if they are not answered; then they throw `StepLeft`. They
 * end early with the run's signal, whose reason they then throw.
 */
export interface Run {
  /** The stream of the event. */
  readonly streamId: string;
  /** The id of the event: part of every id that is made up on its behalf. */
  readonly eventId: string;
  /** The version of the event in its stream. */
  readonly eventVersion: number;
  /** When the event was recorded: ISO 8601, UTC, milliseconds. */
  readonly at: string;
  /**
   * Sends a command to an actor. A refusal for the actor's reasons is logged, and a value: what it means is for the step to
   * say; that of an order is remembered for whoever looks why it does not move. One that only a mistake can explain is thrown
   * as `StepLeft`: a command that is not understood, a step that was another command before, a refusal of what must not be
   * refused.
   */
  drive(streamType: StreamType, streamId: string, step: Step): Promise<Driven>;
  /** An order as it is now. Throws `NotUnderstood`. */
  readOrder(orderId: string): Promise<StreamNow<OrderState>>;
  /**
   * What was recorded of an order up to a version that it is known to have. Throws `NotUnderstood`, and `StepLeft` if not all
   * of it can be seen yet.
   */
  readOrderEvents(orderId: string, throughVersion: number): Promise<readonly OrderEvent[]>;
  /** A stock item, or a shard of one, as it is now. Throws `NotUnderstood`. */
  readStockItem(stockItemId: string): Promise<StreamNow<StockItemState>>;
  /**
   * An event of a stock item, by its version. Unlike the state, it still says the same when the step is taken again after
   * whatever followed. Throws `NotUnderstood`.
   */
  readStockItemEvent(stockItemId: string, version: number): Promise<StockItemEvent>;
  /** Calls the payment provider. */
  pay<Result>(request: (payments: PaymentProvider) => Promise<Result>): Promise<Result>;
  /** Calls the carrier. */
  ship<Result>(request: (carrier: Carrier) => Promise<Result>): Promise<Result>;
  /** Remembers, for whoever looks why an order does not move, what keeps the step from being done. */
  report(obstacle: string): void;
}

const eventsPerRead = 100;

/** Nothing that happens meanwhile can make an actor refuse these: a refusal is a mistake that somebody has to look at. */
const neverRefused: ReadonlySet<string> = new Set([
  "AdjustStock",
  "CommitStock",
  "CompleteCancel",
  "RecallStock",
  "ReceiveStock",
  "ReleaseStock",
  "RestockItems",
]);

const understand = <Result>(what: string, decode: () => Result): Result => {
  try {
    return decode();
  } catch (error) {
    throw new NotUnderstood(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
};

/** Reads the state of a stream through its actor. */
const createStateReader =
  (sidecar: Pick<Sidecar, "read">, attempts: Attempts) =>
  async <State>(
    streamType: StreamType,
    streamId: string,
    aggregate: { readonly initial: State; decodeState(state: unknown): State },
    signal: AbortSignal,
  ): Promise<StreamNow<State>> => {
    const answer = await attempts.ofActor(`read ${streamId}`, async () => sidecar.read(streamType, streamId), signal);
    if (!("ok" in answer)) return { state: aggregate.initial, version: 0 };
    const { state, version } = answer.ok;
    return { state: understand(`the state of ${streamId}`, () => aggregate.decodeState(state)), version };
  };

/** Reads orders as they are now, outside of a run. The function throws `NotUnderstood`, `StepLeft` or the signal's reason. */
export const readOrderWith = (
  sidecar: Pick<Sidecar, "read">,
  attempts: Attempts,
): ((orderId: string, signal: AbortSignal) => Promise<StreamNow<OrderState>>) => {
  const read = createStateReader(sidecar, attempts);
  return async (orderId, signal) => read("Order", orderId, orderAggregate, signal);
};

/** Begins the run of an event: everything it causes carries the event's id as its cause and part of its command id. */
export const beginRun = (ports: RunPorts, event: RecordedEvent, signal: AbortSignal): Run => {
  const { sidecar, logger, attempts } = ports;
  const { streamId: runStreamId } = event;
  const causationId = publishedEventId(event);

  const readState = createStateReader(sidecar, attempts);

  const readOrderEvents: Run["readOrderEvents"] = async (orderId, throughVersion) => {
    const events: OrderEvent[] = [];
    while (events.length < throughVersion) {
      const after = events.length;
      const entries = await attempts.ofActor(
        `read events of ${orderId}`,
        async () => ports.events.readAfter(orderId, after, eventsPerRead),
        signal,
      );
      if (entries.length === 0) throw new StepLeft(`event ${after + 1} of ${orderId} cannot be seen yet`);
      for (const entry of entries) {
        if (entry.kind !== "event") throw new NotUnderstood(`${entry.itemId}: ${entry.reason}`);
        const { type, schemaVersion, data } = entry.event;
        const what = `event ${entry.event.version} of ${orderId}`;
        events.push(understand(what, () => orderAggregate.decodeEvent(type, schemaVersion, data)));
      }
    }
    return events.slice(0, throughVersion);
  };

  return {
    streamId: runStreamId,
    eventId: causationId,
    eventVersion: event.version,
    at: event.at,
    drive: async (streamType, streamId, { step, type, data, expectedVersion }) => {
      const commandId = processCommandId(causationId, step);
      const send = async (): Promise<CommandAnswer> =>
        sidecar.command("drive", streamType, streamId, {
          commandId,
          type,
          data,
          correlationId: event.correlationId,
          causationId,
          by: "process-manager",
          ...(expectedVersion === undefined ? {} : { expectedVersion }),
          ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
        });
      const answer = await attempts.ofActor(`send ${type} to ${streamId}`, send, signal);
      if ("ok" in answer) {
        ports.onCommand(type, "accepted");
        return { accepted: true, events: answer.ok.events };
      }
      const { kind, code, message } = answer.error;
      ports.onCommand(type, code);
      const expected = kind === "versionConflict" || (kind === "rejected" && !neverRefused.has(type));
      const level = expected ? "info" : "error";
      logger[level]("a step was refused", {
        cause: causationId,
        streamId,
        commandId,
        type,
        kind,
        code,
        reason: message,
      });
      const refused = { accepted: false, code, message } as const;
      const obstacle = `${streamId} refuses ${type}: ${refusalOf(refused)}`;
      if (!expected) throw new StepLeft(obstacle);
      // Mostly the order has moved on, and does not wait for the step. If it does, this is why.
      if (streamType === "Order" && kind === "rejected") ports.onObstacle(streamId, obstacle);
      return refused;
    },
    readOrder: async (orderId) => readState("Order", orderId, orderAggregate, signal),
    readOrderEvents,
    readStockItem: async (stockItemId) => readState("StockItem", stockItemId, stockItemAggregate, signal),
    readStockItemEvent: async (stockItemId, version) => {
      const what = `event ${version} of ${stockItemId}`;
      const [entry] = await attempts.ofActor(
        `read ${what}`,
        async () => ports.events.readAfter(stockItemId, version - 1, 1),
        signal,
      );
      if (entry?.kind !== "event") throw new NotUnderstood(`${what} cannot be read`);
      const { type, schemaVersion, data } = entry.event;
      return understand(what, () => stockItemAggregate.decodeEvent(type, schemaVersion, data));
    },
    pay: async (request) =>
      attempts.ofProvider("payment", "call the payment provider", async () => request(ports.payments), signal),
    ship: async (request) =>
      attempts.ofProvider("carrier", "call the carrier", async () => request(ports.carrier), signal),
    report: (obstacle) => {
      logger.warn("a step cannot be done for now", { streamId: runStreamId, cause: causationId, obstacle });
      ports.onObstacle(runStreamId, obstacle);
    },
  };
};
