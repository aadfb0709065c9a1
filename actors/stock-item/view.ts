import { z } from "zod";
import { maxShards, parseStockStreamId } from "../kernel/stream-id.ts";
import { availableIn, backorderedUnits } from "./state.ts";
import type { StockItemState } from "./state.ts";

const units = z.int().min(0);

/** A stock item, or a shard of one, as callers see it. */
export const stockItemViewSchema = z.object({
  sku: z.string(),
  location: z.string(),
  onHand: units.describe("Units at the location, reserved ones included."),
  reserved: units.describe("Units that orders hold."),
  available: units.describe("Units that can still be reserved."),
  oversold: units.describe("Units that have gone although they were reserved; the next goods repay them."),
  backordered: units.describe("Units that orders wait for."),
  shards: units.max(maxShards).describe("Shards that the stock is spread over; 0 if it is in one piece."),
  version: z.int().min(1),
});
export type StockItemView = z.output<typeof stockItemViewSchema>;

/** A view as it may have been written by code that knew less: what is missing in it was not possible then. */
export const storedStockItemView = stockItemViewSchema.extend({
  oversold: units.default(0),
  backordered: units.default(0),
  shards: units.default(0),
});

/**
 * What callers see of the stock item of this stream, folded through `version`.
 *
 * @returns undefined for an item of which nothing was ever received, adjusted or waited for.
 */
export const stockItemView = (streamId: string, version: number, state: StockItemState): StockItemView | undefined => {
  const stream = parseStockStreamId(streamId);
  if (stream === undefined || state.status === "Unknown") return undefined;
  const { onHand, reserved, oversold } = state;
  return {
    sku: stream.sku,
    location: stream.location,
    onHand,
    reserved,
    available: availableIn(state),
    oversold,
    backordered: backorderedUnits(state),
    shards: state.status === "Sharded" ? state.shards : 0,
    version,
  };
};

/**
 * The stock of a sharded item: what the item itself still holds and what its shards do. Units on their way from the one to
 * the others are in neither. The version is the item's own.
 */
export const stockOverShards = (root: StockItemView, shards: readonly StockItemView[]): StockItemView => {
  const sum = (of: (view: StockItemView) => number): number =>
    shards.reduce((total, view) => total + of(view), of(root));
  return {
    ...root,
    onHand: sum(({ onHand }) => onHand),
    reserved: sum(({ reserved }) => reserved),
    available: sum(({ available }) => available),
    oversold: sum(({ oversold }) => oversold),
    backordered: sum(({ backordered }) => backordered),
  };
};
