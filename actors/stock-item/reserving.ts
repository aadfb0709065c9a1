import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { StockItemEvent } from "./events.ts";
import { refuse, refuseEnded, refuseForNow, refuseUnknownItem, refuseUnknownReservation } from "./rejections.ts";
import type { ConfirmReservation, ReserveStock } from "./schemas.ts";
import { availableIn, isUsedUp, openReservationOf, partsOfEnded, stockItemBounds, unitsGiven } from "./state.ts";
import type { OpenReservation, StockItemState } from "./state.ts";

/** Holds units for an order: all of them, what is there, or what is there and the rest as soon as it comes. */
export const reserveStock = (command: ReserveStock, state: StockItemState): Decision<StockItemEvent> => {
  const { reservationId, quantity, mode } = command;
  if (isUsedUp(state, reservationId)) return refuseEnded(reservationId);
  if (state.status !== "Unknown") {
    const open = openReservationOf(state, reservationId);
    if (open !== undefined) return repeatReservation(command, open);
    if (partsOfEnded(state, reservationId) !== undefined) return refuseEnded(reservationId);
  }
  // What is there is in the shards; but whoever waits does so here, where the next goods arrive.
  if (state.status === "Sharded" && mode !== "backorder") {
    return refuse("StockItemSharded", `The stock is spread over ${state.shards} shards; reserve it there.`);
  }
  const available = state.status === "Unknown" ? 0 : availableIn(state);
  if (isDenied(command, available)) {
    return accept({ type: "ReservationDenied", data: { reservationId, requested: quantity, available } });
  }
  return (
    refuseBeyondBounds(state, mode === "backorder" && quantity > available) ??
    accept(...reservation(command, available))
  );
};

const isDenied = ({ mode, quantity }: ReserveStock, available: number): boolean => {
  switch (mode) {
    case "all":
      return quantity > available;
    case "partial":
      return available === 0;
    case "backorder":
      return false;
    default:
      return unreachable(mode);
  }
};

/** The reservation of up to `quantity` of the available units, and the wait for the rest if it is to wait. */
const reservation = (command: ReserveStock, available: number): StockItemEvent[] => {
  const { reservationId, quantity, mode, expiresAt = null } = command;
  if (quantity <= available) return [{ type: "StockReserved", data: { reservationId, quantity, expiresAt } }];
  const there: StockItemEvent[] =
    available === 0
      ? []
      : [
          {
            type: "StockPartlyReserved",
            data: { reservationId, quantity: available, requested: quantity, expiresAt },
          },
        ];
  return mode === "backorder"
    ? [...there, { type: "StockBackordered", data: { reservationId, quantity: quantity - available, expiresAt } }]
    : there;
};

/** The bound says nothing of the reservation: it is taken when there is room again. */
const refuseBeyondBounds = (state: StockItemState, waits: boolean): Decision<never> | undefined => {
  if (state.status === "Unknown") return undefined;
  const { openReservations } = state;
  if (openReservations.length >= stockItemBounds.openReservations) {
    return refuseForNow("TooManyReservations", `${stockItemBounds.openReservations} reservations are open.`);
  }
  const waiting = openReservations.filter(({ backordered }) => backordered > 0).length;
  return waits && waiting >= stockItemBounds.backorders
    ? refuseForNow("TooManyBackorders", `${stockItemBounds.backorders} reservations wait for stock.`)
    : undefined;
};

/** A repetition asks for as much as the first time, and in a way that could have left the reservation as it is. */
const repeatReservation = (
  { reservationId, quantity, mode }: ReserveStock,
  open: OpenReservation,
): Decision<StockItemEvent> => {
  const { requested, backordered } = open;
  const given = unitsGiven(open) + backordered;
  const isSameMode = given < requested ? mode === "partial" : backordered === 0 || mode === "backorder";
  return quantity === requested && isSameMode
    ? accept()
    : refuse("ReservationMismatch", `Reservation ${reservationId} is another one, of ${requested} units.`);
};

/** Keeps a reservation until it is committed or released, whatever time that takes. */
export const confirmReservation = (
  { reservationId }: ConfirmReservation,
  state: StockItemState,
): Decision<StockItemEvent> => {
  if (isUsedUp(state, reservationId)) return refuseEnded(reservationId);
  if (state.status === "Unknown") return refuseUnknownItem();
  const open = openReservationOf(state, reservationId);
  if (open === undefined) {
    return partsOfEnded(state, reservationId) === undefined
      ? refuseUnknownReservation(reservationId)
      : refuseEnded(reservationId);
  }
  return open.expiresAt === null ? accept() : accept({ type: "ReservationConfirmed", data: { reservationId } });
};
