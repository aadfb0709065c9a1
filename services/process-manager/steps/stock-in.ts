import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { StockQuantity, Task } from "../plan/task.ts";
import type { Run } from "../run.ts";
import type { StepParts } from "./ports.ts";

type Recall = Extract<Task, { kind: "recall" }>;
type BringBack = Extract<Task, { kind: "bringBack" }>;
type Allocate = Extract<Task, { kind: "allocate" }>;

/** Puts goods that came back on the shelf; the event that tells of them names the movement. */
export const restockItems = async (run: Run, items: readonly StockQuantity[]): Promise<void> => {
  for (const { sku, location, quantity } of items) {
    await run.drive("StockItem", stockStreamId(sku, location), {
      step: "restock",
      type: "RestockItems",
      data: { restockId: run.eventId, quantity },
    });
    hitFailpoint("pm-after-restock", run.streamId);
  }
};

/** Brings to each shard what its item gave up for it: until then those units are on nobody's books. */
export const allocateToShards = async (run: Run, { sku, location, allocations }: Allocate): Promise<void> => {
  for (const { shard, quantity } of allocations) {
    await run.drive("StockItem", stockStreamId(sku, location, shard), {
      step: "allocate",
      type: "ReceiveStock",
      data: { receiptId: run.eventId, quantity },
    });
    hitFailpoint("pm-after-allocate", run.streamId);
  }
};

/** Has shards give up what their item needs by now. */
export const recallStock = async (run: Run, task: Recall, { stock }: StepParts): Promise<void> =>
  task.from === "shard"
    ? stock.recallFromShard(run, task, task.shard)
    : stock.recallEverywhere(run, task, task.version);

/** Brings to an item what a shard gave up for it; what it does not need after all, it spreads over its shards again. */
export const bringBack = async (run: Run, { sku, location, quantity }: BringBack): Promise<void> => {
  await run.drive("StockItem", stockStreamId(sku, location), {
    step: "bring-back",
    type: "ReceiveStock",
    data: { receiptId: run.eventId, quantity },
  });
  hitFailpoint("pm-after-bring-back", run.streamId);
};
