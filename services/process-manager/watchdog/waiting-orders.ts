import type { Container } from "@azure/cosmos";
import { z } from "zod";

/** An order that waits, as the projector last saw it: since when (ISO 8601, UTC), by step. */
export const waitingOrder = z.object({ orderId: z.string(), waiting: z.record(z.string(), z.string()) });
export type WaitingOrder = z.infer<typeof waitingOrder>;

/** A step, and the time before which an order must have begun to wait for it to be found: ISO 8601, UTC, milliseconds. */
export interface Overdue {
  readonly step: string;
  readonly before: string;
}

export interface WaitingOrders {
  /** The orders for which at least one is true, page after page, in no order. Throws if the store is away. */
  find(overdue: readonly Overdue[]): AsyncIterable<readonly WaitingOrder[]>;
}

const pageSize = 100;

/**
 * Finds waiting orders in the snapshot database. The query only filters, by indexed paths, so that the store serves it range
 * by range, and no more than a page of it is ever in memory.
 */
export const createWaitingOrders = (snapshots: Container): WaitingOrders => ({
  find: async function* (overdue) {
    const conditions = overdue.map(({ step }, index) => `c["value"].waiting["${step}"] < @before${index}`);
    const iterator = snapshots.items.query<unknown>(
      {
        query: `SELECT c["value"].streamId AS orderId, c["value"].waiting FROM c WHERE ${conditions.join(" OR ")}`,
        parameters: overdue.map(({ before }, index) => ({ name: `@before${index}`, value: before })),
      },
      { maxItemCount: pageSize },
    );
    while (iterator.hasMoreResults()) {
      const { resources } = await iterator.fetchNext();
      const page = (resources ?? []).map((resource) => waitingOrder.parse(resource));
      if (page.length > 0) yield page;
    }
  },
});
