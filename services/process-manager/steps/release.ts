import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { HeldUnits, StockReservation } from "../plan/task.ts";
import type { Run } from "../run.ts";
import type { StepParts } from "./ports.ts";

/**
 * Ends reservations at their stock items and all shards of those. Where one did not arrive yet, it is refused when it does,
 * also by an item of which nothing was received before.
 */
export const releaseReservations = async (
  run: Run,
  orderId: string,
  reservations: readonly StockReservation[],
  { stock }: StepParts,
): Promise<void> => {
  for (const reservation of reservations) {
    await stock.release(run, reservation);
    hitFailpoint("pm-after-release", orderId);
  }
};

/** Gives units back. A reservation that has ended holds none, and a part of it changes nothing. */
export const releaseParts = async (run: Run, orderId: string, parts: readonly HeldUnits[]): Promise<void> => {
  // The version of the event tells releases of one reservation apart.
  const releaseId = `v${run.eventVersion}`;
  for (const { reservationId, stockItemId, quantity } of parts) {
    await run.drive("StockItem", stockItemId, {
      step: `release-part-${roundOf(reservationId)}`,
      type: "ReleaseStock",
      data: { reservationId, part: { releaseId, quantity } },
    });
    hitFailpoint("pm-after-release", orderId);
  }
};
