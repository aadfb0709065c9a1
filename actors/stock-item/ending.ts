import { accept } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { StockItemEvent } from "./events.ts";
import { refuse, refuseEnded, refuseUnknownItem, refuseUnknownReservation } from "./rejections.ts";
import type { CommitStock, ReleaseStock } from "./schemas.ts";
import { isUsedUp, openReservationOf, partsOfEnded } from "./state.ts";
import type { OpenReservation, ReservationPart, StockItemState } from "./state.ts";

/** Gives units of a reservation back: all of them, which ends it, or a part. */
export const releaseStock = ({ reservationId, part }: ReleaseStock, state: StockItemState): Decision<StockItemEvent> =>
  part === undefined ? releaseWhole(reservationId, state) : releasePart(reservationId, part, state);

/**
 * Ends a reservation. One that never came is ended beforehand, so that it cannot hold stock for nobody when it comes, be it
 * after the first goods.
 */
const releaseWhole = (reservationId: string, state: StockItemState): Decision<StockItemEvent> => {
  if (isUsedUp(state, reservationId)) return accept();
  if (state.status !== "Unknown" && partsOfEnded(state, reservationId) !== undefined) return accept();
  const open = state.status === "Unknown" ? undefined : openReservationOf(state, reservationId);
  return accept({ type: "ReservationReleased", data: { reservationId, quantity: open?.held ?? 0, releaseId: null } });
};

const releasePart = (
  reservationId: string,
  { releaseId, quantity }: NonNullable<ReleaseStock["part"]>,
  state: StockItemState,
): Decision<StockItemEvent> => {
  // A reservation that has ended holds nothing that a part of it could give back.
  if (isUsedUp(state, reservationId)) return accept();
  if (state.status === "Unknown") return refuseUnknownItem();
  const open = openReservationOf(state, reservationId);
  const parts = open?.parts ?? partsOfEnded(state, reservationId);
  if (parts === undefined) return refuseUnknownReservation(reservationId);
  const known = partOf(parts, "release", releaseId);
  if (known !== undefined) {
    return known.quantity === quantity
      ? accept()
      : refuse("ReleaseMismatch", `Release ${releaseId} gave ${known.quantity} units back, not ${quantity}.`);
  }
  if (open === undefined) return accept();
  if (quantity > open.held) {
    return refuse("ReleaseExceedsReservation", held(open, quantity));
  }
  return accept({ type: "ReservationReleased", data: { reservationId, quantity, releaseId } });
};

/** Takes reserved units out of stock for good. */
export const commitStock = (
  { reservationId, commitId, quantity }: CommitStock,
  state: StockItemState,
): Decision<StockItemEvent> => {
  if (isUsedUp(state, reservationId)) return refuseEnded(reservationId);
  if (state.status === "Unknown") return refuseUnknownItem();
  const open = openReservationOf(state, reservationId);
  const parts = open?.parts ?? partsOfEnded(state, reservationId);
  if (parts === undefined) return refuseUnknownReservation(reservationId);
  const known = partOf(parts, "commit", commitId);
  if (known !== undefined) {
    return known.quantity === quantity
      ? accept()
      : refuse("CommitMismatch", `Commit ${commitId} took ${known.quantity} units, not ${quantity}.`);
  }
  if (open === undefined) return refuseEnded(reservationId);
  if (quantity > open.held) {
    return refuse("CommitExceedsReservation", held(open, quantity));
  }
  return accept({ type: "StockCommitted", data: { reservationId, commitId, quantity } });
};

const partOf = (
  parts: readonly ReservationPart[],
  kind: ReservationPart["kind"],
  id: string,
): ReservationPart | undefined => parts.find((part) => part.kind === kind && part.id === id);

const held = (open: OpenReservation, quantity: number): string =>
  `Reservation ${open.reservationId} holds ${open.held} units, not ${quantity}.`;
