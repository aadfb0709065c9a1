import { z } from "zod";

/**
 * Order ids, SKUs and locations: letters, digits, `_`, `-` and `.`, at most 128 characters, not starting with a dot
 * (`.` and `..` would be path segments on the way to the actor).
 */
export const identifierPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

export const identifier = z
  .string()
  .regex(identifierPattern, "must be 1 to 128 characters of A-Z a-z 0-9 _ - . and not start with a dot");

/** Joins the SKU and the location; neither may contain it, so no order id equals a stock stream id. */
const separator = "~";

/** The stream id of a StockItem: `<sku>~<location>`. */
export const stockStreamId = (sku: string, location: string): string => `${sku}${separator}${location}`;

/** The SKU and location of a stock stream id, or undefined if it is not one. */
export const parseStockStreamId = (streamId: string): { sku: string; location: string } | undefined => {
  const [sku, location, ...rest] = streamId.split(separator);
  if (sku === undefined || location === undefined || rest.length > 0) return undefined;
  if (!identifierPattern.test(sku) || !identifierPattern.test(location)) return undefined;
  return { sku, location };
};

export const isOrderId = (streamId: string): boolean => identifierPattern.test(streamId);
