/** Who authorises, and who captures and voids what was authorised. */
export interface AuthorisationRequest {
  readonly orderId: string;
  readonly amountMinor: number;
  /** ISO 4217 code. */
  readonly currency: string;
}

export interface CaptureRequest {
  readonly orderId: string;
  readonly authorisationId: string;
  readonly shipmentId: string;
  readonly amountMinor: number;
  /** ISO 4217 code. */
  readonly currency: string;
}

export interface VoidRequest {
  readonly orderId: string;
}

/**
 * A payment provider. Every request is idempotent: an order has one authorisation, a shipment one capture, and a repeated
 * request is answered as the first was. A rejection of the promise means that the outcome is unknown and the same request
 * is to be repeated.
 */
export interface PaymentProvider {
  authorise(request: AuthorisationRequest): Promise<{ readonly authorisationId: string }>;
  /** Takes a shipment's part of the authorised amount. */
  capture(request: CaptureRequest): Promise<{ readonly captureId: string }>;
  /** Gives back what is authorised for the order and not captured, if anything. */
  void(request: VoidRequest): Promise<void>;
}
