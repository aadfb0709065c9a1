import { z } from "zod";
import { storedAs } from "../../kernel/upcasting.ts";
import { minorUnits } from "./shapes.ts";

const captureRequested1 = z.strictObject({ shipmentId: z.string(), amountMinor: minorUnits });
const captureRequested2 = captureRequested1.extend({
  /** Null of version 1, which did not tell attempts apart. */
  attempt: z.int().min(1).nullable(),
});

const captured1 = z.strictObject({ shipmentId: z.string(), amountMinor: minorUnits });
const captured2 = captured1.extend({ captureId: z.string() });

/** What the money of the order goes through, but for refunds. */
export const paymentEventHistories = {
  AuthorisationRequested: storedAs(
    "AuthorisationRequested",
    z.strictObject({ requestId: z.string(), attempt: z.int().min(1), amountMinor: minorUnits }),
  ),
  PaymentAuthorised: storedAs(
    "PaymentAuthorised",
    z.strictObject({ authorisationId: z.string(), amountMinor: minorUnits }),
  ),
  PaymentDeclined: storedAs(
    "PaymentDeclined",
    z.strictObject({
      /** Null if nobody told which request was declined. */
      requestId: z.string().nullable(),
      attempt: z.int().min(1),
      code: z.string(),
      retryable: z.boolean(),
    }),
  ),
  CaptureRequested: storedAs("CaptureRequested", captureRequested1).thenStoredAs(captureRequested2, (request) => ({
    ...request,
    attempt: null,
  })),
  CaptureDeclined: storedAs("CaptureDeclined", z.strictObject({ shipmentId: z.string(), code: z.string() })),
  CaptureWaived: storedAs("CaptureWaived", z.strictObject({ shipmentId: z.string(), reason: z.string() })),
  PaymentCaptured: storedAs("PaymentCaptured", captured1).thenStoredAs(captured2, ({ shipmentId, amountMinor }) => ({
    shipmentId,
    // A shipment was captured by its own dispatch, once, and the capture had no other name.
    captureId: shipmentId,
    amountMinor,
  })),
  AuthorisationVoided: storedAs(
    "AuthorisationVoided",
    z.strictObject({ authorisationId: z.string(), amountMinor: minorUnits }),
  ),
} as const;
