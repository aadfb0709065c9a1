import type { OrderCommandReply } from "../support/api.ts";
import type { RecordPlace } from "../support/kafka.ts";

/** An order or a sale, and the status in which its story left it. */
export interface KnownOrder {
  readonly orderId: string;
  readonly story: string;
  readonly isSale: boolean;
  /** Undefined if the story must never come to see it. */
  readonly status: string | undefined;
}

/** Goods that were put on a shelf. */
export interface KnownStock {
  readonly sku: string;
  readonly location: string;
  readonly receivedUnits: number;
}

/** A message that can never succeed. */
export interface Poison {
  readonly key: string;
  readonly place: RecordPlace;
  readonly content: string;
  /** How the reason of its dead letter begins. */
  readonly cause: string;
}

/** An event that a caller was told of. */
export interface Acknowledged {
  readonly orderId: string;
  readonly version: number;
  readonly type: string;
}

/** What those who play the stories know for themselves, for comparison with what the system says. */
export interface Books {
  readonly orders: ReadonlyMap<string, KnownOrder>;
  /** By stock item, `<sku>~<location>`. */
  readonly stock: ReadonlyMap<string, KnownStock>;
  readonly poison: readonly Poison[];
  readonly acknowledged: readonly Acknowledged[];
  readonly requests: number;
  readonly messages: number;
}

/** Books that are being kept. */
export interface OpenBooks extends Books {
  noteOrder(order: KnownOrder): void;
  noteReceipt(sku: string, location: string, units: number): void;
  notePoison(poison: Poison): void;
  noteReply(orderId: string, reply: OrderCommandReply): void;
  noteRequest(): void;
  noteMessage(): void;
}

/** Opens empty books. */
export const openBooks = (): OpenBooks => {
  const orders = new Map<string, KnownOrder>();
  const stock = new Map<string, KnownStock>();
  const poison: Poison[] = [];
  const acknowledged: Acknowledged[] = [];
  let requests = 0;
  let messages = 0;
  return {
    orders,
    stock,
    poison,
    acknowledged,
    get requests() {
      return requests;
    },
    get messages() {
      return messages;
    },
    noteOrder: (order) => orders.set(order.orderId, order),
    noteReceipt: (sku, location, units) => {
      const item = `${sku}~${location}`;
      const receivedUnits = (stock.get(item)?.receivedUnits ?? 0) + units;
      stock.set(item, { sku, location, receivedUnits });
    },
    notePoison: (one) => poison.push(one),
    noteReply: (orderId, { accepted }) => {
      for (const { type, version } of accepted?.events ?? []) acknowledged.push({ orderId, type, version });
    },
    noteRequest: () => {
      requests += 1;
    },
    noteMessage: () => {
      messages += 1;
    },
  };
};

/** The books of several stories as one. */
export const mergeBooks = (all: readonly Books[]): Books => ({
  orders: new Map(all.flatMap(({ orders }) => [...orders])),
  stock: new Map(all.flatMap(({ stock }) => [...stock])),
  poison: all.flatMap(({ poison }) => poison),
  acknowledged: all.flatMap(({ acknowledged }) => acknowledged),
  requests: all.reduce((sum, { requests }) => sum + requests, 0),
  messages: all.reduce((sum, { messages }) => sum + messages, 0),
});
