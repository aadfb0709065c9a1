import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import { holdsReservation, type StockQuantity } from "../plan.ts";
import type { Run } from "../run.ts";
import { releaseStock } from "./release.ts";

interface Shortfall {
  readonly sku: string;
  readonly location: string;
  readonly requested: number;
  readonly available: number;
}

/** What all items could give: taken until the first that could not, from then on only looked at. */
const takeStock = async (
  run: Run,
  items: readonly StockQuantity[],
): Promise<{ taken: StockQuantity[]; short: Shortfall[] }> => {
  const taken: StockQuantity[] = [];
  const short: Shortfall[] = [];
  for (const item of items) {
    const { sku, location, quantity } = item;
    if (short.length === 0) {
      const reserved = await run.drive("StockItem", stockStreamId(sku, location), {
        step: "reserve",
        type: "ReserveStock",
        data: { reservationId: run.orderId, quantity },
      });
      hitFailpoint("pm-after-reserve", run.orderId);
      if (reserved.accepted && !reserved.eventTypes.includes("ReservationDenied")) {
        taken.push(item);
      } else {
        short.push({ sku, location, requested: quantity, available: await run.readAvailable(item) });
      }
    } else {
      const available = await run.readAvailable(item);
      if (available < quantity) short.push({ sku, location, requested: quantity, available });
    }
  }
  return { taken, short };
};

/**
 * Reserves the stock of the whole order, or none of it.
 *
 * What was decided is recorded with the order first. A shortage recorded there has the stock released that was taken, by
 * the run of its own event. If the order refuses the record, it went another way meanwhile: unless it holds this very
 * reservation, the stock goes back now.
 */
export const reserveStock = async (run: Run, items: readonly StockQuantity[]): Promise<void> => {
  const { taken, short } = await takeStock(run, items);
  hitFailpoint("pm-before-record", run.orderId);
  const recorded =
    short.length === 0
      ? await run.drive("Order", run.orderId, {
          step: "record-reservation",
          type: "RecordReservation",
          data: { reservationId: run.orderId },
        })
      : await run.drive("Order", run.orderId, {
          step: "record-shortage",
          type: "RecordShortage",
          data: { reserved: taken, short },
        });
  hitFailpoint("pm-after-record", run.orderId);
  if (!recorded.accepted && !holdsReservation(await run.readOrder())) await releaseStock(run, taken);
};
