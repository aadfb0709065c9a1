import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { parseStockStreamId } from "../../../actors/kernel/stream-id.ts";
import { allotStock, type AllottedLine, type TakenStock } from "../plan/allotment.ts";
import { isAwaited } from "../plan/reservation.ts";
import type { HeldReservation } from "../plan/task.ts";
import type { Run } from "../run.ts";
import { keptUnits, openReservationAt } from "../stock/reserved-stock.ts";
import { namedByContent } from "./ports.ts";
import { settleReservation } from "./settle.ts";

/** Others record holds of the same reservation now and then, but not every time. */
const maxAttempts = 5;

interface Taken {
  readonly orderId: string;
  readonly reservationId: string;
  readonly taken: readonly TakenStock[];
}

/** What the order made of what it was told: it did not want to know, if it does not wait for the reservation any more. */
type Told = "recorded" | "notWanted" | "refused";

/** The stock items that hold more than the order counts on. */
const withExcess = (taken: readonly TakenStock[], lines: readonly AllottedLine[]): string[] => {
  const holds = lines.flatMap((line) => line.holds);
  return taken
    .filter(({ stockItemId, held }) => {
      const counted = holds.filter((hold) => hold.stockItemId === stockItemId);
      return held > counted.reduce((sum, { quantity }) => sum + quantity, 0);
    })
    .map(({ stockItemId }) => stockItemId);
};

/**
 * Tells the order what is held for it under a reservation that it waits for; what it does not count on then is given back.
 *
 * It is told to exactly the order that was looked at, so that of several runs which took other units for it only one is heard
 * if that is enough. If the order does not wait for the reservation any more, nothing is told.
 */
export const recordReservation = async (run: Run, { orderId, reservationId, taken }: Taken): Promise<Told> => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const { state: order, version } = await run.readOrder(orderId);
    if (!isAwaited(order, reservationId)) {
      const everywhere = taken.map(({ stockItemId }) => stockItemId);
      await settleReservation(run, { orderId, reservationId }, everywhere);
      return "notWanted";
    }
    const data = { reservationId, lines: allotStock(order, taken) };
    const step = namedByContent("record-reservation", data);
    const recording = { step, type: "RecordReservation", data, expectedVersion: version };
    const { accepted } = await run.drive("Order", orderId, recording);
    if (!accepted) continue;
    hitFailpoint("pm-before-settle", orderId);
    await settleReservation(run, { orderId, reservationId }, withExcess(taken, data.lines));
    return "recorded";
  }
  return "refused";
};

/** Tells the order what a stock item that it waited for has come to hold. */
export const recordFilled = async (run: Run, orderId: string, held: HeldReservation): Promise<void> => {
  const { reservationId, stockItemId } = held;
  const stream = parseStockStreamId(stockItemId);
  const open = await openReservationAt(run, stockItemId, reservationId);
  // A reservation that has ended was released: the order is another one by now.
  if (stream === undefined || open === undefined) return;
  // Parts have left the reservation again, but it was filled with them too.
  const quantity = keptUnits(open);
  const { sku, location } = stream;
  const taken = [{ stockItemId, sku, location, quantity, held: quantity }];
  // Refused, it is only reported: the stock item's other events are for other orders.
  if ((await recordReservation(run, { orderId, reservationId, taken })) === "refused")
    run.report(`the order refuses its reservation ${reservationId}`);
  hitFailpoint("pm-after-record", orderId);
};
