import { unreachable } from "../kernel/decision.ts";
import type { StockItemEvent, StockItemEventOf } from "./events.ts";
import { openReservationOf, stockItemBounds } from "./state.ts";
import type { Commit, OpenReservation, StockedItem, StockItemState } from "./state.ts";

/**
 * Applies an event that happened at `at` (ISO 8601, UTC).
 *
 * History is never refused: an event that no decider would record in this state changes nothing.
 */
export const evolveStockItem = (state: StockItemState, event: StockItemEvent, at: string): StockItemState => {
  switch (event.type) {
    case "StockReceived":
      return received(state, event, at);
    case "StockReserved":
      return state.status === "Stocked" ? reserved(state, event, at) : state;
    case "ReservationReleased":
      return released(state, event, at);
    case "StockCommitted":
      return state.status === "Stocked" ? committed(state, event, at) : state;
    default:
      return unreachable(event);
  }
};

const newest = <Entry>(entries: readonly Entry[], bound: number): Entry[] => entries.slice(-bound);

const received = (state: StockItemState, { data }: StockItemEventOf<"StockReceived">, at: string): StockItemState => {
  const known =
    state.status === "Stocked" ? state : { ...neverStocked, refusedReservations: state.refusedReservations };
  return {
    ...known,
    onHand: known.onHand + data.quantity,
    receipts: newest([...known.receipts, data], stockItemBounds.receipts),
    updatedAt: at,
  };
};

const neverStocked = {
  status: "Stocked" as const,
  onHand: 0,
  reserved: 0,
  openReservations: [],
  endedReservations: [],
  receipts: [],
};

const reserved = (item: StockedItem, { data }: StockItemEventOf<"StockReserved">, at: string): StockItemState => ({
  ...item,
  reserved: item.reserved + data.quantity,
  openReservations: [
    ...item.openReservations,
    { reservationId: data.reservationId, quantity: data.quantity, held: data.quantity, commits: [] },
  ],
  updatedAt: at,
});

const released = (
  state: StockItemState,
  { data }: StockItemEventOf<"ReservationReleased">,
  at: string,
): StockItemState => {
  if (state.status === "Unknown") return { ...state, refusedReservations: refusing(state, data.reservationId) };
  const open = openReservationOf(state, data.reservationId);
  return open === undefined
    ? { ...state, refusedReservations: refusing(state, data.reservationId), updatedAt: at }
    : { ...ended(state, open, open.commits), reserved: state.reserved - open.held, updatedAt: at };
};

/** What the item refuses once it refuses this reservation too. */
const refusing = ({ refusedReservations }: StockItemState, reservationId: string): string[] =>
  newest([...refusedReservations, reservationId], stockItemBounds.refusedReservations);

const committed = (item: StockedItem, { data }: StockItemEventOf<"StockCommitted">, at: string): StockItemState => {
  const open = openReservationOf(item, data.reservationId);
  if (open === undefined) return item;
  const commits = [...open.commits, { commitId: data.commitId, quantity: data.quantity }];
  const left = { ...open, held: open.held - data.quantity, commits };
  const after =
    left.held > 0
      ? { ...item, openReservations: item.openReservations.map((other) => (other === open ? left : other)) }
      : ended(item, open, commits);
  return {
    ...after,
    onHand: item.onHand - data.quantity,
    reserved: item.reserved - data.quantity,
    updatedAt: at,
  };
};

/** Moves a reservation to the ended ones and forgets the oldest of those beyond the bounds. */
const ended = (item: StockedItem, open: OpenReservation, commits: readonly Commit[]): StockedItem => {
  const endedReservations = newest(
    [...item.endedReservations, { reservationId: open.reservationId, commits: [...commits] }],
    stockItemBounds.endedReservations,
  );
  let remembered = endedReservations.reduce((count, reservation) => count + reservation.commits.length, 0);
  while (remembered > stockItemBounds.endedCommits) {
    remembered -= endedReservations.shift()?.commits.length ?? remembered;
  }
  return {
    ...item,
    openReservations: item.openReservations.filter((other) => other !== open),
    endedReservations,
  };
};
