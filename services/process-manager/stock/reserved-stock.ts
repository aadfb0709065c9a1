import type { Driven, Run } from "../run.ts";

export interface StockRequest {
  readonly orderId: string;
  readonly reservationId: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  /** `all` or nothing; `partial`: what is there; `backorder`: what is there, and the rest is waited for. */
  readonly mode: "all" | "partial" | "backorder";
  readonly expiresAt?: string;
}

/** Units that an item, or a shard of one, holds. */
export interface StockHold {
  readonly stockItemId: string;
  readonly quantity: number;
}

/** What is held now; holds and missing units add up to what was asked for. */
export interface StockTaken {
  readonly holds: readonly StockHold[];
  readonly missing: number;
}

/** What a reservation got, and whether that is all it asked for. */
export interface Reserved {
  readonly quantity: number;
  readonly isAll: boolean;
}

/**
 * What a reservation got. It stands in the event: the state may say less by now, since some of it has left again.
 *
 * @returns undefined if it got nothing
 */
export const reservedBy = async (
  run: Run,
  stockItemId: string,
  driven: Extract<Driven, { accepted: true }>,
): Promise<Reserved | undefined> => {
  const found = driven.events.find(({ type }) => type === "StockReserved" || type === "StockPartlyReserved");
  if (found === undefined) return undefined;
  const event = await run.readStockItemEvent(stockItemId, found.version);
  return event.type === "StockReserved" || event.type === "StockPartlyReserved"
    ? { quantity: event.data.quantity, isAll: event.type === "StockReserved" }
    : undefined;
};
