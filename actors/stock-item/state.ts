import { z } from "zod";

/**
 * How much a stock item remembers. Together these bounds keep its snapshot below 1.5 MB, so that it
 * fits one atomic batch beside its events, even if every id has 128 characters: nothing may keep a release from being stored.
 */
export const stockItemBounds = {
  /** Reservations that hold stock; another one is refused. */
  openReservations: 4_000,
  /** Partial commits of all reservations that hold stock; another partial one is refused. */
  openCommits: 500,
  /** The newest reservations that ended, kept to tell a repeated or late command. */
  endedReservations: 500,
  /** Commits of those reservations, more than any one can have; the oldest reservations are forgotten first. */
  endedCommits: 1_000,
  /** The newest reservations that were released before they came, kept to refuse them when they come. */
  refusedReservations: 500,
  /** The newest receipts, kept to tell a repeated one. */
  receipts: 500,
} as const;

const units = z.int().min(0);

const receipt = z.strictObject({ receiptId: z.string(), quantity: units });
const commit = z.strictObject({ commitId: z.string(), quantity: units });

/** `quantity` was reserved and `held` of it is left; the commits make up the difference. */
const openReservation = z.strictObject({
  reservationId: z.string(),
  quantity: units,
  held: units,
  commits: z.array(commit),
});

const endedReservation = z.strictObject({ reservationId: z.string(), commits: z.array(commit) });

const stockItemState = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("Unknown"),
    /** Oldest first. Whoever still tries to reserve under one of these after the first receipt is refused. */
    refusedReservations: z.array(z.string()),
  }),
  z.strictObject({
    status: z.literal("Stocked"),
    /** Units at the location, reserved ones included. */
    onHand: units,
    /** The sum of what the open reservations hold. */
    reserved: units,
    openReservations: z.array(openReservation),
    /** Oldest first, as all lists below. */
    endedReservations: z.array(endedReservation),
    refusedReservations: z.array(z.string()),
    receipts: z.array(receipt),
    updatedAt: z.string(),
  }),
]);

export type StockItemState = Readonly<z.output<typeof stockItemState>>;
export type StockedItem = Extract<StockItemState, { status: "Stocked" }>;
export type OpenReservation = Readonly<z.output<typeof openReservation>>;
export type Commit = Readonly<z.output<typeof commit>>;

/** A stock item of which nothing was ever received and nothing released. */
export const unknownStockItem: StockItemState = { status: "Unknown", refusedReservations: [] };

/** Parses the state of a stored snapshot. Throws if it is not a state of a stock item. */
export const decodeStockItemState = (state: unknown): StockItemState => stockItemState.parse(state);

/** Units that can still be reserved. */
export const availableIn = (item: StockedItem): number => item.onHand - item.reserved;

/** The reservation of this id that holds stock, or undefined. */
export const openReservationOf = (item: StockedItem, reservationId: string): OpenReservation | undefined =>
  item.openReservations.find((reservation) => reservation.reservationId === reservationId);

/** Whether the reservation of this id was released before it came. */
export const isRefused = (state: StockItemState, reservationId: string): boolean =>
  state.refusedReservations.includes(reservationId);

/** The commits of the ended reservation of this id, or undefined if it did not end or is forgotten. */
export const commitsOfEnded = (item: StockedItem, reservationId: string): readonly Commit[] | undefined =>
  isRefused(item, reservationId)
    ? []
    : item.endedReservations.find((reservation) => reservation.reservationId === reservationId)?.commits;
