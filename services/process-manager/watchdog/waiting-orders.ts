import type { Container } from "@azure/cosmos";
import { z } from "zod";
import { waitingStep, type WaitingStep } from "../../../actors/order/waiting.ts";

/** An order that waits, as the projector last saw it. */
export const waitingOrder = z.object({ orderId: z.string(), step: waitingStep, since: z.string() });
export type WaitingOrder = z.infer<typeof waitingOrder>;

/** A step, and the time before which an order must have begun to wait for it to be found. */
export interface Overdue {
  readonly step: WaitingStep;
  /** ISO 8601, UTC, milliseconds. */
  readonly before: string;
}

export interface WaitingOrders {
  /** The orders that are overdue, page after page, in no order. Throws if the store is away. */
  overdue(limits: readonly Overdue[]): AsyncIterable<readonly WaitingOrder[]>;
}

const pageSize = 100;

/**
 * Finds waiting orders in the snapshot database. The query only filters, by indexed paths, so that the store serves it range
 * by range, and no more than a page of it is ever in memory.
 */
export const createWaitingOrders = (snapshots: Container): WaitingOrders => ({
  overdue: async function* (limits) {
    const isOverdue = limits.map(
      (_, index) => `(c["value"].waiting.step = @step${index} AND c["value"].waiting.since < @before${index})`,
    );
    const iterator = snapshots.items.query<unknown>(
      {
        query:
          'SELECT c["value"].streamId AS orderId, c["value"].waiting.step, c["value"].waiting.since FROM c ' +
          `WHERE ${isOverdue.join(" OR ")}`,
        parameters: limits.flatMap(({ step, before }, index) => [
          { name: `@step${index}`, value: step },
          { name: `@before${index}`, value: before },
        ]),
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
