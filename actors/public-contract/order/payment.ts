import { z } from "zod";
import { paymentEventHistories as stored } from "../../order/events/payment.ts";
import { amountMinor, id, text } from "../fields.ts";
import { published, shape } from "../public-event.ts";

const attempt = z.int().min(1).describe("1 for the first try to authorise this order.");

const captureAttempt = z.int().min(1).nullable().describe("1 for the first try to capture it; null in old events.");

/** What is public of the order's payment, but for refunds. */
export const publicPaymentEvents = {
  AuthorisationRequested: published(stored.AuthorisationRequested, "Money for the order is to be set aside.", {
    1: shape({ requestId: id, attempt, amountMinor }, (data) => data),
  }),
  PaymentAuthorised: published(stored.PaymentAuthorised, "Money for the order is set aside.", {
    1: shape({ authorisationId: id, amountMinor }, (data) => data),
  }),
  PaymentDeclined: published(stored.PaymentDeclined, "Money for the order was not set aside.", {
    1: shape({ requestId: id.nullable(), attempt, code: text, retryable: z.boolean() }, (data) => data),
  }),
  CaptureRequested: published(stored.CaptureRequested, "The money for a shipment is to be taken.", {
    1: shape({ shipmentId: id, attempt: captureAttempt, amountMinor }, (data) => data),
  }),
  CaptureDeclined: published(stored.CaptureDeclined, "The money for a shipment was not taken.", {
    1: shape({ shipmentId: id, code: text }, (data) => data),
  }),
  CaptureWaived: published(stored.CaptureWaived, "The money for a shipment is not to be taken any more.", {
    1: shape({ shipmentId: id, reason: text }, (data) => data),
  }),
  PaymentCaptured: published(stored.PaymentCaptured, "The money for a shipment was taken.", {
    1: shape({ shipmentId: id, captureId: id, amountMinor }, (data) => data),
  }),
  AuthorisationVoided: published(stored.AuthorisationVoided, "Money that was set aside is free again.", {
    1: shape({ authorisationId: id, amountMinor }, (data) => data),
  }),
} as const;
