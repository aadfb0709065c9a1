import { z } from "zod";
import { saleListRowSchema } from "../../../actors/order/sale/view.ts";
import { orderListRowSchema } from "../../../actors/order/view.ts";

/** The current state of one order or stock item, as the query side reads it. */
export const streamDocument = z.object({
  streamId: z.string(),
  streamType: z.enum(["Order", "StockItem"]),
  /** The last event that is folded into it. */
  version: z.int().min(1),
  /** ISO 8601, UTC: when that event happened. */
  updatedAt: z.string(),
  /** The aggregate's `stateVersion`: a document of another one is folded again from the first event. */
  stateVersion: z.int().min(1),
  state: z.unknown(),
  /** What callers see; null for a stream of which there is nothing to see. */
  view: z.unknown(),
  /** Since when a managed order waits (ISO 8601, UTC), by step; absent when it waits for nothing. The watchdog asks for it. */
  waiting: z.record(z.string(), z.string()).optional(),
});
export type StreamDocument = z.infer<typeof streamDocument>;

const listed = {
  /** `<placedAt>~<orderId>`: what a list is sorted by. */
  sortKey: z.string(),
  /** The order has left this list; the entry stays for a day to keep a late writer from bringing it back. */
  deleted: z.boolean(),
};

/** One order, or one sale, in one list. */
export const listEntry = z.discriminatedUnion("status", [
  orderListRowSchema.extend(listed),
  saleListRowSchema.extend(listed),
]);
export type ListEntry = z.infer<typeof listEntry>;

/** A list entry and the list it is in, which is also its partition key. */
export interface ListedOrder {
  readonly list: string;
  readonly entry: ListEntry;
}
