import { expect } from "@jest/globals";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";

interface Reservation {
  held: number;
  readonly commitIds: Set<string>;
}

/**
 * Keeps the books of a stock item from its events alone, in the plainest way, and expects of every event that it was
 * allowed: a reservation is reserved once, ends once, and never gives more than it holds.
 */
export const ledgerOf = (history: readonly StockItemEvent[]): { onHand: number; reserved: number } => {
  const open = new Map<string, Reservation>();
  const over = new Set<string>();
  const receiptIds = new Set<string>();
  let onHand = 0;
  const held = (): number => [...open.values()].reduce((sum, reservation) => sum + reservation.held, 0);

  for (const event of history) {
    switch (event.type) {
      case "StockReceived":
        expect(receiptIds).not.toContain(event.data.receiptId);
        receiptIds.add(event.data.receiptId);
        onHand += event.data.quantity;
        break;
      case "StockReserved":
        expect(open.has(event.data.reservationId) || over.has(event.data.reservationId)).toBe(false);
        open.set(event.data.reservationId, { held: event.data.quantity, commitIds: new Set() });
        break;
      case "ReservationReleased":
        expect(over).not.toContain(event.data.reservationId);
        expect(event.data.quantity).toBe(open.get(event.data.reservationId)?.held ?? 0);
        open.delete(event.data.reservationId);
        over.add(event.data.reservationId);
        break;
      case "StockCommitted": {
        const reservation = open.get(event.data.reservationId);
        if (reservation === undefined) throw new Error(`${event.data.reservationId} is not open`);
        expect(reservation.commitIds).not.toContain(event.data.commitId);
        reservation.commitIds.add(event.data.commitId);
        reservation.held -= event.data.quantity;
        onHand -= event.data.quantity;
        expect(reservation.held).toBeGreaterThanOrEqual(0);
        if (reservation.held === 0) {
          open.delete(event.data.reservationId);
          over.add(event.data.reservationId);
        }
        break;
      }
      default:
        throw new Error(`the ledger does not know ${JSON.stringify(event)}`);
    }
    expect(held()).toBeGreaterThanOrEqual(0);
    expect(onHand).toBeGreaterThanOrEqual(held());
  }
  return { onHand, reserved: held() };
};
