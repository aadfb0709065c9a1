import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { parseStockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { openReservationOf } from "../../../actors/stock-item/state.ts";
import { allotStock, type TakenStock } from "../plan/allotment.ts";
import type { HeldReservation } from "../plan/task.ts";
import type { Run } from "../run.ts";
import { namedByContent } from "./ports.ts";

/** Others record holds of the same reservation now and then, but not every time. */
const maxAttempts = 5;

interface Taken {
  readonly orderId: string;
  readonly reservationId: string;
  readonly taken: readonly TakenStock[];
}

/**
 * Tells the order what is held for it under a reservation that it waits for.
 *
 * The order refuses it if it came to know of other holds meanwhile; it is then shared out anew. If the order does not wait
 * for the reservation any more, nothing is told: see `releaseUnknown`.
 */
export const recordReservation = async (run: Run, { orderId, reservationId, taken }: Taken): Promise<void> => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const { state: order } = await run.readOrder(orderId);
    if (order.status !== "Placed" || order.reservation?.reservationId !== reservationId) {
      await releaseUnknown(run, order, { orderId, reservationId, taken });
      return;
    }
    const data = { reservationId, lines: allotStock(order, taken) };
    const step = namedByContent("record-reservation", data);
    const { accepted } = await run.drive("Order", orderId, { step, type: "RecordReservation", data });
    if (accepted) return;
  }
  run.report(`the order refuses its reservation ${reservationId}`);
};

/**
 * Gives back what the order does not know to hold. Only as long as nothing can have left under the reservation: what was
 * dispatched is held no more, and yet is to be committed. An order that is being cancelled, and one that was amended,
 * release everything themselves; and whatever nobody released expires.
 */
const releaseUnknown = async (run: Run, order: OrderState, { orderId, reservationId, taken }: Taken): Promise<void> => {
  if (order.status !== "AwaitingCustomer" && order.status !== "Reserved" && order.status !== "Authorised") return;
  const known = new Set(
    order.holds.filter((hold) => hold.reservationId === reservationId).map(({ stockItemId }) => stockItemId),
  );
  for (const { stockItemId } of taken) {
    if (known.has(stockItemId)) continue;
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
  const { state: item } = await run.readStockItem(stockItemId);
  const open = item.status === "Unknown" ? undefined : openReservationOf(item, reservationId);
  // A reservation that has ended was released: the order is another one by now.
  if (stream === undefined || open === undefined) return;
  // Parts have left the reservation again, but it was filled with them too.
  const quantity = open.parts.reduce((sum, part) => sum + part.quantity, open.held);
  const { sku, location } = stream;
  await recordReservation(run, { orderId, reservationId, taken: [{ stockItemId, sku, location, quantity }] });
  hitFailpoint("pm-after-record", orderId);
};
