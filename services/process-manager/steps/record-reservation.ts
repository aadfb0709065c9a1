import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { parseStockStreamId } from "../../../actors/kernel/stream-id.ts";
import { StepLeft } from "../attempts.ts";
import { allotStock, type AllottedLine, type TakenStock } from "../plan/allotment.ts";
import { isAwaited } from "../plan/reservation.ts";
import type { HeldReservation } from "../plan/task.ts";
import { refusalOf, type Run } from "../run.ts";
import { keptUnits, openReservationAt } from "../stock/reserved-stock.ts";
import { namedByContent } from "./ports.ts";
import { settleReservation } from "./settle.ts";

/**
 * Each line of an order may get what it waited for at the same time, of which one is recorded at a time. More than are handled at
 * once, in several processes, is not to be expected.
 */
const maxAttempts = 50;

interface Taken {
  readonly orderId: string;
  readonly reservationId: string;
  readonly taken: readonly TakenStock[];
}

/** What the order made of what it was told: it did not want to know, if it does not wait for the reservation any more. */
type Told = "recorded" | "notWanted";

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
 *
 * @throws StepLeft if the order refuses it
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
    const driven = await run.drive("Order", orderId, recording);
    if (!driven.accepted) {
      if (driven.code === "VersionConflict") continue;
      throw new StepLeft(`${orderId} refuses its reservation ${reservationId}: ${refusalOf(driven)}`);
    }
    hitFailpoint("pm-before-settle", orderId);
    await settleReservation(run, { orderId, reservationId }, withExcess(taken, data.lines));
    return "recorded";
  }
  throw new StepLeft(`${orderId} goes on changing while its reservation ${reservationId} is recorded`);
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
  await recordReservation(run, { orderId, reservationId, taken });
  hitFailpoint("pm-after-record", orderId);
};
