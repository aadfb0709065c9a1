import type { DecisionContext } from "../kernel/aggregate.ts";
import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { StockItemEvent } from "./events.ts";
import { refuse, refuseEnded, refuseUnknownItem } from "./rejections.ts";
import type { CommitStock, ReceiveStock, ReleaseStock, ReserveStock, StockItemCommand } from "./schemas.ts";
import { availableIn, commitsOfEnded, isRefused, openReservationOf, stockItemBounds } from "./state.ts";
import type { Commit, OpenReservation, StockedItem, StockItemState } from "./state.ts";

/** Decides a command on a stock item: the events it causes, none if it was satisfied before, or why it is refused. */
export const decideStockItem = (
  command: StockItemCommand,
  state: StockItemState,
  context: DecisionContext,
): Decision<StockItemEvent> => {
  if (command.type === "ReceiveStock") return receiveStock(command, state);
  if (context.issuer === "outside") {
    return refuse("NotForOutside", "Only the process manager may send this command.");
  }
  switch (command.type) {
    case "ReserveStock":
      return reserveStock(command, state);
    case "ReleaseStock":
      return releaseStock(command, state);
    case "CommitStock":
      return commitStock(command, state);
    default:
      return unreachable(command);
  }
};

const receiveStock = (command: ReceiveStock, state: StockItemState): Decision<StockItemEvent> => {
  const { receiptId, quantity } = command;
  const received: StockItemEvent = { type: "StockReceived", data: { receiptId, quantity } };
  if (state.status === "Unknown") return accept(received);
  const known = state.receipts.find((receipt) => receipt.receiptId === receiptId);
  if (known !== undefined) {
    return known.quantity === quantity
      ? accept()
      : refuse("ReceiptMismatch", `Receipt ${receiptId} brought ${known.quantity} units, not ${quantity}.`);
  }
  return Number.isSafeInteger(state.onHand + quantity)
    ? accept(received)
    : refuse("StockLimitReached", `No more than ${Number.MAX_SAFE_INTEGER} units can be on hand.`);
};

const reserveStock = (command: ReserveStock, state: StockItemState): Decision<StockItemEvent> => {
  const { reservationId, quantity } = command;
  if (state.status === "Unknown") {
    return isRefused(state, reservationId) ? refuseEnded(reservationId) : refuseUnknownItem();
  }
  const open = openReservationOf(state, reservationId);
  if (open !== undefined) {
    return open.quantity === quantity
      ? accept()
      : refuse(
          "ReservationMismatch",
          `Reservation ${reservationId} is one of ${open.quantity} units, not ${quantity}.`,
        );
  }
  if (commitsOfEnded(state, reservationId) !== undefined) return refuseEnded(reservationId);
  const available = availableIn(state);
  if (quantity > available) {
    return refuse("InsufficientStock", `Requested ${quantity}, available ${available}.`);
  }
  return state.openReservations.length < stockItemBounds.openReservations
    ? accept({ type: "StockReserved", data: { reservationId, quantity } })
    : refuse("TooManyReservations", `${stockItemBounds.openReservations} reservations are open.`);
};

/**
 * Ends a reservation. One that never came is ended beforehand, so that it cannot hold stock for nobody when it comes, be it
 * after the first goods.
 */
const releaseStock = (command: ReleaseStock, state: StockItemState): Decision<StockItemEvent> => {
  const { reservationId } = command;
  if (isRefused(state, reservationId)) return accept();
  if (state.status === "Unknown") {
    return accept({ type: "ReservationReleased", data: { reservationId, quantity: 0 } });
  }
  if (commitsOfEnded(state, reservationId) !== undefined) return accept();
  const quantity = openReservationOf(state, reservationId)?.held ?? 0;
  return accept({ type: "ReservationReleased", data: { reservationId, quantity } });
};

/** Takes reserved units out of stock for good. */
const commitStock = (command: CommitStock, state: StockItemState): Decision<StockItemEvent> => {
  if (state.status === "Unknown") return refuseUnknownItem();
  const { reservationId, commitId } = command;
  const open = openReservationOf(state, reservationId);
  const commits = open?.commits ?? commitsOfEnded(state, reservationId);
  if (commits === undefined) {
    return refuse("UnknownReservation", `There is no reservation ${reservationId}.`);
  }
  const known = commits.find((commit) => commit.commitId === commitId);
  if (known !== undefined) return repeatCommit(command, known);
  return open === undefined ? refuseEnded(reservationId) : commitOpen(command, open, state);
};

const repeatCommit = (command: CommitStock, known: Commit): Decision<StockItemEvent> =>
  known.quantity === command.quantity
    ? accept()
    : refuse("CommitMismatch", `Commit ${known.commitId} took ${known.quantity} units, not ${command.quantity}.`);

const commitOpen = (command: CommitStock, open: OpenReservation, item: StockedItem): Decision<StockItemEvent> => {
  const { reservationId, commitId, quantity } = command;
  if (quantity > open.held) {
    return refuse(
      "CommitExceedsReservation",
      `Reservation ${reservationId} holds ${open.held} units, not ${quantity}.`,
    );
  }
  const openCommits = item.openReservations.reduce((count, { commits }) => count + commits.length, 0);
  return quantity === open.held || openCommits < stockItemBounds.openCommits
    ? accept({ type: "StockCommitted", data: { reservationId, commitId, quantity } })
    : refuse("TooManyCommits", `The open reservations have ${stockItemBounds.openCommits} partial commits.`);
};
