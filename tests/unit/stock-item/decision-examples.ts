import type { Issuer } from "../../../actors/kernel/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import type { StockItemCommand } from "../../../actors/stock-item/schemas.ts";
import {
  adjust,
  backordered,
  commit,
  committed,
  confirm,
  confirmed,
  denied,
  expire,
  expired,
  filled,
  oversell,
  oversold,
  partlyReserved,
  recall,
  recalled,
  receive,
  received,
  release,
  released,
  releasePart,
  reserve,
  reserved,
  restock,
  shard,
  sharded,
  allocated,
} from "./examples.ts";

/** Half an hour after everything in a specification happens, and a second before it. */
export const later = "2026-01-02T03:34:05.678Z";
export const past = "2026-01-02T03:04:04.678Z";

const supply = received(10, "receipt-0");

/** A history for each state that commands of a stock item can meet; all about the reservation `reservation-1` of 4 units. */
export const stockItemStates: Readonly<Record<string, readonly StockItemEvent[]>> = {
  "nothing known": [],
  "nothing known, released before": [released(0)],
  "nothing known, denied": [denied(4, 0)],
  "in stock": [supply],
  "out of stock": [received(1, "receipt-0"), reserved(1, "reservation-0")],
  "reserved for a time": [supply, reserved(4, "reservation-1", later)],
  "reserved, time is over": [supply, reserved(4, "reservation-1", past)],
  confirmed: [supply, reserved(4, "reservation-1", later), confirmed()],
  "partly reserved": [received(1, "receipt-0"), partlyReserved(1, 4)],
  backordered: [received(1, "receipt-0"), partlyReserved(1, 4), backordered(3)],
  "backorder filled": [
    received(1, "receipt-0"),
    partlyReserved(1, 4),
    backordered(3),
    received(3, "receipt-00"),
    filled(3),
  ],
  "partly committed": [supply, reserved(4), committed(1, "shipment-0")],
  committed: [supply, reserved(4), committed(4, "shipment-0")],
  released: [supply, reserved(4), released(4)],
  expired: [supply, reserved(4, "reservation-1", past), expired(4)],
  denied: [received(1, "receipt-0"), reserved(1, "reservation-0"), denied(4, 0)],
  "released before": [supply, released(0)],
  oversold: [received(4, "receipt-0"), reserved(4), oversold(-2, 2, "adjustment-0")],
  sharded: [supply, sharded(2), allocated(5, 5)],
  "sharded, reserved before": [supply, reserved(4, "reservation-1", later), sharded(2), allocated(3, 3)],
  "shard, nothing known": [],
  "shard, in stock": [supply],
  "shard, reserved": [received(4, "receipt-0"), reserved(4, "reservation-1", later)],
  "shard, recalled": [supply, recalled(1)],
};

/** An example of every command, from the sender that may send it. */
export const stockItemCommands: Readonly<
  Record<string, { readonly command: StockItemCommand; readonly issuer: Issuer }>
> = {
  ReceiveStock: { command: receive(2), issuer: "outside" },
  "AdjustStock up": { command: adjust(2), issuer: "outside" },
  "AdjustStock down": { command: adjust(-7), issuer: "outside" },
  "AdjustStock down, may oversell": { command: oversell(-7), issuer: "outside" },
  ShardStock: { command: shard(2), issuer: "outside" },
  RestockItems: { command: restock(2), issuer: "process-manager" },
  RecallStock: { command: recall(2), issuer: "process-manager" },
  "ReserveStock all": { command: reserve(4), issuer: "process-manager" },
  "ReserveStock partial": { command: reserve(4, "reservation-1", "partial"), issuer: "process-manager" },
  "ReserveStock backorder": { command: reserve(4, "reservation-1", "backorder"), issuer: "process-manager" },
  ConfirmReservation: { command: confirm(), issuer: "process-manager" },
  ReleaseStock: { command: release(), issuer: "process-manager" },
  "ReleaseStock part": { command: releasePart(1), issuer: "process-manager" },
  CommitStock: { command: commit(1), issuer: "process-manager" },
  ExpireReservations: { command: expire, issuer: "reminder" },
};

/** What a table of the stock item's decisions is made of. */
export const stockItemDecisionExamples = {
  streamIdIn: (state: string): string => (state.startsWith("shard, ") ? "cup~berlin~1" : "cup~berlin"),
  states: stockItemStates,
  commands: stockItemCommands,
};
