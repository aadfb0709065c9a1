import { reject } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";

/** Why a stock item may refuse a command; what each means stands in the domain's document. */
export const stockItemRejectionCodes = [
  "NotForOutside",
  "StockItemUnknown",
  "ReceiptMismatch",
  "StockLimitReached",
  "InsufficientStock",
  "ReservationEnded",
  "ReservationMismatch",
  "TooManyReservations",
  "UnknownReservation",
  "CommitMismatch",
  "CommitExceedsReservation",
  "TooManyCommits",
] as const;
export type StockItemRejectionCode = (typeof stockItemRejectionCodes)[number];

/** Refuses a command for one of the stock item's reasons. */
export const refuse = (code: StockItemRejectionCode, message: string): Decision<never> => reject(code, message);

export const refuseUnknownItem = (): Decision<never> =>
  refuse("StockItemUnknown", "Nothing was ever received of this SKU at this location.");

export const refuseEnded = (reservationId: string): Decision<never> =>
  refuse("ReservationEnded", `Reservation ${reservationId} has ended.`);
