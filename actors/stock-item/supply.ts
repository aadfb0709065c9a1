import type { DecisionContext } from "../kernel/aggregate.ts";
import type { StockItemEvent } from "./events.ts";
import { evolveStockItem } from "./evolve.ts";
import { allocate } from "./sharding.ts";
import { backorderedUnits, freeUnits } from "./state.ts";
import type { KnownItem, StockItemState } from "./state.ts";

/**
 * The most events that one command causes by ending and filling reservations. One batch takes 99, and every one of these may
 * be as large as its ids; what is left over is done by the reminder.
 */
export const maxEventsAtOnce = 90;

/**
 * The events of a command and what follows from them: free units go to the reservations that wait, the one that came first
 * first, and what is left of a sharded item's to its shards.
 */
export const distributed = (
  state: StockItemState,
  events: readonly StockItemEvent[],
  { at }: DecisionContext,
): StockItemEvent[] => {
  const after = applied(state, events, at);
  if (after.status === "Unknown") return [...events];
  const fills = fillBackorders(after, maxEventsAtOnce - events.length);
  const filled = applied(after, fills, at);
  return [...events, ...fills, ...(filled.status === "Sharded" ? allocate(filled) : [])];
};

const applied = (state: StockItemState, events: readonly StockItemEvent[], at: string): StockItemState =>
  events.reduce((folded, event) => evolveStockItem(folded, event, at), state);

const fillBackorders = (item: KnownItem, most: number): StockItemEvent[] => {
  const fills: StockItemEvent[] = [];
  let free = freeUnits(item);
  for (const { reservationId, backordered } of item.openReservations) {
    if (free === 0 || fills.length >= most) break;
    const quantity = Math.min(free, backordered);
    if (quantity === 0) continue;
    fills.push({ type: "BackorderFilled", data: { reservationId, quantity } });
    free -= quantity;
  }
  return fills;
};

/** Whether units are free that somebody waits for: more than one command could hand on. */
export const isUndistributed = (item: KnownItem): boolean =>
  freeUnits(item) > 0 && (item.status === "Sharded" || backorderedUnits(item) > 0);
