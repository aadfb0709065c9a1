import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import type { Plan } from "../plan.ts";
import type { Run } from "../run.ts";
import { releaseStock } from "./release.ts";

type Undo = Extract<Plan, { kind: "undo" }>;

/** Gives back stock and authorisation, and only then completes the cancel. */
export const undoOrder = async (run: Run, { items, mayBeAuthorised }: Undo): Promise<void> => {
  const { orderId } = run;
  await releaseStock(run, items);
  if (mayBeAuthorised) await run.pay(async (payments) => payments.void({ orderId }));
  hitFailpoint("pm-after-void", orderId);
  await run.drive("Order", orderId, { step: "complete-cancel", type: "CompleteCancel", data: {} });
  hitFailpoint("pm-after-record", orderId);
};
