import { z } from "zod";
import { commandOf } from "../../kernel/parse-command.ts";
import { identifier, maxShards } from "../../kernel/stream-id.ts";
import { shortageChoice } from "../events/shapes.ts";
import { listWithout, maximumUnits, reason, reservationId, stockItemId } from "./fields.ts";
import { maximumLines } from "../line-terms.ts";

/** A line may lie in all shards of its stock item, and in the item itself. */
const maximumPlaces = maxShards + 1;

const hold = z.strictObject({ stockItemId, quantity: z.int().min(1).max(maximumUnits) });

const reservedLine = z.strictObject({
  lineId: identifier,
  /** All that is reserved of the line under this reservation by now, not what is new. */
  quantity: z.int().min(0).max(maximumUnits),
  holds: listWithout(hold, maximumPlaces, (held) => held.stockItemId, ["stockItemId"], "is named twice", 0).default([]),
});

const reservedLines = listWithout(reservedLine, maximumLines, ({ lineId }) => lineId, ["lineId"], "is named twice", 0);

/** What becomes of the stock of the order, as far as anyone may send it. */
export const reservationCommandSchemas = {
  RecordReservation: z.strictObject({ reservationId, lines: reservedLines.optional() }),
  RejectReservation: z.strictObject({ reservationId, reason }),
  ConfirmShortage: z.strictObject({ choice: shortageChoice }),
} as const;

export const reservationProcessCommandSchemas = { ReleaseReservation: z.strictObject({ reservationId }) } as const;

const recordReservation = commandOf("RecordReservation", reservationCommandSchemas.RecordReservation);
const rejectReservation = commandOf("RejectReservation", reservationCommandSchemas.RejectReservation);
const confirmShortage = commandOf("ConfirmShortage", reservationCommandSchemas.ConfirmShortage);
const releaseReservation = commandOf("ReleaseReservation", reservationProcessCommandSchemas.ReleaseReservation);

export type RecordReservation = z.output<typeof recordReservation>;
export type RejectReservation = z.output<typeof rejectReservation>;
export type ConfirmShortage = z.output<typeof confirmShortage>;
export type ReleaseReservation = z.output<typeof releaseReservation>;

export type ReservationCommand = RecordReservation | RejectReservation | ConfirmShortage | ReleaseReservation;

export const reservationParsers: { readonly [Type in ReservationCommand["type"]]: z.ZodType<ReservationCommand> } = {
  RecordReservation: recordReservation,
  RejectReservation: rejectReservation,
  ConfirmShortage: confirmShortage,
  ReleaseReservation: releaseReservation,
};
