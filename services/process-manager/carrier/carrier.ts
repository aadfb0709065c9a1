/**
 * The port to whoever carries shipments. What becomes of a shipment comes later, as messages (`carrier.delivered`,
 * `carrier.failed`).
 */
export interface Carrier {
  /**
   * Books the transport of a packed shipment. Idempotent: an order's shipment is booked once, and a repeated request is
   * answered as the first was. A rejection of the promise (`ProviderUnavailable`) means that the outcome is unknown and
   * that the same request has to be repeated.
   */
  book(request: BookingRequest): Promise<BookingResult>;
}

export interface BookingRequest {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly lines: readonly BookedLine[];
}

export interface BookedLine {
  readonly lineId: string;
  readonly quantity: number;
}

export type BookingResult =
  | { readonly status: "booked"; readonly carrier: string; readonly trackingNumber: string }
  /** The carrier will not take it; asking again changes nothing. */
  | { readonly status: "refused"; readonly code: string };
