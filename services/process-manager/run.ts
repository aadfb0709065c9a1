import type { StreamType } from "../../actors/kernel/aggregate.ts";
import type { CommandAnswer } from "../../actors/kernel/answer.ts";
import { processCommandId } from "../../actors/kernel/envelope.ts";
import { publishedEventId, type RecordedEvent } from "../../actors/kernel/recorded-event.ts";
import { stockStreamId } from "../../actors/kernel/stream-id.ts";
import { orderAggregate } from "../../actors/order/aggregate.ts";
import type { OrderState } from "../../actors/order/state.ts";
import { stockItemAggregate } from "../../actors/stock-item/aggregate.ts";
import { availableIn } from "../../actors/stock-item/state.ts";
import { untilItSucceeds } from "../platform/change-feed/waiting.ts";
import type { Logger } from "../platform/logger.ts";
import type { Sidecar } from "../platform/sidecar.ts";
import type { PaymentProvider } from "./payment/payment-provider.ts";

/** This code cannot read something that is stored; a later version of it may. */
export class NotUnderstood extends Error {
  override readonly name = "NotUnderstood";
}

export interface RunPorts {
  readonly sidecar: Pick<Sidecar, "command" | "read">;
  readonly payments: PaymentProvider;
  readonly logger: Logger;
  /** Told the result of every command: `accepted`, or the code of the refusal. */
  readonly onCommand: (type: string, result: string) => void;
  readonly onFault: () => void;
}

/** A command that a run sends, named by its step: unique among the commands that one event causes to one stream. */
export interface Step {
  readonly step: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What became of a step: the events that it caused, now or in an earlier run, or why the actor refused it. */
export type Driven =
  | { readonly accepted: true; readonly eventTypes: readonly string[] }
  | { readonly accepted: false; readonly code: string };

/**
 * The handling of one event. Its calls are repeated until they are answered, however long a part is away; they end early
 * only with the run's signal, whose reason they then throw.
 */
export interface Run {
  readonly orderId: string;
  /** Sends a command to an actor. A refusal is logged and ends the step. */
  drive(streamType: StreamType, streamId: string, step: Step): Promise<Driven>;
  /** The order as it is now. Throws `NotUnderstood`. */
  readOrder(): Promise<OrderState>;
  /** The units of a stock item that nobody holds. Throws `NotUnderstood`. */
  readAvailable(item: { readonly sku: string; readonly location: string }): Promise<number>;
  /** Calls the payment provider. */
  pay<Result>(request: (payments: PaymentProvider) => Promise<Result>): Promise<Result>;
}

/** Nothing that happens meanwhile can make an actor refuse these: a refusal is a mistake that somebody has to look at. */
const neverRefused: ReadonlySet<string> = new Set(["CommitStock", "CompleteCancel"]);

const backOff = { firstMs: 200, longestMs: 5_000 };

const understand = <Result>(what: string, decode: () => Result): Result => {
  try {
    return decode();
  } catch (error) {
    throw new NotUnderstood(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
};

/** Begins the run of an event: everything it causes carries the event's id as its cause and part of its command id. */
export const beginRun = (ports: RunPorts, event: RecordedEvent, signal: AbortSignal): Run => {
  const { sidecar, logger } = ports;
  const orderId = event.streamId;
  const causationId = publishedEventId(event);

  const persist = async <Result>(what: string, attempt: () => Promise<Result>): Promise<Result> =>
    untilItSucceeds(attempt, signal, backOff, (error, failures) => {
      ports.onFault();
      logger.warn("a step could not be taken; it is repeated", { orderId, cause: causationId, what, failures, error });
    });

  const readState = async (streamType: StreamType, streamId: string): Promise<unknown> => {
    const answer = await persist(`read ${streamId}`, async () => sidecar.read(streamType, streamId));
    return "ok" in answer ? answer.ok.state : undefined;
  };

  return {
    orderId,
    drive: async (streamType, streamId, { step, type, data }) => {
      const commandId = processCommandId(causationId, step);
      const answer: CommandAnswer = await persist(`${type} to ${streamId}`, async () =>
        sidecar.command("drive", streamType, streamId, {
          commandId,
          type,
          data,
          correlationId: event.correlationId,
          causationId,
          by: "process-manager",
          ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
        }),
      );
      if ("ok" in answer) {
        ports.onCommand(type, "accepted");
        return { accepted: true, eventTypes: answer.ok.events.map((event) => event.type) };
      }
      const { kind, code, message } = answer.error;
      ports.onCommand(type, code);
      const level = kind === "rejected" && !neverRefused.has(type) ? "info" : "error";
      logger[level]("a step was refused", { orderId, streamId, commandId, type, kind, code, reason: message });
      return { accepted: false, code };
    },
    readOrder: async () => {
      const state = await readState("Order", orderId);
      return state === undefined
        ? orderAggregate.initial
        : understand(`the state of order ${orderId}`, () => orderAggregate.decodeState(state));
    },
    readAvailable: async ({ sku, location }) => {
      const streamId = stockStreamId(sku, location);
      const state = await readState("StockItem", streamId);
      if (state === undefined) return 0;
      const item = understand(`the state of stock item ${streamId}`, () => stockItemAggregate.decodeState(state));
      return item.status === "Unknown" ? 0 : availableIn(item);
    },
    pay: async (request) => persist("call the payment provider", async () => request(ports.payments)),
  };
};
