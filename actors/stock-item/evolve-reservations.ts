import type { StockItemEventOf, StockItemEventType } from "./events.ts";
import { known, newest } from "./evolve-stock.ts";
import { openReservationOf, stockItemBounds } from "./state.ts";
import type { KnownItem, OpenReservation, ReservationPart, StockItemState } from "./state.ts";

type DataOf<Type extends StockItemEventType> = StockItemEventOf<Type>["data"];

/** The item with a reservation in the place of one, or at the end. */
const withReservation = (item: KnownItem, reservation: OpenReservation): KnownItem => {
  const { reservationId } = reservation;
  const isOpen = openReservationOf(item, reservationId) !== undefined;
  const openReservations = isOpen
    ? item.openReservations.map((other) => (other.reservationId === reservationId ? reservation : other))
    : [...item.openReservations, reservation];
  return { ...item, openReservations };
};

/** Moves a reservation to the ended ones and forgets the oldest of those beyond the bounds. */
const ended = (item: KnownItem, { reservationId, parts }: OpenReservation): KnownItem => {
  const endedReservations = newest(
    [...item.endedReservations, { reservationId, parts }],
    stockItemBounds.endedReservations,
  );
  let remembered = endedReservations.reduce((count, reservation) => count + reservation.parts.length, 0);
  while (remembered > stockItemBounds.endedParts) {
    remembered -= endedReservations.shift()?.parts.length ?? remembered;
  }
  return {
    ...item,
    openReservations: item.openReservations.filter((other) => other.reservationId !== reservationId),
    endedReservations,
  };
};

/** Lets go of all that a reservation holds and waits for. */
const endedWhole = (item: KnownItem, open: OpenReservation): KnownItem => ({
  ...ended(item, open),
  reserved: item.reserved - open.held,
});

/** Takes a part of what a reservation holds from it; it ends when it holds and waits for nothing more. */
const withoutPart = (item: KnownItem, open: OpenReservation, part: ReservationPart): KnownItem => {
  if (part.quantity > open.held) return item;
  const left = { ...open, held: open.held - part.quantity, parts: [...open.parts, part] };
  const after =
    left.held > 0 || left.backordered > 0 ? withBoundedParts(withReservation(item, left)) : ended(item, left);
  return { ...after, reserved: item.reserved - part.quantity };
};

/** The item, which only counts the oldest part of the reservation with most of them if there would be one too many. */
const withBoundedParts = (item: KnownItem): KnownItem => {
  const { openReservations } = item;
  const remembered = openReservations.reduce((count, { parts }) => count + parts.length, 0);
  if (remembered <= stockItemBounds.openParts) return item;
  const fullest = openReservations.reduce((most, other) => (other.parts.length > most.parts.length ? other : most));
  const [oldest, ...parts] = fullest.parts;
  const countedParts = fullest.countedParts + (oldest?.quantity ?? 0);
  return withReservation(item, { ...fullest, parts, countedParts });
};

/** Opens a reservation, of no more than there is. */
const opened = (
  item: KnownItem,
  reservation: Pick<OpenReservation, "reservationId" | "requested" | "held" | "backordered" | "expiresAt">,
): KnownItem =>
  reservation.held > item.onHand - item.reserved || openReservationOf(item, reservation.reservationId) !== undefined
    ? item
    : {
        ...withReservation(item, { ...reservation, parts: [], countedParts: 0 }),
        reserved: item.reserved + reservation.held,
      };

export const reserved = (
  state: StockItemState,
  { reservationId, quantity, expiresAt }: DataOf<"StockReserved">,
  at: string,
): StockItemState =>
  state.status === "Unknown"
    ? state
    : opened(known(state, at), { reservationId, requested: quantity, held: quantity, backordered: 0, expiresAt });

export const partlyReserved = (
  state: StockItemState,
  { reservationId, quantity, requested, expiresAt }: DataOf<"StockPartlyReserved">,
  at: string,
): StockItemState =>
  state.status === "Unknown"
    ? state
    : opened(known(state, at), { reservationId, requested, held: quantity, backordered: 0, expiresAt });

export const denied = (
  state: StockItemState,
  { reservationId }: DataOf<"ReservationDenied">,
  at: string,
): StockItemState => {
  const deniedReservations = newest([...state.deniedReservations, reservationId], stockItemBounds.deniedReservations);
  return state.status === "Unknown"
    ? { ...state, deniedReservations }
    : { ...state, deniedReservations, updatedAt: at };
};

export const backordered = (
  state: StockItemState,
  { reservationId, quantity, expiresAt }: DataOf<"StockBackordered">,
  at: string,
): StockItemState => {
  const item = known(state, at);
  const open = openReservationOf(item, reservationId);
  return open === undefined
    ? opened(item, { reservationId, requested: quantity, held: 0, backordered: quantity, expiresAt })
    : withReservation(item, { ...open, backordered: quantity });
};

/** The state with one of its open reservations changed; as it is, if the reservation is not open. */
const changed = (
  state: StockItemState,
  reservationId: string,
  at: string,
  change: (item: KnownItem, open: OpenReservation) => KnownItem,
): StockItemState => {
  if (state.status === "Unknown") return state;
  const open = openReservationOf(state, reservationId);
  return open === undefined ? state : change(known(state, at), open);
};

export const backorderFilled = (
  state: StockItemState,
  { reservationId, quantity }: DataOf<"BackorderFilled">,
  at: string,
): StockItemState =>
  changed(state, reservationId, at, (item, open) =>
    quantity > Math.min(open.backordered, item.onHand - item.reserved)
      ? item
      : {
          ...withReservation(item, {
            ...open,
            held: open.held + quantity,
            backordered: open.backordered - quantity,
          }),
          reserved: item.reserved + quantity,
        },
  );

export const confirmed = (
  state: StockItemState,
  { reservationId }: DataOf<"ReservationConfirmed">,
  at: string,
): StockItemState =>
  changed(state, reservationId, at, (item, open) => withReservation(item, { ...open, expiresAt: null }));

export const released = (
  state: StockItemState,
  { reservationId, quantity, releaseId }: DataOf<"ReservationReleased">,
  at: string,
): StockItemState => {
  if (state.status === "Unknown" || openReservationOf(state, reservationId) === undefined) {
    return refusing(state, reservationId, at);
  }
  return changed(state, reservationId, at, (item, open) =>
    releaseId === null ? endedWhole(item, open) : withoutPart(item, open, { kind: "release", id: releaseId, quantity }),
  );
};

/** The item, which refuses this reservation when it comes. */
const refusing = (state: StockItemState, reservationId: string, at: string): StockItemState => {
  const refusedReservations = newest(
    [...state.refusedReservations, reservationId],
    stockItemBounds.refusedReservations,
  );
  return state.status === "Unknown"
    ? { ...state, refusedReservations }
    : { ...state, refusedReservations, updatedAt: at };
};

export const expired = (
  state: StockItemState,
  { reservationId }: DataOf<"ReservationExpired">,
  at: string,
): StockItemState => changed(state, reservationId, at, endedWhole);

export const committed = (
  state: StockItemState,
  { reservationId, commitId, quantity }: DataOf<"StockCommitted">,
  at: string,
): StockItemState =>
  changed(state, reservationId, at, (item, open) => {
    const left = withoutPart(item, open, { kind: "commit", id: commitId, quantity });
    return { ...left, onHand: left.onHand - (item.reserved - left.reserved) };
  });
