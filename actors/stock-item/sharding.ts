import type { DecisionContext } from "../kernel/aggregate.ts";
import { accept } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import { parseStockStreamId } from "../kernel/stream-id.ts";
import type { StockItemEvent } from "./events.ts";
import { movementOf } from "./receiving.ts";
import { refuse } from "./rejections.ts";
import { maxQuantity } from "./schemas.ts";
import type { RecallStock, ShardStock } from "./schemas.ts";
import { availableIn } from "./state.ts";
import type { ShardedItem, StockItemState } from "./state.ts";

/** Spreads an item over shards, which take turns of their own: more reservations a second than one item can take. */
export const shardStock = (
  { shards }: ShardStock,
  state: StockItemState,
  { streamId }: DecisionContext,
): Decision<StockItemEvent> => {
  if (parseStockStreamId(streamId)?.shard !== undefined) {
    return refuse("NotShardable", "This is a shard itself.");
  }
  if (state.status !== "Sharded") return accept({ type: "StockSharded", data: { shards } });
  return state.shards === shards
    ? accept()
    : refuse("AlreadySharded", `The item has ${state.shards} shards, and their number never changes.`);
};

/**
 * The available units of a sharded item, all of which go to its shards: as evenly as can be, and those that cannot be divided
 * to each shard in turn. A shard takes no more at a time than one receipt may bring.
 *
 * @returns no event if nothing is available.
 */
export const allocate = (item: ShardedItem): StockItemEvent[] => {
  const available = availableIn(item);
  if (available === 0) return [];
  const { shards, nextShard } = item;
  const each = Math.min(maxQuantity, Math.floor(available / shards));
  const over = each === maxQuantity ? 0 : available % shards;
  const allocations = Array.from({ length: shards }, (_, shard) => ({
    shard,
    quantity: each + ((shard - nextShard + shards) % shards < over ? 1 : 0),
  })).filter(({ quantity }) => quantity > 0);
  return [{ type: "StockAllocated", data: { allocations } }];
};

/** Takes units that nobody holds from a shard; no event if there are none, or if this recall has taken some. */
export const recallStock = (
  { recallId, quantity }: RecallStock,
  state: StockItemState,
  { streamId }: DecisionContext,
): Decision<StockItemEvent> => {
  if (parseStockStreamId(streamId)?.shard === undefined) {
    return refuse("NotRecallable", "This is no shard: its units are where they are needed.");
  }
  if (state.status === "Unknown" || movementOf(state, "recall", recallId) !== undefined) return accept();
  const recalled = Math.min(quantity, availableIn(state));
  return recalled === 0 ? accept() : accept({ type: "StockRecalled", data: { recallId, quantity: recalled } });
};
