import { canonicalHash } from "../../../actors/kernel/request-hash.ts";

interface Told<Type extends string, Data> {
  /** The same for every sending of the same news. */
  readonly id: string;
  readonly type: Type;
  readonly orderId: string;
  readonly data: Data;
}

/** What the provider tells by itself. */
export type ProviderMessage =
  | Told<
      "payment.authorised",
      { readonly requestId: string; readonly authorisationId: string; readonly amountMinor: number }
    >
  /** With a shipment id, a capture; without, an authorisation. */
  | Told<
      "payment.declined",
      {
        readonly requestId: string;
        readonly shipmentId?: string;
        readonly code: string;
        readonly retryable: boolean;
      }
    >
  | Told<"payment.captured", { readonly shipmentId: string; readonly captureId: string; readonly amountMinor: number }>
  | Told<"payment.refunded", { readonly refundId: string; readonly amountMinor: number }>
  | Told<"carrier.delivered", { readonly shipmentId: string }>
  | Told<"carrier.failed", { readonly shipmentId: string; readonly reason: string }>;

export type MessageType = ProviderMessage["type"];

/**
 * The id of a message: whoever gets it twice finds the same one, also when the provider has lost its memory meanwhile and
 * decides the same again.
 */
export const messageIdOf = (type: MessageType, orderId: string, ...about: readonly (string | number)[]): string =>
  `simulated-provider/${type}/${canonicalHash([orderId, ...about])}`;
