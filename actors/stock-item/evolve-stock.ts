import type { StockItemEventOf, StockItemEventType } from "./events.ts";
import { stockItemBounds } from "./state.ts";
import type { KnownItem, Movement, StockItemState } from "./state.ts";

type DataOf<Type extends StockItemEventType> = StockItemEventOf<Type>["data"];

/** The newest of a list that must not grow beyond `bound`. */
export const newest = <Entry>(entries: readonly Entry[], bound: number): Entry[] => entries.slice(-bound);

/** The item, which from now on is one that there is something to say of. */
export const known = (state: StockItemState, at: string): KnownItem =>
  state.status === "Unknown"
    ? {
        ...state,
        status: "Stocked",
        onHand: 0,
        reserved: 0,
        oversold: 0,
        openReservations: [],
        endedReservations: [],
        movements: [],
        updatedAt: at,
      }
    : { ...state, updatedAt: at };

const remembering = (item: KnownItem, movement: Movement): KnownItem => ({
  ...item,
  movements: newest([...item.movements, movement], stockItemBounds.movements),
});

/** Adds goods: first they repay what is owed. */
const supplied = (item: KnownItem, quantity: number): KnownItem => {
  const repaid = Math.min(item.oversold, quantity);
  return { ...item, oversold: item.oversold - repaid, onHand: item.onHand + quantity - repaid };
};

export const received = (
  state: StockItemState,
  { receiptId, quantity }: DataOf<"StockReceived">,
  at: string,
): StockItemState => supplied(remembering(known(state, at), { kind: "receipt", id: receiptId, quantity }), quantity);

export const restocked = (
  state: StockItemState,
  { restockId, quantity }: DataOf<"StockRestocked">,
  at: string,
): StockItemState => supplied(remembering(known(state, at), { kind: "restock", id: restockId, quantity }), quantity);

export const adjusted = (
  state: StockItemState,
  { adjustmentId, delta, oversold }: DataOf<"StockAdjusted">,
  at: string,
): StockItemState => {
  const item = remembering(known(state, at), { kind: "adjustment", id: adjustmentId, quantity: delta });
  if (delta > 0) return supplied(item, delta);
  if (item.onHand + delta + oversold < item.reserved) return state;
  return { ...item, onHand: item.onHand + delta + oversold, oversold: item.oversold + oversold };
};

export const sharded = (state: StockItemState, { shards }: DataOf<"StockSharded">, at: string): StockItemState => ({
  ...known(state, at),
  status: "Sharded",
  shards,
  nextShard: 0,
});

export const allocated = (
  state: StockItemState,
  { allocations }: DataOf<"StockAllocated">,
  at: string,
): StockItemState => {
  if (state.status !== "Sharded") return state;
  const total = allocations.reduce((sum, { quantity }) => sum + quantity, 0);
  if (state.onHand - total < state.reserved) return state;
  return {
    ...state,
    onHand: state.onHand - total,
    nextShard: (state.nextShard + total) % state.shards,
    updatedAt: at,
  };
};

export const recalled = (
  state: StockItemState,
  { recallId, quantity }: DataOf<"StockRecalled">,
  at: string,
): StockItemState => {
  if (state.status === "Unknown" || state.onHand - quantity < state.reserved) return state;
  const item = remembering(known(state, at), { kind: "recall", id: recallId, quantity });
  return { ...item, onHand: item.onHand - quantity };
};
