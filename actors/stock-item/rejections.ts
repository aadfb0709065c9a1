import { reject, rejectForNow } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";

/** Why a stock item may refuse a command; what each means stands in the domain's document. */
export const stockItemRejectionCodes = [
  "NotForOutside",
  "ReminderOnly",
  "StockItemUnknown",
  "ReceiptMismatch",
  "RestockMismatch",
  "AdjustmentMismatch",
  "AdjustmentBelowReserved",
  "StockLimitReached",
  "ReservationEnded",
  "ReservationMismatch",
  "TooManyReservations",
  "TooManyBackorders",
  "UnknownReservation",
  "ReleaseMismatch",
  "ReleaseExceedsReservation",
  "CommitMismatch",
  "CommitExceedsReservation",
  "StockItemSharded",
  "AlreadySharded",
  "NotShardable",
  "NotRecallable",
] as const;
export type StockItemRejectionCode = (typeof stockItemRejectionCodes)[number];

/** Refuses a command for one of the stock item's reasons. */
export const refuse = (code: StockItemRejectionCode, message: string): Decision<never> => reject(code, message);

/** Refuses a command that may pass once others have ended. */
export const refuseForNow = (code: StockItemRejectionCode, message: string): Decision<never> =>
  rejectForNow(code, message);

export const refuseUnknownItem = (): Decision<never> =>
  refuse("StockItemUnknown", "Nothing was ever received of this SKU at this location.");

export const refuseUnknownReservation = (reservationId: string): Decision<never> =>
  refuse("UnknownReservation", `There is no reservation ${reservationId}.`);

export const refuseEnded = (reservationId: string): Decision<never> =>
  refuse("ReservationEnded", `Reservation ${reservationId} has ended.`);

export const refuseStockLimit = (): Decision<never> =>
  refuse("StockLimitReached", `No more than ${Number.MAX_SAFE_INTEGER} units can be on hand or owed.`);
