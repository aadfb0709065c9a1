import { unreachable } from "../kernel/decision.ts";
import type { StockItemEvent } from "./events.ts";
import {
  backordered,
  backorderFilled,
  committed,
  confirmed,
  denied,
  expired,
  partlyReserved,
  released,
  reserved,
} from "./evolve-reservations.ts";
import { adjusted, allocated, recalled, received, restocked, sharded } from "./evolve-stock.ts";
import type { StockItemState } from "./state.ts";

/**
 * Applies an event that happened at `at` (ISO 8601, UTC).
 *
 * History is never refused: an event that no decider would record in this state changes nothing.
 */
export const evolveStockItem = (state: StockItemState, event: StockItemEvent, at: string): StockItemState => {
  switch (event.type) {
    case "StockReceived":
      return received(state, event.data, at);
    case "StockRestocked":
      return restocked(state, event.data, at);
    case "StockAdjusted":
      return adjusted(state, event.data, at);
    case "StockSharded":
      return sharded(state, event.data, at);
    case "StockAllocated":
      return allocated(state, event.data, at);
    case "StockRecalled":
      return recalled(state, event.data, at);
    case "StockReserved":
      return reserved(state, event.data, at);
    case "StockPartlyReserved":
      return partlyReserved(state, event.data, at);
    case "ReservationDenied":
      return denied(state, event.data, at);
    case "StockBackordered":
      return backordered(state, event.data, at);
    case "BackorderFilled":
      return backorderFilled(state, event.data, at);
    case "ReservationConfirmed":
      return confirmed(state, event.data, at);
    case "ReservationReleased":
      return released(state, event.data, at);
    case "ReservationExpired":
      return expired(state, event.data, at);
    case "StockCommitted":
      return committed(state, event.data, at);
    default:
      return unreachable(event);
  }
};
