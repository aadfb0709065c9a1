import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RejectReservation, ReleaseReservation } from "../commands/reservation.ts";
import type { OrderEvent } from "../events.ts";
import { heldUnder, isAnythingPacked } from "../lines.ts";
import { refuse } from "../rejections.ts";
import type { CancellableOrder, PlacedOrder } from "../state.ts";
import { ending, whileCancelling } from "./ending.ts";

/** Gives the order up since its stock cannot be reserved, or is reserved no more. */
export const rejectReservation = (command: RejectReservation, order: PlacedOrder): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
      return isAnythingPacked(order) ? refusePacked() : rejectIn(command, order);
    case "Completed":
    case "Returning":
      return refusePacked();
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return accept(); // The order is given up already.
    default:
      return unreachable(order);
  }
};

const refusePacked = (): Decision<never> =>
  refuse("AlreadyPacked", "Something of the order is packed, so its stock was there.");

const rejectIn = ({ reservationId, reason }: RejectReservation, order: CancellableOrder): Decision<OrderEvent> => {
  const isItsOwn =
    order.reservation === null ||
    order.reservation.reservationId === reservationId ||
    order.holds.some((hold) => hold.reservationId === reservationId);
  if (!isItsOwn || order.supersededIds.includes(reservationId)) {
    return refuse("ReservationSuperseded", `The order has no reservation ${reservationId} now.`);
  }
  return accept<OrderEvent>(
    { type: "ReservationRejected", data: { reservationId, reason } },
    ending("reservationRejected", reason, order),
  );
};

/** Records that stock items hold nothing any more under a reservation of an order that is being cancelled. */
export const releaseReservation = ({ reservationId }: ReleaseReservation, order: PlacedOrder): Decision<OrderEvent> =>
  whileCancelling(order, ({ holds }) => {
    const lines = heldUnder(holds, reservationId);
    return lines.length === 0 ? accept() : accept({ type: "ReservationReleased", data: { reservationId, lines } });
  });
