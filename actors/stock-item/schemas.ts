import { z } from "zod";
import type { ParsedCommand } from "../kernel/aggregate.ts";
import { reference } from "../kernel/fields.ts";
import { commandOf, parseCommandWith } from "../kernel/parse-command.ts";

const quantity = z.int().min(1).max(1_000_000_000);

/** The fields of every command that anyone may send, by command type. */
export const stockItemCommandSchemas = {
  ReceiveStock: z.strictObject({ receiptId: reference, quantity }),
} as const;

/** The fields of the commands that only the process manager may send, by command type. */
export const stockItemProcessCommandSchemas = {
  ReserveStock: z.strictObject({ reservationId: reference, quantity }),
  ReleaseStock: z.strictObject({ reservationId: reference }),
  CommitStock: z.strictObject({ reservationId: reference, commitId: reference, quantity }),
} as const;

const receiveStock = commandOf("ReceiveStock", stockItemCommandSchemas.ReceiveStock);
const reserveStock = commandOf("ReserveStock", stockItemProcessCommandSchemas.ReserveStock);
const releaseStock = commandOf("ReleaseStock", stockItemProcessCommandSchemas.ReleaseStock);
const commitStock = commandOf("CommitStock", stockItemProcessCommandSchemas.CommitStock);

export type ReceiveStock = z.output<typeof receiveStock>;
export type ReserveStock = z.output<typeof reserveStock>;
export type ReleaseStock = z.output<typeof releaseStock>;
export type CommitStock = z.output<typeof commitStock>;
export type StockItemCommand = ReceiveStock | ReserveStock | ReleaseStock | CommitStock;

const parsers: { readonly [Type in StockItemCommand["type"]]: z.ZodType<StockItemCommand> } = {
  ReceiveStock: receiveStock,
  ReserveStock: reserveStock,
  ReleaseStock: releaseStock,
  CommitStock: commitStock,
};

/** Parses a command of a stock item, whoever sent it; gives the command or every wrong field. */
export const parseStockItemCommand = (type: string, fields: unknown): ParsedCommand<StockItemCommand> =>
  parseCommandWith(parsers, type, fields);
