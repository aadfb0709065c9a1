import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { roundOf } from "../plan/reservation-id.ts";
import type { Run } from "../run.ts";

export interface StockRequest {
  readonly orderId: string;
  readonly reservationId: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  readonly mode: "all" | "partial" | "backorder";
  readonly expiresAt?: string;
}

export interface StockTaken {
  readonly holds: readonly { readonly stockItemId: string; readonly quantity: number }[];
  readonly missing: number;
}

export interface StockCoordinator {
  reserve(run: Run, request: StockRequest): Promise<StockTaken>;
  release(run: Run, reservation: { reservationId: string; sku: string; location: string }): Promise<void>;
  noteEvent(stockItemId: string, event: StockItemEvent): void;
}

/** Reserves and releases at the item itself. */
export const createStockCoordinator = (): StockCoordinator => ({
  reserve: async (run, { reservationId, sku, location, quantity, mode, expiresAt }) => {
    const stockItemId = stockStreamId(sku, location);
    const driven = await run.drive("StockItem", stockItemId, {
      step: `reserve-${roundOf(reservationId)}`,
      type: "ReserveStock",
      data: { reservationId, quantity, mode, ...(expiresAt === undefined ? {} : { expiresAt }) },
    });
    if (!driven.accepted) return { holds: [], missing: quantity };
    // What was reserved stands in the event: the state may say less by now, since some of it has left again.
    const reserved = driven.events.find(({ type }) => type === "StockReserved" || type === "StockPartlyReserved");
    if (reserved === undefined) return { holds: [], missing: quantity };
    const event = await run.readStockItemEvent(stockItemId, reserved.version);
    const held = event.type === "StockReserved" || event.type === "StockPartlyReserved" ? event.data.quantity : 0;
    return { holds: [{ stockItemId, quantity: held }], missing: quantity - held };
  },
  release: async (run, { reservationId, sku, location }) => {
    await run.drive("StockItem", stockStreamId(sku, location), {
      step: `release-${roundOf(reservationId)}`,
      type: "ReleaseStock",
      data: { reservationId },
    });
  },
  noteEvent: () => undefined,
});
