/** The stock of a SKU at a location, and how much of it. */
export interface StockQuantity {
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
}

/** A reservation as far as it may be at one stock item and its shards. */
export interface StockReservation {
  readonly reservationId: string;
  readonly sku: string;
  readonly location: string;
}

/** A reservation at one stream: a stock item or a shard of one. */
export interface HeldReservation {
  readonly reservationId: string;
  readonly stockItemId: string;
}

export interface HeldUnits extends HeldReservation {
  readonly quantity: number;
}

export interface PlannedFulfilment {
  readonly fulfilmentId: string;
  readonly location: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
}

/** Something the process manager does because of an event. What is done already is found to be done. */
export type Task =
  /** Reserve what is there of all of it, or wait for the rest, and record what was reserved. */
  | {
      readonly kind: "reserve";
      readonly orderId: string;
      readonly reservationId: string;
      readonly backorder: boolean;
      /** Where the order came from. */
      readonly channel: string | null;
      readonly items: readonly StockQuantity[];
      /** In so many places more than one for each item the stock may lie. */
      readonly sparePlaces: number;
    }
  /** Give back what is held under a reservation that is made and the order does not count on. */
  | {
      readonly kind: "settle";
      readonly orderId: string;
      readonly reservationId: string;
      readonly items: readonly StockQuantity[];
    }
  /** Record what a stock item has come to hold under the order's reservation. */
  | { readonly kind: "recordFilled"; readonly orderId: string; readonly held: HeldReservation }
  /** Keep from expiring what is held, or reject the order if something has expired. */
  | { readonly kind: "confirm"; readonly orderId: string; readonly holds: readonly HeldUnits[] }
  /** Confirm what is held, and say where it is to be picked and packed. */
  | {
      readonly kind: "fulfil";
      readonly orderId: string;
      readonly holds: readonly HeldUnits[];
      readonly fulfilments: readonly PlannedFulfilment[];
    }
  /** Give back whole reservations, and have refused what may yet be asked for under them. */
  | { readonly kind: "release"; readonly reservations: readonly StockReservation[] }
  /** Give back units of reservations that otherwise stay. */
  | { readonly kind: "releaseParts"; readonly parts: readonly HeldUnits[] }
  /** Have the order ask for its payment. */
  | { readonly kind: "requestPayment"; readonly orderId: string }
  | {
      readonly kind: "authorise";
      readonly orderId: string;
      readonly requestId: string;
      readonly amountMinor: number;
      readonly currency: string;
    }
  | {
      readonly kind: "capture";
      readonly orderId: string;
      /** Null of a request that has no name but its event's. */
      readonly requestId: string | null;
      readonly authorisationId: string;
      readonly shipmentId: string;
      readonly amountMinor: number;
      readonly currency: string;
    }
  /** Have a carrier take the shipment, and dispatch it. */
  | {
      readonly kind: "book";
      readonly orderId: string;
      readonly shipmentId: string;
      readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
      /** Whether a carrier has told of it: the one that was booked, or another one that had it before. */
      readonly isReported: boolean;
    }
  /** Take goods that have left out of stock for good. */
  | { readonly kind: "commit"; readonly commitId: string; readonly units: readonly HeldUnits[] }
  /** Give back everything that the order holds or that a step under way may yet have taken; then the cancel is complete. */
  | {
      readonly kind: "undo";
      readonly orderId: string;
      readonly reservations: readonly StockReservation[];
      /** Reservations that the order knows to hold something. */
      readonly heldIds: readonly string[];
      readonly money: MoneyToVoid;
    }
  /** Let go of what is authorised and will not be captured. */
  | { readonly kind: "voidRest"; readonly orderId: string; readonly authorisationId: string }
  /** Let go of money that was authorised for an order that does not want it. Without an id: everything of the order. */
  | { readonly kind: "voidLate"; readonly orderId: string; readonly authorisationId: string | undefined }
  | {
      readonly kind: "refund";
      readonly orderId: string;
      readonly refundId: string;
      readonly authorisationId: string;
      readonly amountMinor: number;
      readonly currency: string;
    }
  /** Put goods that came back on the shelf. */
  | { readonly kind: "restock"; readonly items: readonly StockQuantity[] }
  /** End an order whose stock is not held for it any more. */
  | { readonly kind: "expire"; readonly orderId: string; readonly reason: string }
  /** Take goods that were sold over the counter out of stock, whether they are there or not. */
  | { readonly kind: "takeSold"; readonly saleId: string; readonly items: readonly StockQuantity[] }
  /**
   * Take back from the shards what their item needs by now; `version` is that of the item's event. From one shard: what it may
   * have come to have.
   */
  | ({ readonly kind: "recall"; readonly sku: string; readonly location: string } & (
      | { readonly from: "everywhere"; readonly version: number }
      | { readonly from: "shard"; readonly shard: number }
    ))
  /** Bring to the item what a shard gave up for it. */
  | { readonly kind: "bringBack"; readonly sku: string; readonly location: string; readonly quantity: number }
  /** Bring to the shards what a stock item gave up for them. */
  | {
      readonly kind: "allocate";
      readonly sku: string;
      readonly location: string;
      readonly allocations: readonly { readonly shard: number; readonly quantity: number }[];
    };

/** What the provider may hold for an order that is being undone. */
export type MoneyToVoid =
  | { readonly kind: "none" }
  /** An authorisation was asked for: it may be there, or come. */
  | { readonly kind: "asked" }
  | { readonly kind: "authorised"; readonly authorisationId: string };
