import { reject } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";

/** Why an order may refuse a command; what each means stands in the domain's document. */
export const orderRejectionCodes = [
  "OrderNotPlaced",
  "OrderAlreadyPlaced",
  "ManagedOrder",
  "ExternalOrder",
  "NotForOutside",
  "AwaitingCustomer",
  "AlreadyCancelled",
  "AlreadyReserved",
  "ReservationMismatch",
  "ShortageMismatch",
  "NotReserved",
  "AmountMismatch",
  "AuthorisationMismatch",
  "NotAuthorised",
  "UnknownLine",
  "LineAlreadyDispatched",
  "NothingToDispatch",
  "ShipmentMismatch",
  "UnknownShipment",
  "AlreadyDispatched",
  "CancelNotRequested",
] as const;
export type OrderRejectionCode = (typeof orderRejectionCodes)[number];

/** Refuses a command for one of the order's reasons. */
export const refuse = (code: OrderRejectionCode, message: string): Decision<never> => reject(code, message);

export const refuseNotPlaced = (): Decision<never> => refuse("OrderNotPlaced", "The order was never placed.");

export const refuseAwaitingCustomer = (): Decision<never> =>
  refuse("AwaitingCustomer", "Stock is short; the order can only be cancelled.");

export const refuseCancelled = (): Decision<never> =>
  refuse("AlreadyCancelled", "The order is cancelled or being cancelled.");
