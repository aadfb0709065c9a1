import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { Task } from "../plan/task.ts";
import type { Run } from "../run.ts";
import type { StepParts } from "./ports.ts";

type TakeSold = Extract<Task, { kind: "takeSold" }>;

/**
 * Takes goods that were sold over the counter out of stock. They are gone, so what is not there, or is reserved for others,
 * is owed: the next goods repay it.
 */
export const takeSold = async (run: Run, { saleId, items }: TakeSold, { stock }: StepParts): Promise<void> => {
  const reservationId = `${saleId}~s1`;
  for (const { sku, location, quantity } of items) {
    const { holds, missing } = await stock.reserve(run, {
      orderId: saleId,
      reservationId,
      sku,
      location,
      quantity,
      mode: "partial",
    });
    hitFailpoint("pm-after-reserve", saleId);
    for (const { stockItemId, quantity: held } of holds) {
      await run.drive("StockItem", stockItemId, {
        step: "commit-s1",
        type: "CommitStock",
        data: { reservationId, commitId: "sale", quantity: held },
      });
      hitFailpoint("pm-after-commit", saleId);
    }
    if (missing === 0) continue;
    await run.drive("StockItem", stockStreamId(sku, location), {
      step: "adjust",
      type: "AdjustStock",
      data: { adjustmentId: run.eventId, delta: -missing, reason: "sale", mayOversell: true },
    });
    hitFailpoint("pm-after-adjust", saleId);
  }
};
