import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import { maxQuantity } from "../../../actors/stock-item/schemas.ts";
import { availableIn, neededUnits } from "../../../actors/stock-item/state.ts";
import { concurrently } from "../../platform/change-feed/waiting.ts";
import type { Run } from "../run.ts";
import type { ShardKnowledge } from "./shard-knowledge.ts";
import { looksAtOnce, shardIds, type ItemName } from "./sharded-stock.ts";

/** Takes up to so many units from a shard; gives how many. Its event brings them to the item. */
const recallFrom = async (run: Run, shardId: string, needed: number): Promise<number> => {
  const quantity = Math.min(needed, maxQuantity);
  const driven = await run.drive("StockItem", shardId, {
    // Asked for another quantity, it is another command; the shard still takes it for the same recall.
    step: `recall-${quantity}`,
    type: "RecallStock",
    data: { recallId: run.eventId, quantity },
  });
  hitFailpoint("pm-after-recall", shardId);
  const [recalled] = driven.accepted ? driven.events : [];
  if (recalled === undefined) return 0;
  const event = await run.readStockItemEvent(shardId, recalled.version);
  return event.type === "StockRecalled" ? event.data.quantity : 0;
};

/**
 * Searches all shards for what their item needs by now, in the order of their numbers. Looking comes first: it writes nothing,
 * and mostly they have nothing. One search serves all that the item needed when it was looked at, so that many orders that begin to
 * wait at once do not cause as many.
 */
export const recallEverywhere = async (
  run: Run,
  item: ItemName,
  version: number,
  knowledge: ShardKnowledge,
): Promise<void> => {
  const rootId = stockStreamId(item.sku, item.location);
  if (knowledge.isSearched(rootId, version)) return;
  const { state: root, version: seenVersion } = await run.readStockItem(rootId);
  let needed = root.status === "Sharded" ? neededUnits(root) : 0;
  if (root.status === "Sharded" && needed > 0) {
    const ids = shardIds(item, root.shards);
    const supplied = new Set<string>();
    await concurrently(ids, looksAtOnce, async (shardId) => {
      const { state: shard } = await run.readStockItem(shardId);
      if (shard.status !== "Unknown" && availableIn(shard) > 0) supplied.add(shardId);
    });
    for (const shardId of ids.filter((id) => supplied.has(id))) {
      if (needed > 0) needed -= await recallFrom(run, shardId, needed);
    }
  }
  knowledge.learnSearched(rootId, seenVersion);
};

/** Takes from a shard, which has come to have units, what its item needs by now: mostly nothing, which is one look. */
export const recallFromShard = async (run: Run, item: ItemName, shard: number): Promise<void> => {
  const { state: root } = await run.readStockItem(stockStreamId(item.sku, item.location));
  const needed = root.status === "Sharded" ? neededUnits(root) : 0;
  if (needed > 0) await recallFrom(run, stockStreamId(item.sku, item.location, shard), needed);
};
