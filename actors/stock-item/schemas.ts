import { z } from "zod";
import type { ParsedCommand } from "../kernel/aggregate.ts";
import { instant, reference, text } from "../kernel/fields.ts";
import { commandOf, parseCommandWith } from "../kernel/parse-command.ts";
import { maxShards } from "../kernel/stream-id.ts";

/** The largest number of units that one command moves. */
export const maxQuantity = 1_000_000_000;

const quantity = z.int().min(1).max(maxQuantity);

/** A reference that may be longer, since it is made up of other ids. */
const compositeReference = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .regex(
      /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
      `must be 1 to ${maximum} printable ASCII characters without a space at either end`,
    );

/** An order id and the round of its reservation. */
const reservationId = compositeReference(140);

/** What names a movement of stock, for example the stream id of a stock item and a version. */
const movementId = compositeReference(280);

/** The fields of every command that anyone may send, by command type. */
export const stockItemCommandSchemas = {
  ReceiveStock: z.strictObject({ receiptId: movementId, quantity }),
  /**
   * Corrects what is on hand, for example after it was counted. `mayOversell` is for goods that have gone already: what
   * cannot be taken without touching reserved units is then owed.
   */
  AdjustStock: z.strictObject({
    adjustmentId: movementId,
    delta: z
      .int()
      .min(-maxQuantity)
      .max(maxQuantity)
      .refine((delta) => delta !== 0, "must not be 0"),
    reason: text(500),
    mayOversell: z.boolean().default(false),
  }),
  /** Spreads the item over shards, from now on and for good. */
  ShardStock: z.strictObject({ shards: z.int().min(2).max(maxShards) }),
} as const;

/** The fields of the commands that only the process manager may send, by command type. */
export const stockItemProcessCommandSchemas = {
  RestockItems: z.strictObject({ restockId: movementId, quantity }),
  /** Takes up to so many units from a shard back to its item, where they are needed. */
  RecallStock: z.strictObject({ recallId: movementId, quantity }),
  ReserveStock: z.strictObject({
    reservationId,
    quantity,
    /** `all` or nothing; `partial`: what is there; `backorder`: what is there, and the rest as soon as it comes. */
    mode: z.enum(["all", "partial", "backorder"]).default("all"),
    /** Without it the reservation does not expire. */
    expiresAt: instant.optional(),
  }),
  ConfirmReservation: z.strictObject({ reservationId }),
  ReleaseStock: z.strictObject({
    reservationId,
    /** Without it the whole reservation ends. */
    part: z.strictObject({ releaseId: reference, quantity }).optional(),
  }),
  CommitStock: z.strictObject({ reservationId, commitId: reference, quantity }),
} as const;

/** The fields of the command that only the item's own reminder sends. */
export const stockItemReminderCommandSchemas = {
  ExpireReservations: z.strictObject({}),
} as const;

const receiveStock = commandOf("ReceiveStock", stockItemCommandSchemas.ReceiveStock);
const adjustStock = commandOf("AdjustStock", stockItemCommandSchemas.AdjustStock);
const shardStock = commandOf("ShardStock", stockItemCommandSchemas.ShardStock);
const restockItems = commandOf("RestockItems", stockItemProcessCommandSchemas.RestockItems);
const recallStock = commandOf("RecallStock", stockItemProcessCommandSchemas.RecallStock);
const reserveStock = commandOf("ReserveStock", stockItemProcessCommandSchemas.ReserveStock);
const confirmReservation = commandOf("ConfirmReservation", stockItemProcessCommandSchemas.ConfirmReservation);
const releaseStock = commandOf("ReleaseStock", stockItemProcessCommandSchemas.ReleaseStock);
const commitStock = commandOf("CommitStock", stockItemProcessCommandSchemas.CommitStock);
const expireReservations = stockItemReminderCommandSchemas.ExpireReservations.transform(() => ({
  type: "ExpireReservations" as const,
}));

export type ReceiveStock = z.output<typeof receiveStock>;
export type AdjustStock = z.output<typeof adjustStock>;
export type ShardStock = z.output<typeof shardStock>;
export type RestockItems = z.output<typeof restockItems>;
export type RecallStock = z.output<typeof recallStock>;
export type ReserveStock = z.output<typeof reserveStock>;
export type ConfirmReservation = z.output<typeof confirmReservation>;
export type ReleaseStock = z.output<typeof releaseStock>;
export type CommitStock = z.output<typeof commitStock>;
export type ExpireReservations = z.output<typeof expireReservations>;
export type StockItemCommand =
  | ReceiveStock
  | AdjustStock
  | ShardStock
  | RestockItems
  | RecallStock
  | ReserveStock
  | ConfirmReservation
  | ReleaseStock
  | CommitStock
  | ExpireReservations;

const parsers: { readonly [Type in StockItemCommand["type"]]: z.ZodType<StockItemCommand> } = {
  ReceiveStock: receiveStock,
  AdjustStock: adjustStock,
  ShardStock: shardStock,
  RestockItems: restockItems,
  RecallStock: recallStock,
  ReserveStock: reserveStock,
  ConfirmReservation: confirmReservation,
  ReleaseStock: releaseStock,
  CommitStock: commitStock,
  ExpireReservations: expireReservations,
};

/** Parses a command of a stock item, whoever sent it; gives the command or every wrong field. */
export const parseStockItemCommand = (type: string, fields: unknown): ParsedCommand<StockItemCommand> =>
  parseCommandWith(parsers, type, fields);
