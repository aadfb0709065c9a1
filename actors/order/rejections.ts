import { reject, rejectForNow } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import { isUnpacked } from "./lines.ts";
import { saleRejectionCodes } from "./sale/rejections.ts";
import type { ShippingOrder } from "./state.ts";

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
  "AlreadyAuthorised",
  "AlreadyPacked",
  "AlreadyPlanned",
  "TooManyAmendments",
  "ReservationPending",
  "ReservationSuperseded",
  "ReservationMismatch",
  "HoldMismatch",
  "TooManyHolds",
  "NoShortage",
  "NothingReserved",
  "NotReserved",
  "TooManyAttempts",
  "AmountMismatch",
  "AuthorisationMismatch",
  "AuthorisationInUse",
  "NotAuthorised",
  "PlanMismatch",
  "NotPlanned",
  "UnknownFulfilment",
  "TooManyFulfilments",
  "PickExceedsPlan",
  "PackExceedsPlan",
  "TooManyShipments",
  "NotPacked",
  "AlreadyDispatched",
  "ShipmentUnpacked",
  "CapturePending",
  "AlreadyCaptured",
  "CaptureDeclined",
  "CaptureWaived",
  "CaptureMismatch",
  "UnknownLine",
  "LineAlreadyDispatched",
  "DispatchExceedsReserved",
  "NothingToDispatch",
  "ShipmentMismatch",
  "UnknownShipment",
  "NotDispatched",
  "CancelExceedsOpen",
  "CancelNotRequested",
  "StillHolding",
  "ReturnExceedsShipped",
  "ReturnMismatch",
  "ReturnDecided",
  "ReturnNotApproved",
  "UnknownReturn",
  "TooManyReturns",
  "ShippingRefunded",
  "DeductionExceedsValue",
  "UnknownRefund",
  "RefundMismatch",
  ...saleRejectionCodes,
] as const;
export type OrderRejectionCode = (typeof orderRejectionCodes)[number];

/** Refuses a command for one of the order's reasons. */
export const refuse = (code: OrderRejectionCode, message: string): Decision<never> => reject(code, message);

/** Refuses a command that may pass once others have ended. */
export const refuseForNow = (code: OrderRejectionCode, message: string): Decision<never> => rejectForNow(code, message);

export const refuseNotPlaced = (): Decision<never> => refuse("OrderNotPlaced", "The order was never placed.");

export const refuseAwaitingCustomer = (): Decision<never> =>
  refuse("AwaitingCustomer", "Stock is short; the customer has to decide first.");

export const refuseCancelled = (): Decision<never> =>
  refuse("AlreadyCancelled", "The order is over, or being cancelled.");

export const refuseUnknownLine = (lineId: string): Decision<never> =>
  refuse("UnknownLine", `The order has no line ${lineId}.`);

/** Refuses what is about a shipment that is not there (any more). */
export const refuseUnknownShipment = (shipmentId: string, order: ShippingOrder): Decision<never> =>
  isUnpacked(order, shipmentId)
    ? refuse("ShipmentUnpacked", `Shipment ${shipmentId} was unpacked.`)
    : refuse("UnknownShipment", `The order has no shipment ${shipmentId}.`);
