import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import type { CommitStock, ReceiveStock, ReleaseStock, ReserveStock } from "../../../actors/stock-item/schemas.ts";

export const receive = (quantity: number, receiptId = "receipt-1"): ReceiveStock => ({
  type: "ReceiveStock",
  receiptId,
  quantity,
});
export const reserve = (quantity: number, reservationId = "reservation-1"): ReserveStock => ({
  type: "ReserveStock",
  reservationId,
  quantity,
});
export const release = (reservationId = "reservation-1"): ReleaseStock => ({ type: "ReleaseStock", reservationId });
export const commit = (quantity: number, commitId = "shipment-1", reservationId = "reservation-1"): CommitStock => ({
  type: "CommitStock",
  reservationId,
  commitId,
  quantity,
});

export const received = (quantity: number, receiptId = "receipt-1"): StockItemEvent => ({
  type: "StockReceived",
  data: { receiptId, quantity },
});
export const reserved = (quantity: number, reservationId = "reservation-1"): StockItemEvent => ({
  type: "StockReserved",
  data: { reservationId, quantity },
});
export const released = (quantity: number, reservationId = "reservation-1"): StockItemEvent => ({
  type: "ReservationReleased",
  data: { reservationId, quantity },
});
export const committed = (
  quantity: number,
  commitId = "shipment-1",
  reservationId = "reservation-1",
): StockItemEvent => ({ type: "StockCommitted", data: { reservationId, commitId, quantity } });
