import { z } from "zod";
import { amountMinor } from "../../../actors/kernel/fields.ts";
import { identifier } from "../../../actors/kernel/stream-id.ts";

/** An id that the caller gives; long enough for ids that are made of an order's and another one. */
const reference = z
  .string()
  .regex(/^[\x21-\x7e]([\x20-\x7e]{0,510}[\x21-\x7e])?$/, "must be 1 to 512 printable ASCII characters");

const currency = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code");
const money = { amountMinor, currency };
const mostLines = 200;

export const authorisationRequest = z.strictObject({ requestId: reference, orderId: identifier, ...money });
export type AuthorisationRequest = z.output<typeof authorisationRequest>;

export const captureRequest = z
  .strictObject({
    /** Another attempt has another id; without one, the shipment's id counts. */
    requestId: reference.optional(),
    orderId: identifier,
    authorisationId: reference,
    shipmentId: reference,
    ...money,
  })
  .transform((request) => ({ ...request, requestId: request.requestId ?? request.shipmentId }));
export type CaptureRequest = z.output<typeof captureRequest>;

export const refundRequest = z.strictObject({
  refundId: reference,
  orderId: identifier,
  authorisationId: reference,
  ...money,
});
export type RefundRequest = z.output<typeof refundRequest>;

export const voidRequest = z.strictObject({
  orderId: identifier,
  requestId: reference.optional(),
  authorisationId: reference.optional(),
});
export type VoidRequest = z.output<typeof voidRequest>;

export const shippedLine = z.strictObject({
  lineId: reference,
  sku: z.string().min(1).max(128).optional(),
  quantity: z.int().min(1),
});

export const shipmentRequest = z.strictObject({
  shipmentId: reference,
  orderId: identifier,
  lines: z.array(shippedLine).min(1).max(mostLines),
});
export type ShipmentRequest = z.output<typeof shipmentRequest>;
