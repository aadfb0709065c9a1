import { stockItemAggregate } from "../../actors/stock-item/aggregate.ts";
import { streamOf, type FeedEntry } from "../platform/change-feed/feed-entry.ts";
import { orderOfStockEvent } from "./plan/stock-events.ts";

const separator = "~for~";

/** The order that a stock item has news for; undefined if it has none, or none that can be read. */
const orderOfNews = (entry: FeedEntry): string | undefined => {
  if (entry.kind === "unreadable" || entry.event.streamType !== "StockItem") return undefined;
  const { type, schemaVersion, data } = entry.event;
  try {
    return orderOfStockEvent(stockItemAggregate.decodeEvent(type, schemaVersion, data));
  } catch {
    return undefined;
  }
};

/**
 * The line that an event stands in: events of one line are handled one after the other, and wait behind each other. An
 * order's events are one line. A stock item's are one for each order that it has news for, so that an order that cannot be told
 * keeps nobody else from their goods, and one for all that concerns the item itself.
 */
export const lineOf = (entry: FeedEntry): string => {
  const orderId = orderOfNews(entry);
  return orderId === undefined ? streamOf(entry) : `${streamOf(entry)}${separator}${orderId}`;
};

/** The stream that the events of a line are stored in. No order id holds the separator's first sign, so it is the last one. */
export const streamOfLine = (line: string): string => {
  const end = line.lastIndexOf(separator);
  return end === -1 ? line : line.slice(0, end);
};
