import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { StockQuantity } from "../plan.ts";
import type { Run } from "../run.ts";

/**
 * Ends the order's reservation at each stock item. Where it did not arrive yet, it is refused when it does, also by an item
 * of which nothing was received before.
 */
export const releaseStock = async (run: Run, items: readonly StockQuantity[]): Promise<void> => {
  for (const { sku, location } of items) {
    await run.drive("StockItem", stockStreamId(sku, location), {
      step: "release",
      type: "ReleaseStock",
      data: { reservationId: run.orderId },
    });
    hitFailpoint("pm-after-release", run.orderId);
  }
};
