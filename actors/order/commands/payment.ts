import { z } from "zod";
import { amountMinor, reference, text } from "../../kernel/fields.ts";
import { commandOf } from "../../kernel/parse-command.ts";
import { paymentRequestId, reason } from "./fields.ts";

/** What becomes of the money of the order, but for refunds, as far as anyone may send it. */
export const paymentCommandSchemas = {
  RequestAuthorisation: z.strictObject({}),
  RecordAuthorisation: z.strictObject({
    authorisationId: reference,
    amountMinor,
    requestId: paymentRequestId.optional(),
  }),
  RecordPaymentFailure: z.strictObject({
    code: text(64),
    retryable: z.boolean(),
    requestId: paymentRequestId.optional(),
    shipmentId: reference.optional(),
  }),
  RequestCapture: z.strictObject({ shipmentId: reference }),
  RecordCapture: z.strictObject({ shipmentId: reference, captureId: reference, amountMinor }),
  WaiveCapture: z.strictObject({ shipmentId: reference, reason }),
} as const;

export const paymentProcessCommandSchemas = {
  VoidAuthorisation: z.strictObject({ authorisationId: reference }),
} as const;

const requestAuthorisation = paymentCommandSchemas.RequestAuthorisation.transform(() => ({
  type: "RequestAuthorisation" as const,
}));
const recordAuthorisation = commandOf("RecordAuthorisation", paymentCommandSchemas.RecordAuthorisation);
const recordPaymentFailure = commandOf("RecordPaymentFailure", paymentCommandSchemas.RecordPaymentFailure);
const requestCapture = commandOf("RequestCapture", paymentCommandSchemas.RequestCapture);
const recordCapture = commandOf("RecordCapture", paymentCommandSchemas.RecordCapture);
const waiveCapture = commandOf("WaiveCapture", paymentCommandSchemas.WaiveCapture);
const voidAuthorisation = commandOf("VoidAuthorisation", paymentProcessCommandSchemas.VoidAuthorisation);

export type RequestAuthorisation = z.output<typeof requestAuthorisation>;
export type RecordAuthorisation = z.output<typeof recordAuthorisation>;
export type RecordPaymentFailure = z.output<typeof recordPaymentFailure>;
export type RequestCapture = z.output<typeof requestCapture>;
export type RecordCapture = z.output<typeof recordCapture>;
export type WaiveCapture = z.output<typeof waiveCapture>;
export type VoidAuthorisation = z.output<typeof voidAuthorisation>;

export type PaymentCommand =
  | RequestAuthorisation
  | RecordAuthorisation
  | RecordPaymentFailure
  | RequestCapture
  | RecordCapture
  | WaiveCapture
  | VoidAuthorisation;

export const paymentParsers: { readonly [Type in PaymentCommand["type"]]: z.ZodType<PaymentCommand> } = {
  RequestAuthorisation: requestAuthorisation,
  RecordAuthorisation: recordAuthorisation,
  RecordPaymentFailure: recordPaymentFailure,
  RequestCapture: requestCapture,
  RecordCapture: recordCapture,
  WaiveCapture: waiveCapture,
  VoidAuthorisation: voidAuthorisation,
};
