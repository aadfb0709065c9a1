import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import type { VoidRequest } from "../payment/payment-provider.ts";
import type { Task } from "../plan/task.ts";
import type { Run } from "../run.ts";

type VoidRest = Extract<Task, { kind: "voidRest" }>;
type VoidLate = Extract<Task, { kind: "voidLate" }>;

/**
 * Has the provider let go of money.
 *
 * @returns whether it did; if it declines, the money may still be held, and that is reported
 */
export const voidAtProvider = async (run: Run, request: VoidRequest): Promise<boolean> => {
  const result = await run.pay(async (payments) => payments.void(request));
  hitFailpoint("pm-after-void", request.orderId);
  if (result.status === "voided") return true;
  run.report(`the void of ${request.authorisationId ?? "every authorisation"} was declined: ${result.code}`);
  return false;
};

/** Records with the order that its authorisation was let go of. */
export const recordVoid = async (run: Run, orderId: string, authorisationId: string): Promise<void> => {
  await run.drive("Order", orderId, {
    step: "record-void",
    type: "VoidAuthorisation",
    data: { authorisationId },
  });
  hitFailpoint("pm-after-record", orderId);
};

/** Lets go of what a complete order did not use of its authorisation. */
export const voidRest = async (run: Run, { orderId, authorisationId }: VoidRest): Promise<void> => {
  if (await voidAtProvider(run, { orderId, authorisationId })) await recordVoid(run, orderId, authorisationId);
};

/** Lets go of an authorisation that its order has no use for. */
export const voidLate = async (run: Run, { orderId, authorisationId }: VoidLate): Promise<void> => {
  await voidAtProvider(run, authorisationId === undefined ? { orderId } : { orderId, authorisationId });
};
