import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import type { Run } from "../run.ts";

/** Authorises the order's total, and gives it back if the order was cancelled meanwhile. */
export const authorisePayment = async (
  run: Run,
  { amountMinor, currency }: { readonly amountMinor: number; readonly currency: string },
): Promise<void> => {
  const { orderId } = run;
  const request = { requestId: `${orderId}~a1`, orderId, amountMinor, currency };
  const result = await run.pay(async (payments) => payments.authorise(request));
  hitFailpoint("pm-after-authorise", orderId);
  // Nothing is held, or nothing is known yet: the order stays as it is.
  if (result.status !== "authorised") return;
  const recorded = await run.drive("Order", orderId, {
    step: "record-authorisation",
    type: "RecordAuthorisation",
    data: { authorisationId: result.authorisationId, amountMinor },
  });
  hitFailpoint("pm-after-record", orderId);
  if (recorded) return;
  const { status } = await run.readOrder();
  if (status === "Cancelling" || status === "Cancelled") await run.pay(async (payments) => payments.void({ orderId }));
};
