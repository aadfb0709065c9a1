import { z } from "zod";
import { parseStockStreamId } from "../kernel/stream-id.ts";
import { availableIn } from "./state.ts";
import type { StockItemState } from "./state.ts";

const units = z.int().min(0);

/** A stock item as callers see it. */
export const stockItemViewSchema = z.object({
  sku: z.string(),
  location: z.string(),
  onHand: units.describe("Units at the location, reserved ones included."),
  reserved: units.describe("Units that orders hold."),
  available: units.describe("Units that can still be reserved: onHand - reserved."),
  version: z.int().min(1),
});
export type StockItemView = z.output<typeof stockItemViewSchema>;

/**
 * What callers see of the stock item of this stream, folded through `version`.
 *
 * @returns undefined for an item of which nothing was ever received.
 */
export const stockItemView = (streamId: string, version: number, state: StockItemState): StockItemView | undefined => {
  const item = parseStockStreamId(streamId);
  if (item === undefined || state.status === "Unknown") return undefined;
  const { onHand, reserved } = state;
  return { ...item, onHand, reserved, available: availableIn(state), version };
};
