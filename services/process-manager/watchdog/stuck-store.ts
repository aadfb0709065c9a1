import { ErrorResponse, type Container } from "@azure/cosmos";
import { z } from "zod";
import { listStuckOrders, stuckOrder, stuckOrdersPartition, type StuckOrder } from "../../platform/stuck-orders.ts";

/** A stuck order with the ETag that it was read or written under. */
export interface StoredStuckOrder {
  readonly order: StuckOrder;
  readonly etag: string;
}

/** Where the watchdogs of all instances keep what they found. A write under an ETag that is not current gives undefined. */
export interface StuckStore {
  read(orderId: string): Promise<StoredStuckOrder | undefined>;
  /** Writes it over the one with this ETag, or where there is none. */
  write(order: StuckOrder, etag: string | undefined): Promise<StoredStuckOrder | undefined>;
  /** Takes it away, if it is still the one with this ETag. */
  remove(orderId: string, etag: string): Promise<void>;
  /** At most `limit` of them behind an order id, in the order of their ids. */
  list(after: string, limit: number): Promise<StuckOrder[]>;
}

/** Should nobody come to take it away, it goes by itself; a watchdog that is alive writes it again before. */
const secondsToLive = 7 * 86_400;

const isRaced = (error: unknown): boolean =>
  error instanceof ErrorResponse && [404, 409, 412].includes(Number(error.code));

export const createStuckStore = (views: Container): StuckStore => ({
  read: async (orderId) => {
    const { resource, statusCode } = await views.item(orderId, stuckOrdersPartition).read();
    if (statusCode === 404) return undefined;
    const item = z.object({ value: stuckOrder, _etag: z.string() }).parse(resource);
    return { order: item.value, etag: item._etag };
  },

  write: async (order, etag) => {
    const item = {
      id: order.orderId,
      partitionKey: stuckOrdersPartition,
      isBinary: false,
      value: order,
      ttl: secondsToLive,
    };
    try {
      const written =
        etag === undefined
          ? await views.items.create(item)
          : await views
              .item(order.orderId, stuckOrdersPartition)
              .replace(item, { accessCondition: { type: "IfMatch", condition: etag } });
      return { order, etag: written.etag };
    } catch (error) {
      if (isRaced(error)) return undefined;
      throw error;
    }
  },

  remove: async (orderId, etag) => {
    try {
      const accessCondition = { type: "IfMatch", condition: etag };
      await views.item(orderId, stuckOrdersPartition).delete({ accessCondition });
    } catch (error) {
      if (!isRaced(error)) throw error;
    }
  },

  list: async (after, limit) => listStuckOrders(views, { after, limit }),
});
