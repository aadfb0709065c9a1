import type { OrderListRow, OrderView } from "../../actors/order/view.ts";
import { orderStatus } from "../../actors/order/view.ts";
import type { StockItemView } from "../../actors/stock-item/view.ts";
import type { GatewayApi, OrderEvent } from "../support/api.ts";
import {
  readPublishedEvent,
  openTopic,
  type PublishedEvent,
  type TopicReader,
  type TopicRecord,
} from "../support/kafka.ts";
import { forEachAtMost } from "../support/concurrency.ts";
import type { Plan } from "./plan.ts";

export interface ObservedOrder {
  readonly snapshot: OrderView | undefined;
  /** As the actor answers it. */
  readonly strong: OrderView | undefined;
  readonly events: readonly OrderEvent[];
}

/** What the stack shows of a run. */
export interface Observed {
  readonly orders: ReadonlyMap<string, ObservedOrder>;
  /** By stream id. */
  readonly stock: ReadonlyMap<string, StockItemView>;
  /** In the order of each partition, repetitions included. */
  readonly orderEvents: readonly PublishedEvent[];
  readonly stockEvents: readonly PublishedEvent[];
  readonly deadLetters: readonly TopicRecord[];
  readonly byCustomer: ReadonlyMap<string, readonly OrderListRow[]>;
  readonly byStatus: ReadonlyMap<string, readonly OrderListRow[]>;
}

/** Collects the records of one run from the topics, from the moment it is opened. */
export interface TopicWatch {
  /** What has arrived so far. */
  collect(): Promise<Pick<Observed, "orderEvents" | "stockEvents" | "deadLetters">>;
  close(): Promise<void>;
}

/** Starts to watch the topics; records whose key does not start with the run's prefix belong to somebody else. */
export const watchTopics = async (brokers: readonly string[], run: string): Promise<TopicWatch> => {
  const watch = async (topic: string): Promise<{ reader: TopicReader; collected: TopicRecord[] }> => ({
    reader: await openTopic(brokers, topic, "end"),
    collected: [],
  });
  const orders = await watch("order-events");
  const stock = await watch("stock-events");
  const dead = await watch("order-commands-dead-letter");
  const watched = [orders, stock, dead];
  return {
    collect: async () => {
      for (const { reader, collected } of watched) {
        collected.push(...(await reader.readNew()).filter(({ key }) => key?.startsWith(`${run}-`)));
      }
      return {
        orderEvents: orders.collected.map(readPublishedEvent),
        stockEvents: stock.collected.map(readPublishedEvent),
        deadLetters: dead.collected,
      };
    },
    close: async () => {
      for (const { reader } of watched) await reader.close();
    },
  };
};

const readsAtATime = 8;

/** Reads everything that the stack shows of a run, once. */
export const observe = async (plan: Plan, gateway: GatewayApi, topics: TopicWatch): Promise<Observed> => {
  const orders = new Map<string, ObservedOrder>();
  await forEachAtMost(readsAtATime, plan.orders, async ({ orderId }) => {
    orders.set(orderId, {
      snapshot: await gateway.readOrder(orderId),
      strong: await gateway.readOrder(orderId, "strong"),
      events: await gateway.readEvents(orderId),
    });
  });

  const stock = new Map<string, StockItemView>();
  await forEachAtMost(readsAtATime, plan.stock, async ({ sku, location }) => {
    const view = await gateway.readStock(sku, location);
    if (view !== undefined) stock.set(`${sku}~${location}`, view);
  });

  const byCustomer = new Map<string, OrderListRow[]>();
  const customers = [...new Set(plan.orders.map(({ customerId }) => customerId))];
  await forEachAtMost(readsAtATime, customers, async (customerId) => {
    byCustomer.set(customerId, await gateway.listOrders({ customerId }));
  });

  const byStatus = new Map<string, OrderListRow[]>();
  await forEachAtMost(readsAtATime, orderStatus.options, async (status) => {
    const listed = await gateway.listOrders({ status });
    byStatus.set(
      status,
      listed.filter(({ orderId }) => orderId.startsWith(`${plan.run}-`)),
    );
  });

  return { orders, stock, byCustomer, byStatus, ...(await topics.collect()) };
};
