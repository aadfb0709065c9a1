import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { StepLeft } from "../attempts.ts";
import type { HeldReservation, Task } from "../plan/task.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { Run } from "../run.ts";
import { namedByContent } from "./ports.ts";
import { settleHold } from "./settle.ts";

type Confirm = Extract<Task, { kind: "confirm" }>;
type Fulfil = Extract<Task, { kind: "fulfil" }>;

/** Others change the order while it is being rejected now and then, but not every time. */
const maxAttempts = 5;

/**
 * Rejects an order that counts on stock that has ended, which gives back the rest and the money. An order that does not has
 * given those units up itself, be it since the run began.
 *
 * @returns whether the order is given up, or goes on although it counts on them: there is nothing left to be confirmed
 */
const rejectIfLost = async (
  run: Run,
  orderId: string,
  { reservationId, stockItemId }: HeldReservation,
  message: string,
): Promise<boolean> => {
  const data = { reservationId, reason: `${stockItemId}: ${message}`.slice(0, 500) };
  const step = namedByContent("reject-reservation", data);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const { state: order, version } = await run.readOrder(orderId);
    const isHeld =
      "holds" in order &&
      order.holds.some((hold) => hold.reservationId === reservationId && hold.stockItemId === stockItemId);
    if (!isHeld) return false;
    const rejected = await run.drive("Order", orderId, {
      step,
      type: "RejectReservation",
      data,
      expectedVersion: version,
    });
    hitFailpoint("pm-after-record", orderId);
    if (rejected.accepted || rejected.code !== "VersionConflict") return true;
  }
  throw new StepLeft(`${orderId} goes on changing while ${stockItemId} has ended its reservation`);
};

/**
 * Keeps what is held from expiring.
 *
 * @returns false if the order lost some of it, and is given up
 */
export const confirmStock = async (run: Run, { orderId, holds }: Omit<Confirm, "kind">): Promise<boolean> => {
  for (const held of holds) {
    const { reservationId, stockItemId } = held;
    // What is confirmed does not expire, so nothing may be left in it that nobody counts on.
    await settleHold(run, orderId, held);
    const confirmed = await run.drive("StockItem", stockItemId, {
      step: `confirm-${roundOf(reservationId)}`,
      type: "ConfirmReservation",
      data: { reservationId },
    });
    hitFailpoint("pm-after-confirm", orderId);
    if (!confirmed.accepted && (await rejectIfLost(run, orderId, held, confirmed.message))) return false;
  }
  return true;
};

/**
 * Confirms what is held and plans where it is picked and packed.
 *
 * A plan is refused if lines were cancelled since the order was looked at; the event of that cancel then makes the plan.
 */
export const fulfilOrder = async (run: Run, { orderId, holds, fulfilments }: Fulfil): Promise<void> => {
  if (!(await confirmStock(run, { orderId, holds }))) return;
  const data = { fulfilments };
  const step = namedByContent("plan-fulfilment", data);
  await run.drive("Order", orderId, { step, type: "PlanFulfilment", data });
  hitFailpoint("pm-after-plan", orderId);
};
