import { z } from "zod";
import { maxShards } from "../kernel/stream-id.ts";

/**
 * How much a stock item remembers. Together these bounds keep its snapshot below 1.25 MB, so that it fits one atomic batch
 * beside as many events as one command causes, even if every id is as long as it may be: nothing may keep a release from
 * being stored.
 */
export const stockItemBounds = {
  /** Reservations that hold stock or wait for it; another one is refused. */
  openReservations: 2_500,
  /** Those of them that wait for stock; another one is refused. */
  backorders: 1_000,
  /**
   * Partial commits and releases of all open reservations, kept to tell a repeated one: beyond them the oldest of the
   * reservation that has most is only counted.
   */
  openParts: 250,
  /** The newest reservations that ended, kept to tell a repeated or late command. */
  endedReservations: 500,
  /** Parts of those reservations, more than any one can have; the oldest reservations are forgotten first. */
  endedParts: 600,
  /** The newest reservations that were released before they came, kept to refuse them when they come. */
  refusedReservations: 500,
  /** The newest reservations that got nothing, kept apart: a run on sold-out goods must not push out the others. */
  deniedReservations: 200,
  /** The newest receipts, restocks, adjustments and recalls, kept to tell a repeated one. */
  movements: 500,
} as const;

const units = z.int().min(0);

const movement = z.strictObject({
  kind: z.enum(["receipt", "restock", "adjustment", "recall"]),
  id: z.string(),
  /** Signed, for an adjustment. */
  quantity: z.int(),
});

/** Units that left a reservation: for good, or back to what is available. */
const part = z.strictObject({ kind: z.enum(["commit", "release"]), id: z.string(), quantity: units });

/**
 * Of `requested` units `held` are held now and `backordered` are waited for; what left in parts, and what was never there, make
 * up the rest.
 */
const openReservation = z.strictObject({
  reservationId: z.string(),
  requested: units,
  held: units,
  backordered: units,
  /** ISO 8601, UTC, milliseconds; null if it does not expire. */
  expiresAt: z.string().nullable(),
  parts: z.array(part),
  /** Units that left in parts of which nothing else is remembered. */
  countedParts: units,
});

const endedReservation = z.strictObject({ reservationId: z.string(), parts: z.array(part) });

/** Reservation ids that will never hold stock; oldest first, as all lists here. */
const usedUpIds = {
  /** Released before they came. Whoever still tries to reserve under one of these is refused. */
  refusedReservations: z.array(z.string()),
  /** Asked for when nothing was there. */
  deniedReservations: z.array(z.string()),
};

const books = {
  /** Units at the location, reserved ones included. */
  onHand: units,
  /** The sum of what the open reservations hold. */
  reserved: units,
  /** Units that have gone although they were reserved for others: the next goods are theirs. */
  oversold: units,
  openReservations: z.array(openReservation),
  endedReservations: z.array(endedReservation),
  ...usedUpIds,
  movements: z.array(movement),
  /** ISO 8601, UTC, milliseconds. */
  updatedAt: z.string(),
};

const stockItemState = z.discriminatedUnion("status", [
  /** Nothing was ever received, adjusted or waited for. */
  z.strictObject({ status: z.literal("Unknown"), ...usedUpIds }),
  z.strictObject({ status: z.literal("Stocked"), ...books }),
  /** Goods pass through to the shards; only what was reserved before, or waited for, is still held here. */
  z.strictObject({
    status: z.literal("Sharded"),
    ...books,
    shards: z.int().min(1).max(maxShards),
    /** The shard that gets the next unit which cannot be divided evenly. */
    nextShard: units,
  }),
]);

export type StockItemState = Readonly<z.output<typeof stockItemState>>;
export type StockedItem = Extract<StockItemState, { status: "Stocked" }>;
export type ShardedItem = Extract<StockItemState, { status: "Sharded" }>;
/** An item that there is something to say of. */
export type KnownItem = StockedItem | ShardedItem;
export type OpenReservation = Readonly<z.output<typeof openReservation>>;
export type ReservationPart = Readonly<z.output<typeof part>>;
export type Movement = Readonly<z.output<typeof movement>>;

/** A stock item of which nothing was ever received and nothing released. */
export const unknownStockItem: StockItemState = {
  status: "Unknown",
  refusedReservations: [],
  deniedReservations: [],
};

/** Parses the state of a stored snapshot. Throws if it is not a state of a stock item. */
export const decodeStockItemState = (state: unknown): StockItemState => stockItemState.parse(state);

/** Units that no reservation holds and that are not owed. */
export const freeUnits = (item: KnownItem): number => Math.max(0, item.onHand - item.oversold - item.reserved);

/** Units that reservations wait for. */
export const backorderedUnits = (item: KnownItem): number =>
  item.openReservations.reduce((sum, { backordered }) => sum + backordered, 0);

/** Units that can still be reserved: those who wait come first. */
export const availableIn = (item: KnownItem): number => Math.max(0, freeUnits(item) - backorderedUnits(item));

/** Units that are waited for or owed and not there: at a sharded item, its shards may have them. */
export const neededUnits = (item: KnownItem): number =>
  Math.max(0, backorderedUnits(item) + item.oversold - (item.onHand - item.reserved));

/** The reservation of this id that holds stock or waits for it, or undefined. */
export const openReservationOf = (item: KnownItem, reservationId: string): OpenReservation | undefined =>
  item.openReservations.find((reservation) => reservation.reservationId === reservationId);

/** All that an open reservation was ever given: what it holds, and what left it in parts. */
export const unitsGiven = ({ held, parts, countedParts }: OpenReservation): number =>
  parts.reduce((sum, { quantity }) => sum + quantity, held + countedParts);

/** Whether the reservation of this id never held anything and never will. */
export const isUsedUp = ({ refusedReservations, deniedReservations }: StockItemState, reservationId: string): boolean =>
  refusedReservations.includes(reservationId) || deniedReservations.includes(reservationId);

/** The parts of the ended reservation of this id, or undefined if it did not end or is forgotten. */
export const partsOfEnded = (item: KnownItem, reservationId: string): readonly ReservationPart[] | undefined =>
  isUsedUp(item, reservationId)
    ? []
    : item.endedReservations.find((reservation) => reservation.reservationId === reservationId)?.parts;
