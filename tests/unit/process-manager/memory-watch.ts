import { waitingFor } from "../../../actors/order/waiting.ts";
import type { StoredStuckOrder, StuckStore } from "../../../services/process-manager/watchdog/stuck-store.ts";
import type { WaitingOrder, WaitingOrders } from "../../../services/process-manager/watchdog/waiting-orders.ts";
import type { MemoryActors } from "./memory-actors.ts";

export interface MemoryStuck extends StuckStore {
  readonly records: ReadonlyMap<string, StoredStuckOrder>;
}

/** Stuck orders in memory, fenced as the real ones are. */
export const createMemoryStuck = (): MemoryStuck => {
  const records = new Map<string, StoredStuckOrder>();
  let writes = 0;
  return {
    records,
    read: async (orderId) => records.get(orderId),
    write: async (order, etag) => {
      if (records.get(order.orderId)?.etag !== etag) return undefined;
      writes += 1;
      const stored = { order, etag: String(writes) };
      records.set(order.orderId, stored);
      return stored;
    },
    remove: async (orderId, etag) => {
      if (records.get(orderId)?.etag === etag) records.delete(orderId);
    },
    list: async (after, limit) =>
      [...records.values()]
        .map(({ order }) => order)
        .filter(({ orderId }) => orderId > after)
        .toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))
        .slice(0, limit),
  };
};

/** The waiting orders of the actors, as a projector without lag shows them, two to a page. */
export const createMemoryWaiting = (actors: MemoryActors): WaitingOrders => ({
  find: async function* (overdue) {
    let page: WaitingOrder[] = [];
    for (const [orderId, order] of actors.orders()) {
      const waits = waitingFor(order, new Date(0).toISOString()).toReversed();
      const waiting = Object.fromEntries(waits.map(({ step, since }) => [step, since]));
      if (!overdue.some(({ step, before }) => (waiting[step] ?? before) < before)) continue;
      page.push({ orderId, waiting });
      if (page.length < 2) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  },
});
