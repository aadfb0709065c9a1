import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { concurrently, pause } from "../../platform/change-feed/waiting.ts";
import type { Logger } from "../../platform/logger.ts";
import type { ProviderStore } from "../storage/store.ts";
import type { WaitingMessage } from "../storage/outbox.ts";

const messagesPerRound = 256;
/** Orders whose messages are sent at the same time; those of one order are sent one after the other. */
const concurrency = 16;
const firstPauseMs = 200;
const longestPauseMs = 5_000;
/** A clock that was set is noticed after this time. */
const longestWaitMs = 30_000;

export interface SenderPorts {
  readonly store: Pick<ProviderStore, "transaction" | "outbox">;
  readonly publish: (message: WaitingMessage) => Promise<void>;
  /** Whether messages are kept back for now. */
  readonly isHolding: () => boolean;
  readonly nowMs: () => number;
  readonly logger: Logger;
  /** Told of every message that Kafka has taken, and of every attempt that failed. */
  readonly onSent: (type: "sent" | "failed") => void;
}

export interface Sender {
  start(): void;
  /** Looks again now: messages were added, moved or let go. */
  wake(): void;
  /** Ends after the round at hand. */
  stop(): Promise<void>;
}

const byOrder = (messages: readonly WaitingMessage[]): WaitingMessage[][] => [
  ...Map.groupBy(messages, ({ orderId }) => orderId).values(),
];

/**
 * Sends the messages of the outbox when they are due, each until Kafka has it. A message is removed only then, so that one
 * that was sent just before a crash is sent again, under the same id. The messages of an order keep their order: behind
 * one that cannot be sent the others wait.
 */
export const createSender = ({ store, publish, isHolding, nowMs, logger, onSent }: SenderPorts): Sender => {
  const { outbox } = store;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running = Promise.resolve();
  let isAwake = false;
  let wakeUp: (() => void) | undefined;

  const wake = (): void => {
    isAwake = true;
    wakeUp?.();
  };

  /** Waits until a message is due, or until it is woken. */
  const rest = async (): Promise<void> => {
    const nextDueAt = isHolding() ? undefined : outbox.nextDueAt();
    const waitMs = Math.min(longestWaitMs, Math.max(1, (nextDueAt ?? Infinity) - nowMs()));
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    wakeUp = resolve;
    const resting = new AbortController();
    if (!isAwake) await Promise.race([pause(waitMs, AbortSignal.any([signal, resting.signal])), woken]);
    resting.abort();
  };

  /** Sends messages of one order, up to the first that cannot be sent; gives those that were. */
  const sendInTurn = async (messages: readonly WaitingMessage[]): Promise<WaitingMessage[]> => {
    const sent: WaitingMessage[] = [];
    for (const message of messages) {
      try {
        await publish(message);
      } catch (error) {
        onSent("failed");
        logger.warn("a message cannot be sent; it is sent again", { event: message.eventId, error });
        break;
      }
      hitFailpoint("provider-after-publish", message.orderId);
      onSent("sent");
      sent.push(message);
    }
    return sent;
  };

  /** Sends what is due; false if not all of it could be sent. */
  const sendDue = async (due: readonly WaitingMessage[]): Promise<boolean> => {
    const sent: WaitingMessage[] = [];
    await concurrently(byOrder(due), concurrency, async (messages) => {
      sent.push(...(await sendInTurn(messages)));
    });
    store.transaction(() => outbox.remove(sent));
    for (const { orderId } of sent) hitFailpoint("provider-after-removal", orderId);
    return sent.length === due.length;
  };

  const run = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      isAwake = false;
      try {
        const due = isHolding() ? [] : outbox.dueBy(nowMs(), messagesPerRound);
        if (due.length === 0) {
          await rest();
          continue;
        }
        if (await sendDue(due)) {
          pauseMs = firstPauseMs;
          continue;
        }
      } catch (error) {
        logger.error("a round of sending failed", { error });
      }
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  };

  return {
    start: () => {
      running = run();
    },
    wake,
    stop: async () => {
      stopping.abort();
      wake();
      await running;
    },
  };
};
