import { unreachable } from "../../../actors/kernel/decision.ts";
import type { OrderEvent, OrderEventType } from "../../../actors/order/events.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { planUndo } from "./cancellation.ts";
import { planBooking, planCommit, planFulfilment } from "./fulfilment.ts";
import { planAuthorisation, planCapture, planUnrequestedPayment, planVoidOfLate, planVoidOfRest } from "./payment.ts";
import {
  planAmendment,
  planCancelledLines,
  planReservation,
  planUnrequestedReservation,
  planWait,
} from "./reservation.ts";
import { planRefund, planRestock } from "./returns.ts";
import { planSale, planVoidedSale } from "./sale.ts";
import type { Task } from "./task.ts";

/**
 * What there may be to do after an event, and who remembers it if it cannot be done now:
 *
 * - `nothing`: the order need not be looked at;
 * - `order`: the order's own state goes on saying that it waits, so that the watchdog finds it;
 * - `event`: nothing but the event tells, so the event has to be kept until it is handled.
 */
type Remembrance = "nothing" | "order" | "event";

const remembrances: Readonly<Record<OrderEventType, Remembrance>> = {
  OrderPlaced: "nothing",
  OrderAmended: "event",
  ReservationRequested: "order",
  LinesReserved: "nothing",
  ShortageRaised: "nothing",
  ShortageResolved: "event",
  ReservationRejected: "nothing",
  ReservationReleased: "nothing",
  AuthorisationRequested: "order",
  PaymentAuthorised: "order",
  PaymentDeclined: "nothing",
  CaptureRequested: "order",
  CaptureDeclined: "nothing",
  CaptureWaived: "nothing",
  PaymentCaptured: "order",
  AuthorisationVoided: "nothing",
  FulfilmentPlanned: "nothing",
  LinesPicked: "nothing",
  ShipmentPacked: "nothing",
  ShipmentUnpacked: "nothing",
  ShipmentDispatched: "event",
  DeliveryReportedEarly: "nothing",
  ShipmentDelivered: "nothing",
  DeliveryFailed: "nothing",
  LinesCancelled: "event",
  CancellationRequested: "order",
  OrderCancelled: "nothing",
  OrderExpired: "nothing",
  OrderRejected: "nothing",
  OrderWithdrawn: "nothing",
  OrderCompleted: "order",
  MessageIgnored: "event",
  ReturnRequested: "nothing",
  ReturnApproved: "nothing",
  ReturnDeclined: "nothing",
  ReturnReceived: "event",
  RefundRequested: "order",
  RefundIssued: "nothing",
  SaleRecorded: "nothing",
  TenderRecorded: "nothing",
  SaleCompleted: "event",
  SaleVoided: "event",
};

/** Events that in their first version were not followed by one that says what is to be done next. */
const spokeForThemselves: ReadonlySet<OrderEventType> = new Set(["OrderPlaced", "LinesReserved"]);

/** Whether there may be something to do after an event that was stored in this version, and who remembers it. */
export const remembranceOf = (event: OrderEvent, schemaVersion: number): Remembrance => {
  if (schemaVersion === 1 && spokeForThemselves.has(event.type)) return "order";
  // An order may wait for goods for weeks: its state does not tell whether the stock item knows of that.
  if (event.type === "ReservationRequested" && event.data.backorder) return "event";
  if (event.type === "MessageIgnored" && event.data.command !== "RecordAuthorisation") return "nothing";
  return remembrances[event.type];
};

/** Whether others drive the order or sale, or nothing is known of it. */
const isDrivenElsewhere = (order: OrderState): boolean => {
  switch (order.status) {
    case "NotPlaced":
    case "SaleTendered":
      return true;
    case "Withdrawn":
      // Whose it would have been, nobody knows: money that is held for it at the provider of managed orders is let go of.
      return false;
    case "SaleOpen":
    case "SaleCompleted":
    case "SaleVoided":
      // A sale's stock is looked at with its terms.
      return false;
    default:
      return order.fulfilment === "external";
  }
};

/**
 * What to do after an event of an order or a sale, given the order as it is now, which may be later than the event: what
 * the order is past is not begun, and what another one waits for is repeated, which changes nothing.
 */
export const planForOrderEvent = (event: OrderEvent, orderId: string, order: OrderState): readonly Task[] => {
  if (isDrivenElsewhere(order)) return [];
  switch (event.type) {
    case "OrderPlaced":
      return planUnrequestedReservation(orderId, order);
    case "LinesReserved":
      return planUnrequestedPayment(orderId, order);
    case "ReservationRequested":
      return planReservation(event, orderId, order);
    case "OrderAmended":
      return planAmendment(event);
    case "ShortageResolved":
      return planWait(event, orderId, order);
    case "LinesCancelled":
      return planCancelledLines(event, orderId, order);
    case "AuthorisationRequested":
      return planAuthorisation(event, orderId, order);
    case "PaymentAuthorised":
      return planFulfilment(orderId, order);
    case "CaptureRequested":
      return planCapture(event, orderId, order);
    case "PaymentCaptured":
      return planBooking(event, orderId, order);
    case "ShipmentDispatched":
      return planCommit(event, order);
    case "CancellationRequested":
      return planUndo(orderId, order);
    case "OrderCompleted":
      return planVoidOfRest(orderId, order);
    case "MessageIgnored":
      return planVoidOfLate(event, orderId, order);
    case "ReturnReceived":
      return planRestock(event, order);
    case "RefundRequested":
      return planRefund(event, orderId, order);
    case "SaleCompleted":
      return planSale(orderId, order);
    case "SaleVoided":
      return planVoidedSale(event, order);
    case "ShortageRaised":
    case "ReservationRejected":
    case "ReservationReleased":
    case "PaymentDeclined":
    case "CaptureDeclined":
    case "CaptureWaived":
    case "AuthorisationVoided":
    case "FulfilmentPlanned":
    case "LinesPicked":
    case "ShipmentPacked":
    case "ShipmentUnpacked":
    case "DeliveryReportedEarly":
    case "ShipmentDelivered":
    case "DeliveryFailed":
    case "OrderCancelled":
    case "OrderExpired":
    case "OrderRejected":
    case "OrderWithdrawn":
    case "ReturnRequested":
    case "ReturnApproved":
    case "ReturnDeclined":
    case "RefundIssued":
    case "SaleRecorded":
    case "TenderRecorded":
      return [];
    default:
      return unreachable(event);
  }
};
