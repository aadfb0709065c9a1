import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import type {
  AdjustStock,
  CommitStock,
  ConfirmReservation,
  ExpireReservations,
  RecallStock,
  ReceiveStock,
  ReleaseStock,
  ReserveStock,
  RestockItems,
  ShardStock,
} from "../../../actors/stock-item/schemas.ts";

export const receive = (quantity: number, receiptId = "receipt-1"): ReceiveStock => ({
  type: "ReceiveStock",
  receiptId,
  quantity,
});
export const restock = (quantity: number, restockId = "restock-1"): RestockItems => ({
  type: "RestockItems",
  restockId,
  quantity,
});
export const recall = (quantity: number, recallId = "recall-1"): RecallStock => ({
  type: "RecallStock",
  recallId,
  quantity,
});
export const adjust = (delta: number, adjustmentId = "adjustment-1"): AdjustStock => ({
  type: "AdjustStock",
  adjustmentId,
  delta,
  reason: "counted",
  mayOversell: false,
});
/** An adjustment for goods that have gone already. */
export const oversell = (delta: number, adjustmentId = "adjustment-1"): AdjustStock => ({
  ...adjust(delta, adjustmentId),
  reason: "sale",
  mayOversell: true,
});
export const shard = (shards: number): ShardStock => ({ type: "ShardStock", shards });

export const reserve = (
  quantity: number,
  reservationId = "reservation-1",
  mode: ReserveStock["mode"] = "all",
  expiresAt?: string,
): ReserveStock => ({
  type: "ReserveStock",
  reservationId,
  quantity,
  mode,
  ...(expiresAt === undefined ? {} : { expiresAt }),
});
export const confirm = (reservationId = "reservation-1"): ConfirmReservation => ({
  type: "ConfirmReservation",
  reservationId,
});
export const release = (reservationId = "reservation-1"): ReleaseStock => ({ type: "ReleaseStock", reservationId });
export const releasePart = (
  quantity: number,
  releaseId = "release-1",
  reservationId = "reservation-1",
): ReleaseStock => ({ type: "ReleaseStock", reservationId, part: { releaseId, quantity } });
export const commit = (quantity: number, commitId = "shipment-1", reservationId = "reservation-1"): CommitStock => ({
  type: "CommitStock",
  reservationId,
  commitId,
  quantity,
});
export const expire: ExpireReservations = { type: "ExpireReservations" };

export const received = (quantity: number, receiptId = "receipt-1"): StockItemEvent => ({
  type: "StockReceived",
  data: { receiptId, quantity },
});
export const restocked = (quantity: number, restockId = "restock-1"): StockItemEvent => ({
  type: "StockRestocked",
  data: { restockId, quantity },
});
export const adjusted = (delta: number, adjustmentId = "adjustment-1"): StockItemEvent => ({
  type: "StockAdjusted",
  data: { adjustmentId, delta, reason: "counted", oversold: 0 },
});
export const oversold = (delta: number, oversold: number, adjustmentId = "adjustment-1"): StockItemEvent => ({
  type: "StockAdjusted",
  data: { adjustmentId, delta, reason: "sale", oversold },
});
export const sharded = (shards: number): StockItemEvent => ({ type: "StockSharded", data: { shards } });
export const recalled = (quantity: number, recallId = "recall-1"): StockItemEvent => ({
  type: "StockRecalled",
  data: { recallId, quantity },
});
/** What the shards get, in the order of their numbers; a shard that gets nothing is left out. */
export const allocated = (...quantities: readonly number[]): StockItemEvent => ({
  type: "StockAllocated",
  data: {
    allocations: quantities.map((quantity, shard) => ({ shard, quantity })).filter(({ quantity }) => quantity > 0),
  },
});

export const reserved = (
  quantity: number,
  reservationId = "reservation-1",
  expiresAt: string | null = null,
): StockItemEvent => ({ type: "StockReserved", data: { reservationId, quantity, expiresAt } });
export const partlyReserved = (
  quantity: number,
  requested: number,
  reservationId = "reservation-1",
  expiresAt: string | null = null,
): StockItemEvent => ({ type: "StockPartlyReserved", data: { reservationId, quantity, requested, expiresAt } });
export const denied = (requested: number, available: number, reservationId = "reservation-1"): StockItemEvent => ({
  type: "ReservationDenied",
  data: { reservationId, requested, available },
});
export const backordered = (
  quantity: number,
  reservationId = "reservation-1",
  expiresAt: string | null = null,
): StockItemEvent => ({ type: "StockBackordered", data: { reservationId, quantity, expiresAt } });
export const filled = (quantity: number, reservationId = "reservation-1"): StockItemEvent => ({
  type: "BackorderFilled",
  data: { reservationId, quantity },
});
export const confirmed = (reservationId = "reservation-1"): StockItemEvent => ({
  type: "ReservationConfirmed",
  data: { reservationId },
});
export const released = (quantity: number, reservationId = "reservation-1"): StockItemEvent => ({
  type: "ReservationReleased",
  data: { reservationId, quantity, releaseId: null },
});
export const partReleased = (
  quantity: number,
  releaseId = "release-1",
  reservationId = "reservation-1",
): StockItemEvent => ({
  type: "ReservationReleased",
  data: { reservationId, quantity, releaseId },
});
export const expired = (quantity: number, reservationId = "reservation-1"): StockItemEvent => ({
  type: "ReservationExpired",
  data: { reservationId, quantity },
});
export const committed = (
  quantity: number,
  commitId = "shipment-1",
  reservationId = "reservation-1",
): StockItemEvent => ({ type: "StockCommitted", data: { reservationId, commitId, quantity } });
