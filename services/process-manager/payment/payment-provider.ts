/**
 * The port to whoever moves the money: authorises an amount, captures parts of it, gives captured money back, and lets go
 * of what is not captured.
 *
 * Every request has an id, and is idempotent under it: repeated, it is answered as it was the first time, except that
 * `pending` gives way to the outcome once that is known. What the provider decides is a value. A rejection of the promise
 * (`ProviderUnavailable`) means that the outcome is unknown and that the same request has to be repeated.
 *
 * Amounts are integers in minor units, currencies ISO 4217 codes. Amounts of zero are not the provider's business.
 */
export interface PaymentProvider {
  /** Holds an amount for an order. */
  authorise(request: AuthorisationRequest): Promise<AuthorisationResult>;
  /** Takes a shipment's part of what is authorised. */
  capture(request: CaptureRequest): Promise<CaptureResult>;
  /** Gives back part of what was captured. */
  refund(request: RefundRequest): Promise<RefundResult>;
  /** Lets go of what is authorised and not captured, and has refused what would authorise it later. */
  void(request: VoidRequest): Promise<VoidResult>;
}

export interface AuthorisationRequest {
  /** Names this attempt: another attempt for the same order has another id. */
  readonly requestId: string;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

export interface CaptureRequest {
  /**
   * Names this attempt: a capture that was declined is attempted again under another id. A shipment is captured once,
   * under however many ids it is asked for.
   */
  readonly requestId: string;
  readonly orderId: string;
  readonly authorisationId: string;
  readonly shipmentId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

export interface RefundRequest {
  readonly refundId: string;
  readonly orderId: string;
  readonly authorisationId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/**
 * What to void. With a request id: what that request authorised, or would authorise if it came later. With an
 * authorisation id: that authorisation. With neither: everything of the order, now and later.
 */
export interface VoidRequest {
  readonly orderId: string;
  readonly requestId?: string;
  readonly authorisationId?: string;
}

/** The provider will not do it. `retryable` says whether another attempt, under another id, may succeed. */
export interface Declined {
  readonly status: "declined";
  /** A stable word of the provider's, of letters and digits. */
  readonly code: string;
  readonly retryable: boolean;
}

/** The provider has taken the request; the outcome comes as a message (`payment.*`), or by asking again. */
export interface Pending {
  readonly status: "pending";
}

export type AuthorisationResult =
  | { readonly status: "authorised"; readonly authorisationId: string }
  | Declined
  | Pending;

export type CaptureResult = { readonly status: "captured"; readonly captureId: string } | Declined | Pending;

export type RefundResult = { readonly status: "refunded" } | Declined | Pending;

/** `voidedMinor`: what was let go of, now and earlier. */
export type VoidResult = { readonly status: "voided"; readonly voidedMinor: number } | Declined;
