import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { unreachable } from "../../../actors/kernel/decision.ts";
import type { Declined } from "../payment/payment-provider.ts";
import type { Task } from "../plan/task.ts";
import type { Run } from "../run.ts";

type Authorise = Extract<Task, { kind: "authorise" }>;
type Capture = Extract<Task, { kind: "capture" }>;
type Refund = Extract<Task, { kind: "refund" }>;

/** Has the order ask for its payment; refused, it has asked already. */
export const requestPayment = async (run: Run, orderId: string): Promise<void> => {
  await run.drive("Order", orderId, { step: "request-payment", type: "RequestAuthorisation", data: {} });
  hitFailpoint("pm-after-record", orderId);
};

/** Records what the provider declined: the request for an authorisation, or the capture of a shipment. */
const recordDecline = async (
  run: Run,
  orderId: string,
  { code, retryable }: Declined,
  of: { readonly requestId: string; readonly shipmentId?: string },
): Promise<void> => {
  const data = { code, retryable, ...of };
  await run.drive("Order", orderId, { step: "record-decline", type: "RecordPaymentFailure", data });
  hitFailpoint("pm-after-record", orderId);
};

/**
 * Asks for the authorisation that the order waits for, and records the answer. A pending one comes as a message, or is
 * asked for again by the watchdog.
 */
export const authorisePayment = async (run: Run, task: Authorise): Promise<void> => {
  const { orderId, requestId, amountMinor, currency } = task;
  // Nothing to pay is authorised by nobody, under the name of the request itself.
  const result =
    amountMinor === 0
      ? { status: "authorised" as const, authorisationId: requestId.slice(-128) }
      : await run.pay(async (payments) => payments.authorise({ requestId, orderId, amountMinor, currency }));
  hitFailpoint("pm-after-authorise", orderId);
  switch (result.status) {
    case "pending":
      return;
    case "declined":
      return recordDecline(run, orderId, result, { requestId });
    case "authorised":
      return recordAuthorisation(run, task, result.authorisationId);
    default:
      return unreachable(result);
  }
};

/**
 * An order that is over or being cancelled ignores the authorisation, and the event of that has it voided. An order that
 * refuses it has another one, or asks for another amount by now: this one would hold the customer's money for nothing.
 */
const recordAuthorisation = async (run: Run, task: Authorise, authorisationId: string): Promise<void> => {
  const { orderId, requestId, amountMinor } = task;
  const recorded = await run.drive("Order", orderId, {
    step: "record-authorisation",
    type: "RecordAuthorisation",
    data: { authorisationId, amountMinor, requestId },
  });
  hitFailpoint("pm-after-record", orderId);
  if (recorded.accepted || amountMinor === 0) return;
  const { state: order } = await run.readOrder(orderId);
  const isItsOwn =
    "payment" in order && order.payment.status === "authorised" && order.payment.authorisationId === authorisationId;
  if (isItsOwn) return;
  await run.pay(async (payments) => payments.void({ orderId, requestId, authorisationId }));
  hitFailpoint("pm-after-void", orderId);
};

/** Captures a packed shipment, and records the answer. */
export const capturePayment = async (run: Run, task: Capture): Promise<void> => {
  const { orderId, authorisationId, shipmentId, amountMinor, currency } = task;
  const requestId = task.requestId ?? run.eventId;
  const request = { requestId, orderId, authorisationId, shipmentId, amountMinor, currency };
  const result = await run.pay(async (payments) => payments.capture(request));
  hitFailpoint("pm-after-capture", orderId);
  switch (result.status) {
    case "pending":
      return;
    case "declined":
      return recordDecline(run, orderId, result, { requestId, shipmentId });
    case "captured": {
      const { captureId } = result;
      // Refused, the money was taken for a shipment that exists, so it stays taken: the order goes on waiting, and people look at it.
      await run.drive("Order", orderId, {
        step: "record-capture",
        type: "RecordCapture",
        data: { shipmentId, captureId, amountMinor },
      });
      hitFailpoint("pm-after-record", orderId);
      return;
    }
    default:
      return unreachable(result);
  }
};

/**
 * Gives money back. A provider that declines leaves the refund open: the customer is owed it, so it is asked for again, and
 * shown as stuck.
 */
export const refundPayment = async (run: Run, task: Refund): Promise<void> => {
  const { orderId, refundId, authorisationId, amountMinor, currency } = task;
  const result = await run.pay(async (payments) =>
    payments.refund({ refundId, orderId, authorisationId, amountMinor, currency }),
  );
  hitFailpoint("pm-after-refund", orderId);
  switch (result.status) {
    case "pending":
      return;
    case "declined":
      run.report(`refund ${refundId} was declined: ${result.code}`);
      return;
    case "refunded": {
      await run.drive("Order", orderId, {
        step: "record-refund",
        type: "RecordRefund",
        data: { refundId, amountMinor },
      });
      hitFailpoint("pm-after-record", orderId);
      return;
    }
    default:
      return unreachable(result);
  }
};
