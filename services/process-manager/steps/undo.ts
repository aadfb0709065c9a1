import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { unreachable } from "../../../actors/kernel/decision.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { Task } from "../plan/task.ts";
import type { Run } from "../run.ts";
import type { StepParts } from "./ports.ts";
import { releaseReservations } from "./release.ts";
import { recordVoid, voidAtProvider } from "./void.ts";

type Undo = Extract<Task, { kind: "undo" }>;

/** Whether the provider holds nothing for the order any more, and will not. */
const voidMoney = async (run: Run, { orderId, money }: Undo): Promise<boolean> => {
  switch (money.kind) {
    case "none":
      return true;
    case "asked":
      // Without naming a request: one that is still on its way, or of an earlier attempt, is refused too.
      return voidAtProvider(run, { orderId });
    case "authorised": {
      const voided = await voidAtProvider(run, { orderId });
      if (voided) await recordVoid(run, orderId, money.authorisationId);
      return voided;
    }
    default:
      return unreachable(money);
  }
};

/**
 * Gives back the stock and then the money, records both, and only then completes the cancel. An order that still holds
 * something is not asked to complete it, since it would refuse this very step for ever; the watchdog comes back to it.
 */
export const undoOrder = async (run: Run, task: Undo, parts: StepParts): Promise<void> => {
  const { orderId, reservations, heldIds } = task;
  await releaseReservations(run, orderId, reservations, parts);
  for (const reservationId of heldIds) {
    await run.drive("Order", orderId, {
      step: `record-release-${roundOf(reservationId)}`,
      type: "ReleaseReservation",
      data: { reservationId },
    });
    hitFailpoint("pm-after-record", orderId);
  }
  if (!(await voidMoney(run, task))) return;
  await run.drive("Order", orderId, { step: "complete-cancel", type: "CompleteCancel", data: {} });
  hitFailpoint("pm-after-complete", orderId);
};
