import type { Aggregate } from "../kernel/aggregate.ts";
import { decideStockItem } from "./decide.ts";
import { decodeStockItemEvent, stockItemEventHistories } from "./events.ts";
import type { StockItemEvent } from "./events.ts";
import { evolveStockItem } from "./evolve.ts";
import { nextWakeOfStockItem } from "./expiry.ts";
import { parseStockItemCommand } from "./schemas.ts";
import type { StockItemCommand } from "./schemas.ts";
import { decodeStockItemState, unknownStockItem } from "./state.ts";
import type { StockItemState } from "./state.ts";

/** The stock of a SKU at a location, or a shard of it. Its stream id is `<sku>~<location>` or `<sku>~<location>~<shard>`. */
export const stockItemAggregate: Aggregate<StockItemState, StockItemCommand, StockItemEvent> = {
  streamType: "StockItem",
  stateVersion: 4,
  initial: unknownStockItem,
  parseCommand: parseStockItemCommand,
  decide: decideStockItem,
  evolve: evolveStockItem,
  decodeEvent: decodeStockItemEvent,
  schemaVersionOf: (type) => stockItemEventHistories[type].schemaVersion,
  decodeState: decodeStockItemState,
  statusOf: (state) => state.status,
  nextWakeAt: nextWakeOfStockItem,
  wakeCommand: { type: "ExpireReservations", data: {} },
};
