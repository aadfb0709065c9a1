import { orderStatus, type AnyListRow, type AnyView } from "../../actors/order/view.ts";
import type { StockItemView } from "../../actors/stock-item/view.ts";
import { forEachAtMost } from "../support/concurrency.ts";
import type { OrderEvent } from "../support/api.ts";
import { openTopic, readPublishedEvent, type PublishedEvent, type TopicRecord } from "../support/kafka.ts";
import type { Account } from "./actors/provider.ts";
import type { Books } from "./books.ts";
import type { World } from "./world.ts";

/** An order or a sale as the API shows it. */
export interface ObservedOrder {
  readonly snapshot: AnyView | undefined;
  /** As the actor answers it. */
  readonly strong: AnyView | undefined;
  readonly events: readonly OrderEvent[];
}

/** What the system and the provider say about everything that is in the books. */
export interface Observed {
  readonly orders: ReadonlyMap<string, ObservedOrder>;
  /** By stock item, `<sku>~<location>`. */
  readonly stock: ReadonlyMap<string, StockItemView>;
  /** The provider's ledgers, of the orders that it was asked about. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** In the order of each partition, repetitions included. */
  readonly orderEvents: readonly PublishedEvent[];
  readonly stockEvents: readonly PublishedEvent[];
  readonly deadLetters: readonly TopicRecord[];
  /** Streams of which messages are parked. */
  readonly parked: readonly string[];
  readonly byCustomer: ReadonlyMap<string, readonly AnyListRow[]>;
  readonly byStatus: ReadonlyMap<string, readonly AnyListRow[]>;
}

/** Collects the records of one run from the topics, from the moment it is opened. */
export interface TopicWatch {
  /** What has arrived so far. */
  collect(): Promise<Pick<Observed, "orderEvents" | "stockEvents" | "deadLetters">>;
  close(): Promise<void>;
}

/** Whether a stream, or a customer, is one of the run: every id of it begins with the run's. */
export const isOfRun = (run: string, id: string): boolean => id.replace(/^pos\./, "").startsWith(`${run}-`);

/** Starts to watch the topics; what is not of the run is passed over. */
export const watchTopics = async (brokers: readonly string[], run: string): Promise<TopicWatch> => {
  const watch = async (topic: string) => {
    const collected: TopicRecord[] = [];
    return { reader: await openTopic(brokers, topic, "end"), collected };
  };
  const orders = await watch("order-events");
  const stock = await watch("stock-events");
  const dead = await watch("order-commands-dead-letter");
  const watched = [orders, stock, dead];
  return {
    collect: async () => {
      for (const { reader, collected } of watched)
        collected.push(...(await reader.readNew()).filter(({ key }) => key !== undefined && isOfRun(run, key)));
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
const largestPage = 500;

const parkedStreams = async ({ parked }: World, run: string): Promise<string[]> => {
  const found: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await parked.list({ limit: largestPage, ...(after === undefined ? {} : { after }) });
    found.push(...page.streams.map(({ streamId }) => streamId).filter((streamId) => isOfRun(run, streamId)));
    if (page.nextAfter === null) return found;
    after = page.nextAfter;
  }
};

/**
 * Reads everything that the stack shows of what is in the books, once.
 *
 * @param since when the run began (ISO 8601, UTC): lists are read no further back
 */
export const observe = async (
  { run, since, books }: { readonly run: string; readonly since: string; readonly books: Books },
  world: World,
  topics: TopicWatch,
): Promise<Observed> => {
  const { gateway, provider } = world;
  const orders = new Map<string, ObservedOrder>();
  const accounts = new Map<string, Account>();
  await forEachAtMost(readsAtATime, [...books.orders.values()], async ({ orderId, isSale }) => {
    const read = async (consistency?: "strong") =>
      isSale ? gateway.readSale(orderId, consistency) : gateway.readOrder(orderId, consistency);
    orders.set(orderId, {
      snapshot: await read(),
      strong: await read("strong"),
      events: await gateway.readEvents(orderId),
    });
    const account = await provider.readAccount(orderId);
    if (account !== undefined) accounts.set(orderId, account);
  });

  const stock = new Map<string, StockItemView>();
  await forEachAtMost(readsAtATime, [...books.stock], async ([item, { sku, location }]) => {
    const view = await gateway.readStock(sku, location);
    if (view !== undefined) stock.set(item, view);
  });

  const byCustomer = new Map<string, readonly AnyListRow[]>();
  const snapshots = [...orders.values()].flatMap(({ snapshot }) => snapshot ?? []);
  const customers = new Set(snapshots.flatMap((view) => ("customerId" in view ? [view.customerId] : [])));
  await forEachAtMost(readsAtATime, [...customers], async (customerId) => {
    byCustomer.set(customerId, await gateway.listOrders({ customerId }));
  });

  const byStatus = new Map<string, readonly AnyListRow[]>();
  await forEachAtMost(readsAtATime, orderStatus.options, async (status) => {
    const listed = await gateway.listOrders({ status }, since);
    byStatus.set(
      status,
      listed.filter(({ orderId }) => isOfRun(run, orderId)),
    );
  });

  const parked = await parkedStreams(world, run);
  return { orders, stock, accounts, byCustomer, byStatus, parked, ...(await topics.collect()) };
};
