import { z } from "zod";

/**
 * Order ids, SKUs and locations: letters, digits, `_`, `-` and `.`, at most 128 characters, not starting with a dot
 * (`.` and `..` would be path segments on the way to the actor).
 */
export const identifierPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

export const identifier = z
  .string()
  .regex(identifierPattern, "must be 1 to 128 characters of A-Z a-z 0-9 _ - . and not start with a dot");

/** Joins the SKU, the location and the shard; none of them may contain it, so no order id equals a stock stream id. */
const separator = "~";

/** The most shards that the stock of a SKU at a location can be spread over. */
export const maxShards = 64;

/** A shard's number as it stands in a stream id: decimal, from 0, without leading zeros. */
const shardPattern = /^(0|[1-9]\d?)$/;

/** Whose stock a stream holds: all of a SKU's at a location, or one shard of it. */
export interface StockStream {
  readonly sku: string;
  readonly location: string;
  /** The number of the shard; undefined for the item itself. */
  readonly shard?: number;
}

/** The stream id of a StockItem: `<sku>~<location>`, or `<sku>~<location>~<shard>` for one of its shards. */
export const stockStreamId = (sku: string, location: string, shard?: number): string =>
  [sku, location, ...(shard === undefined ? [] : [shard])].join(separator);

/** The SKU, location and shard of a stock stream id, or undefined if it is not one. */
export const parseStockStreamId = (streamId: string): StockStream | undefined => {
  const [sku, location, shard, ...rest] = streamId.split(separator);
  if (sku === undefined || location === undefined || rest.length > 0) return undefined;
  if (!identifierPattern.test(sku) || !identifierPattern.test(location)) return undefined;
  if (shard === undefined) return { sku, location };
  return shardPattern.test(shard) && Number(shard) < maxShards ? { sku, location, shard: Number(shard) } : undefined;
};

export const isOrderId = (streamId: string): boolean => identifierPattern.test(streamId);
