import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { parseStockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import type { OpenReservation } from "../../../actors/stock-item/state.ts";
import { concurrently } from "../../platform/change-feed/waiting.ts";
import { isAwaited } from "../plan/reservation.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { HeldUnits, Task } from "../plan/task.ts";
import type { Run } from "../run.ts";
import { excessReleaseId, keptUnits, openReservationAt } from "../stock/reserved-stock.ts";
import { looksAtOnce } from "../stock/sharded-stock.ts";
import type { StepParts } from "./ports.ts";

type Settle = Extract<Task, { kind: "settle" }>;

/**
 * All that an order ever recorded under a reservation, by stock item: unlike what it holds, it does not shrink when units are
 * sent or cancelled. Undefined of an order of the first kind, which did not say where its units were.
 */
const recordedUnder = (
  events: readonly OrderEvent[],
  reservationId: string,
): ReadonlyMap<string, number> | undefined => {
  const recorded = new Map<string, number>();
  for (const { type, data } of events) {
    if (type !== "LinesReserved" || data.reservationId !== reservationId) continue;
    if (data.lines === "all") return undefined;
    for (const { stockItemId, quantity } of data.lines.flatMap(({ holds }) => holds))
      recorded.set(stockItemId, quantity + (recorded.get(stockItemId) ?? 0));
  }
  return recorded;
};

const releaseExcess = async (run: Run, stockItemId: string, open: OpenReservation, recorded: number): Promise<void> => {
  const { reservationId } = open;
  const excess = keptUnits(open) - recorded;
  if (excess <= 0 && recorded > 0) return;
  const releaseId = excessReleaseId(open);
  await run.drive("StockItem", stockItemId, {
    step: `settle-${roundOf(reservationId)}-${recorded === 0 ? "whole" : releaseId}`,
    type: "ReleaseStock",
    data: { reservationId, ...(recorded === 0 ? {} : { part: { releaseId, quantity: excess } }) },
  });
};

/**
 * Brings stock items down to what an order has recorded of its reservation there. Nothing is brought down before: as long as the
 * order waits for the reservation, another run may yet record what this one does not count on.
 *
 * What is to be given back follows from what was ever given and ever recorded, neither of which changes with what the order
 * does since. So whoever does this, and however late, it is the same release.
 */
export const settleReservation = async (
  run: Run,
  { orderId, reservationId }: { readonly orderId: string; readonly reservationId: string },
  stockItemIds: readonly string[],
): Promise<void> => {
  if (stockItemIds.length === 0) return;
  const { state: order, version } = await run.readOrder(orderId);
  if (isAwaited(order, reservationId)) return;
  let events: Promise<readonly OrderEvent[]> | undefined;
  await concurrently(stockItemIds, looksAtOnce, async (stockItemId) => {
    const open = await openReservationAt(run, stockItemId, reservationId);
    // Where parts are only counted, they do not tell any more what was given back. It was settled long before.
    if (open === undefined || open.countedParts > 0) return;
    events ??= run.readOrderEvents(orderId, version);
    const recorded = recordedUnder(await events, reservationId);
    if (recorded === undefined) return;
    await releaseExcess(run, stockItemId, open, recorded.get(stockItemId) ?? 0);
    hitFailpoint("pm-after-settle", orderId);
  });
};

/** Settles a reservation at an item and all its shards, wherever earlier runs may have taken something. */
export const settleEverywhere = async (
  run: Run,
  { orderId, reservationId, items }: Settle,
  { stock }: StepParts,
): Promise<void> => {
  for (const item of items) {
    await settleReservation(run, { orderId, reservationId }, await stock.streamsOf(run, item));
  }
};

/**
 * Settles what an order holds at a shard, if that has more for it. Only shards are asked by several runs for different
 * quantities.
 */
export const settleHold = async (run: Run, orderId: string, held: HeldUnits): Promise<void> => {
  const { reservationId, stockItemId, quantity } = held;
  if (parseStockStreamId(stockItemId)?.shard === undefined) return;
  const open = await openReservationAt(run, stockItemId, reservationId);
  if (open !== undefined && keptUnits(open) > quantity) {
    await settleReservation(run, { orderId, reservationId }, [stockItemId]);
  }
};
