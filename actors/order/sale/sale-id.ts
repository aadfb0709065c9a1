import { z } from "zod";

/** Where a sale was made, and its number there: what tells it from every other sale. */
export interface SaleReceipt {
  readonly storeId: string;
  readonly terminalId: string;
  readonly receiptNumber: string;
}

/**
 * The parts of a sale's stream id, which is at most 128 characters long. Only the store may hold dots, as a stock location
 * may, so that no two receipts have one id.
 */
export const storeId = z
  .string()
  .regex(
    /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,41}$/,
    "must be 1 to 42 characters of A-Z a-z 0-9 _ - . and not start with a dot",
  );
export const terminalId = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, "must be 1 to 32 characters of A-Z a-z 0-9 _ -");
export const receiptNumber = z.string().regex(/^[A-Za-z0-9_-]{1,48}$/, "must be 1 to 48 characters of A-Z a-z 0-9 _ -");

const saleReceipt = z.object({ storeId, terminalId, receiptNumber });

/** The stream id of the one sale of a receipt. */
export const saleIdOf = ({ storeId, terminalId, receiptNumber }: SaleReceipt): string =>
  `pos.${storeId}.${terminalId}.${receiptNumber}`;

/** The receipt of a sale's stream id, or undefined if it is not one. */
export const parseSaleId = (streamId: string): SaleReceipt | undefined => {
  const match = /^pos\.(.+)\.([^.]+)\.([^.]+)$/.exec(streamId);
  if (match === null) return undefined;
  const [, storeId, terminalId, receiptNumber] = match;
  const parsed = saleReceipt.safeParse({ storeId, terminalId, receiptNumber });
  return parsed.success ? parsed.data : undefined;
};

/** Whether a stream id belongs to sales: no order can have it. */
export const isSaleId = (streamId: string): boolean => parseSaleId(streamId) !== undefined;
