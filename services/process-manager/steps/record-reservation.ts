import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { parseStockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { unitsGiven } from "../../../actors/stock-item/state.ts";
import { allotStock, type TakenStock } from "../plan/allotment.ts";
import type { HeldReservation } from "../plan/task.ts";
import type { Run } from "../run.ts";
import { openReservationAt } from "../stock/reserved-stock.ts";
import { namedByContent } from "./ports.ts";

/** Others record holds of the same reservation now and then, but not every time. */
const maxAttempts = 5;

interface Taken {
  readonly orderId: string;
  readonly reservationId: string;
  readonly taken: readonly TakenStock[];
}

/** What the order made of what it was told: it did not want to know, if it does not wait for the reservation any more. */
type Told = "recorded" | "notWanted" | "refused";

/**
 * Tells the order what is held for it under a reservation that it waits for.
 *
 * The order refuses it if it came to know of other holds meanwhile; it is then shared out anew. If the order does not wait
 * for the reservation any more, nothing is told: see `releaseUnknown`.
 */
export const recordReservation = async (run: Run, { orderId, reservationId, taken }: Taken): Promise<Told> => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const { state: order } = await run.readOrder(orderId);
    if (order.status !== "Placed" || order.reservation?.reservationId !== reservationId) {
      await releaseUnknown(run, order, { orderId, reservationId, taken });
      return "notWanted";
    }
    const data = { reservationId, lines: allotStock(order, taken) };
    const step = namedByContent("record-reservation", data);
    const { accepted } = await run.drive("Order", orderId, { step, type: "RecordReservation", data });
    if (accepted) return "recorded";
  }
  return "refused";
};

/**
 * Gives back what the order does not know to hold, and has to, since whatever ended the order, or this reservation of it, may have
 * come before these units were taken. What it knew of and has sent is to be committed, although it holds it no more: that
 * was confirmed before, and so does not expire.
 */
const releaseUnknown = async (run: Run, order: OrderState, { orderId, reservationId, taken }: Taken): Promise<void> => {
  const holds = "holds" in order ? order.holds : [];
  const known = new Set(
    holds.filter((hold) => hold.reservationId === reservationId).map(({ stockItemId }) => stockItemId),
  );
  for (const { stockItemId } of taken) {
    if (known.has(stockItemId)) continue;
    const open = await openReservationAt(run, stockItemId, reservationId);
    if ((open?.expiresAt ?? null) === null) continue;
    await run.drive("StockItem", stockItemId, {
      step: "release-unknown",
      type: "ReleaseStock",
      data: { reservationId },
    });
    hitFailpoint("pm-after-release", orderId);
  }
};

/** Tells the order what a stock item that it waited for has come to hold. */
export const recordFilled = async (run: Run, orderId: string, held: HeldReservation): Promise<void> => {
  const { reservationId, stockItemId } = held;
  const stream = parseStockStreamId(stockItemId);
  const open = await openReservationAt(run, stockItemId, reservationId);
  // A reservation that has ended was released: the order is another one by now.
  if (stream === undefined || open === undefined) return;
  // Parts have left the reservation again, but it was filled with them too.
  const quantity = unitsGiven(open);
  const { sku, location } = stream;
  const taken = [{ stockItemId, sku, location, quantity }];
  // Refused, it is only reported: the stock item's other events are for other orders.
  if ((await recordReservation(run, { orderId, reservationId, taken })) === "refused")
    run.report(`the order refuses its reservation ${reservationId}`);
  hitFailpoint("pm-after-record", orderId);
};
