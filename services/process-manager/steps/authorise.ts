import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import type { Run } from "../run.ts";

/** Authorises the order's total, and gives it back if the order was cancelled meanwhile. */
export const authorisePayment = async (
  run: Run,
  { amountMinor, currency }: { readonly amountMinor: number; readonly currency: string },
): Promise<void> => {
  const { orderId } = run;
  const { authorisationId } = await run.pay(async (payments) => payments.authorise({ orderId, amountMinor, currency }));
  hitFailpoint("pm-after-authorise", orderId);
  const recorded = await run.drive("Order", orderId, {
    step: "record-authorisation",
    type: "RecordAuthorisation",
    data: { authorisationId, amountMinor },
  });
  hitFailpoint("pm-after-record", orderId);
  if (recorded.accepted) return;
  const { status } = await run.readOrder();
  if (status === "Cancelling" || status === "Cancelled") await run.pay(async (payments) => payments.void({ orderId }));
};
