import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import type { HeldReservation, Task } from "../plan/task.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { Run } from "../run.ts";
import { namedByContent } from "./ports.ts";

type Confirm = Extract<Task, { kind: "confirm" }>;
type Fulfil = Extract<Task, { kind: "fulfil" }>;

/**
 * Keeps reservations from expiring.
 *
 * @returns the first that has ended already, with the reason
 */
const confirmAll = async (
  run: Run,
  orderId: string,
  holds: readonly HeldReservation[],
): Promise<{ readonly reservationId: string; readonly reason: string } | undefined> => {
  for (const { reservationId, stockItemId } of holds) {
    const confirmed = await run.drive("StockItem", stockItemId, {
      step: `confirm-${roundOf(reservationId)}`,
      type: "ConfirmReservation",
      data: { reservationId },
    });
    hitFailpoint("pm-after-confirm", orderId);
    if (!confirmed.accepted) return { reservationId, reason: `${stockItemId}: ${confirmed.message}`.slice(0, 500) };
  }
  return undefined;
};

/** Confirms what is held; if some of it is gone, the order is rejected, which gives back the rest and the money. */
export const confirmStock = async (run: Run, { orderId, holds }: Omit<Confirm, "kind">): Promise<boolean> => {
  const gone = await confirmAll(run, orderId, holds);
  if (gone === undefined) return true;
  // Refused, the order is being cancelled anyway: it is not planned before this, so nothing of it was packed.
  await run.drive("Order", orderId, { step: "reject-reservation", type: "RejectReservation", data: gone });
  hitFailpoint("pm-after-record", orderId);
  return false;
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
