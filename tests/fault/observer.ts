import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { outcomeItem, snapshotItem } from "../../actors/event-store/items.ts";
import { recordedEvent } from "../../actors/kernel/recorded-event.ts";
import { openContainers } from "../../services/platform/cosmos.ts";
import type { GatewayApi } from "../support/api.ts";
import { checkHistory, type History, type Operation, type StoredOrder, type Violation } from "../support/history.ts";
import { openTopic, readPublishedEvent, type PublishedEvent } from "../support/kafka.ts";
import type { StackInfo } from "../support/started-stack.ts";
import { forEachAtMost } from "../support/concurrency.ts";
import { patient } from "../support/wait-for.ts";

/** Looks at what the stores hold and what Kafka has been given since it was opened. */
export interface Observer {
  /**
   * Looks until nothing is violated or the time is over, and gives the last look: what is only late (the read models, what
   * Kafka has) gets its time, and what is wrong stays wrong.
   */
  settle(operations: readonly Operation[], timeoutMs?: number): Promise<{ history: History; violations: Violation[] }>;
  close(): Promise<void>;
}

const readsAtATime = 8;
const lookEveryMs = 500;
const settleTimeoutMs = 45_000;

const item = z.object({
  id: z.string(),
  value: z.discriminatedUnion("kind", [recordedEvent, snapshotItem, outcomeItem]),
});

export const openObserver = async ({ cosmos, brokers }: StackInfo, gateway: GatewayApi): Promise<Observer> => {
  const { events: container } = openContainers({
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_KEY: cosmos.key,
    COSMOS_DATABASE: cosmos.database,
  });
  const topic = await openTopic(brokers, "order-events", "end");
  const published: PublishedEvent[] = [];

  const readOrder = async (streamId: string): Promise<StoredOrder> => {
    const found = await container.items.query<unknown>("SELECT * FROM c", { partitionKey: streamId }).fetchAll();
    const values = z
      .array(item)
      .parse(found.resources)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ value }) => value);
    return {
      streamId,
      events: values.filter((value) => value.kind === "event"),
      snapshot: values.find((value) => value.kind === "snapshot"),
      view: await gateway.readOrder(streamId),
    };
  };

  const look = async (operations: readonly Operation[]): Promise<History> => {
    const streamIds = new Set(operations.map(({ streamId }) => streamId));
    published.push(...(await topic.readNew()).map(readPublishedEvent).filter(({ subject }) => streamIds.has(subject)));
    const orders: StoredOrder[] = [];
    await forEachAtMost(readsAtATime, [...streamIds], async (streamId) => {
      orders.push(await readOrder(streamId));
    });
    return { operations, orders, published };
  };

  return {
    settle: async (operations, timeoutMs = settleTimeoutMs) => {
      const endsAt = Date.now() + patient(timeoutMs);
      for (;;) {
        try {
          const history = await look(operations);
          const violations = checkHistory(history);
          if (violations.length === 0 || Date.now() >= endsAt) return { history, violations };
        } catch (error) {
          // A part that was killed may still be on its way back.
          if (Date.now() >= endsAt) throw error;
        }
        await delay(lookEveryMs);
      }
    },
    close: async () => topic.close(),
  };
};
