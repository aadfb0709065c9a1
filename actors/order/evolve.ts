import { unreachable } from "../kernel/decision.ts";
import type { OrderEvent } from "./events.ts";
import * as cancellation from "./evolve/cancellation.ts";
import * as capture from "./evolve/capture.ts";
import * as fulfilment from "./evolve/fulfilment.ts";
import * as payment from "./evolve/payment.ts";
import * as placement from "./evolve/placement.ts";
import * as reservation from "./evolve/reservation.ts";
import * as returns from "./evolve/returns.ts";
import * as shipment from "./evolve/shipment.ts";
import { evolveSale } from "./sale/evolve.ts";
import { isSale } from "./sale/state.ts";
import type { OrderState } from "./state.ts";

/** An event that leaves everything as it is but the time of the last one. */
const touched = (state: OrderState, at: string): OrderState =>
  state.status === "NotPlaced" || isSale(state) ? state : { ...state, updatedAt: at };

const completed = (state: OrderState, at: string): OrderState =>
  state.status === "Fulfilling" || state.status === "Returning"
    ? { ...state, status: "Completed", since: at, updatedAt: at }
    : state;

/**
 * Applies an event that happened at `at` (ISO 8601, UTC).
 *
 * History is never refused: an event that no decider would record in this state changes nothing.
 */
export const evolveOrder = (state: OrderState, event: OrderEvent, at: string): OrderState => {
  switch (event.type) {
    case "OrderPlaced":
      return placement.placed(state, event, at);
    case "OrderAmended":
      return placement.amended(state, event, at);
    case "OrderWithdrawn":
      return placement.withdrawn(state, event, at);
    case "ReservationRequested":
      return reservation.reservationRequested(state, event, at);
    case "LinesReserved":
      return reservation.linesReserved(state, event, at);
    case "ShortageRaised":
      return reservation.shortageRaised(state, event, at);
    case "ShortageResolved":
      return reservation.shortageResolved(state, event, at);
    case "ReservationReleased":
      return reservation.reservationReleased(state, event, at);
    case "AuthorisationRequested":
      return payment.authorisationRequested(state, event, at);
    case "PaymentAuthorised":
      return payment.paymentAuthorised(state, event, at);
    case "PaymentDeclined":
      return payment.paymentDeclined(state, event, at);
    case "CaptureRequested":
      return capture.captureRequested(state, event, at);
    case "CaptureDeclined":
      return capture.captureDeclined(state, event, at);
    case "CaptureWaived":
      return capture.captureWaived(state, event, at);
    case "PaymentCaptured":
      return capture.paymentCaptured(state, event, at);
    case "AuthorisationVoided":
      return payment.authorisationVoided(state, event, at);
    case "FulfilmentPlanned":
      return fulfilment.fulfilmentPlanned(state, event, at);
    case "LinesPicked":
      return fulfilment.linesPicked(state, event, at);
    case "ShipmentPacked":
      return fulfilment.shipmentPacked(state, event, at);
    case "ShipmentUnpacked":
      return fulfilment.shipmentUnpacked(state, event, at);
    case "ShipmentDispatched":
      return shipment.shipmentDispatched(state, event, at);
    case "DeliveryReportedEarly":
      return shipment.deliveryReportedEarly(state, event, at);
    case "ShipmentDelivered":
      return shipment.shipmentDelivered(state, event, at);
    case "DeliveryFailed":
      return shipment.deliveryFailed(state, event, at);
    case "LinesCancelled":
      return cancellation.linesCancelled(state, event, at);
    case "CancellationRequested":
      return cancellation.cancellationRequested(state, event, at);
    case "OrderCancelled":
      return cancellation.orderCancelled(state, event, at);
    case "OrderExpired":
      return cancellation.orderExpired(state, event, at);
    case "OrderRejected":
      return cancellation.orderRejected(state, event, at);
    case "OrderCompleted":
      return completed(state, at);
    case "ReturnRequested":
      return returns.returnRequested(state, event, at);
    case "ReturnApproved":
      return returns.returnApproved(state, event, at);
    case "ReturnDeclined":
      return returns.returnDeclined(state, event, at);
    case "ReturnReceived":
      return returns.returnReceived(state, event, at);
    case "RefundRequested":
      return returns.refundRequested(state, event, at);
    case "RefundIssued":
      return returns.refundIssued(state, event, at);
    case "ReservationRejected":
    case "MessageIgnored":
      return touched(state, at);
    case "SaleRecorded":
    case "TenderRecorded":
    case "SaleCompleted":
    case "SaleVoided":
      return state.status === "NotPlaced" || isSale(state) ? evolveSale(state, event, at) : state;
    default:
      return unreachable(event);
  }
};

/** Applies events of one decision, one after the other. */
export const evolveOrderBy = (state: OrderState, events: readonly OrderEvent[], at: string): OrderState =>
  events.reduce((folded, event) => evolveOrder(folded, event, at), state);
