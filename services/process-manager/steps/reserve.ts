import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import type { TakenStock } from "../plan/allotment.ts";
import type { Task } from "../plan/task.ts";
import type { Run } from "../run.ts";
import { confirmStock } from "./confirm.ts";
import type { StepParts } from "./ports.ts";
import { recordReservation } from "./record-reservation.ts";

type Reserve = Extract<Task, { kind: "reserve" }>;

/**
 * Reserves what is there of each stock item, and then tells the order what that was; the order decides what follows.
 *
 * Whatever is taken expires by itself until the order has it, and has paid for it or waits for the rest. So if nobody comes to record it, or the
 * order has become another one meanwhile, it goes back on its own, or with the release that the order's next event causes.
 */
export const reserveStock = async (run: Run, task: Reserve, parts: StepParts): Promise<void> => {
  const { orderId, reservationId, backorder, channel } = task;
  let { sparePlaces } = task;
  const ttlMs = backorder ? parts.backorderTtlMs : parts.reservationTtlMs(channel);
  // From the event on, not from now: asked again under the same settings, it is the same request.
  const expiresAt = new Date(Date.parse(run.at) + ttlMs).toISOString();
  const taken: TakenStock[] = [];
  for (const { sku, location, quantity } of task.items) {
    const { holds } = await parts.stock.reserve(run, {
      orderId,
      reservationId,
      sku,
      location,
      quantity,
      mode: backorder ? "backorder" : "partial",
      expiresAt,
      places: 1 + sparePlaces,
    });
    sparePlaces -= Math.max(0, holds.length - 1);
    taken.push(...holds.map((hold) => ({ ...hold, sku, location })));
    hitFailpoint("pm-after-reserve", orderId);
  }
  hitFailpoint("pm-before-record", orderId);
  const told = await recordReservation(run, { orderId, reservationId, taken });
  hitFailpoint("pm-after-record", orderId);
  // An order that waits for the rest keeps what it has: it would expire meanwhile.
  if (told === "recorded" && backorder) {
    const holds = taken.map(({ stockItemId, quantity }) => ({ reservationId, stockItemId, quantity }));
    await confirmStock(run, { orderId, holds });
  }
};
