import { reject } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";

/** Why a sale may refuse a command; what each means stands in the domain's document. */
export const saleRejectionCodes = [
  "NotASale",
  "NotAnOrder",
  "SaleIdMismatch",
  "SaleMismatch",
  "CurrencyMismatch",
  "TenderMismatch",
  "TenderExceedsTotal",
  "TooManyTenders",
] as const;
type SaleRejectionCode = (typeof saleRejectionCodes)[number];

/** Refuses a command for one of the sale's reasons. */
export const refuseSale = (code: SaleRejectionCode, message: string): Decision<never> => reject(code, message);

/** Refuses a command of a sale that was sent to an order. */
export const refuseNotASale = (): Decision<never> => refuseSale("NotASale", "This is an order, not a sale.");

/** Refuses a command of an order that was sent to a sale, or to an id that only a sale can have. */
export const refuseNotAnOrder = (): Decision<never> => refuseSale("NotAnOrder", "This is the id of a sale.");
