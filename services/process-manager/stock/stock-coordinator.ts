import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { openReservationOf } from "../../../actors/stock-item/state.ts";
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
    if (driven.eventTypes.length === 1 && driven.eventTypes[0] === "StockReserved") {
      return { holds: [{ stockItemId, quantity }], missing: 0 };
    }
    if (driven.eventTypes.includes("ReservationDenied")) return { holds: [], missing: quantity };
    const { state } = await run.readStockItem(stockItemId);
    const open = state.status === "Unknown" ? undefined : openReservationOf(state, reservationId);
    const held = open === undefined ? 0 : open.parts.reduce((sum, part) => sum + part.quantity, open.held);
    return { holds: held === 0 ? [] : [{ stockItemId, quantity: held }], missing: quantity - held };
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
