import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { HeldReservation, HeldUnits, StockQuantity } from "./task.ts";

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Lines of one stock item taken together, in the order of the items' stream ids. */
export const sumByStockItem = (lines: readonly StockQuantity[]): StockQuantity[] => {
  const sums = new Map<string, StockQuantity>();
  for (const { sku, location, quantity } of lines) {
    const id = stockStreamId(sku, location);
    sums.set(id, { sku, location, quantity: quantity + (sums.get(id)?.quantity ?? 0) });
  }
  return [...sums].toSorted(([a], [b]) => byText(a, b)).map(([, sum]) => sum);
};

const keyOf = ({ reservationId, stockItemId }: HeldReservation): string => `${stockItemId} ${reservationId}`;

/** Units that one stock item holds under one reservation taken together, in the order of stock items and reservations. */
export const sumByHold = (units: readonly HeldUnits[]): HeldUnits[] => {
  const sums = new Map<string, HeldUnits>();
  for (const { reservationId, stockItemId, quantity } of units) {
    const key = keyOf({ reservationId, stockItemId });
    sums.set(key, { reservationId, stockItemId, quantity: quantity + (sums.get(key)?.quantity ?? 0) });
  }
  return [...sums].toSorted(([a], [b]) => byText(a, b)).map(([, sum]) => sum);
};
