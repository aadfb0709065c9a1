import assert from "node:assert/strict";
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
        assert.ok(!receiptIds.has(event.data.receiptId));
        receiptIds.add(event.data.receiptId);
        onHand += event.data.quantity;
        break;
      case "StockReserved":
        assert.ok(!open.has(event.data.reservationId) && !over.has(event.data.reservationId));
        open.set(event.data.reservationId, { held: event.data.quantity, commitIds: new Set() });
        break;
      case "ReservationReleased":
        assert.ok(!over.has(event.data.reservationId));
        assert.equal(event.data.quantity, open.get(event.data.reservationId)?.held ?? 0);
        open.delete(event.data.reservationId);
        over.add(event.data.reservationId);
        break;
      case "StockCommitted": {
        const reservation = open.get(event.data.reservationId);
        if (reservation === undefined) throw new Error(`${event.data.reservationId} is not open`);
        assert.ok(!reservation.commitIds.has(event.data.commitId));
        reservation.commitIds.add(event.data.commitId);
        reservation.held -= event.data.quantity;
        onHand -= event.data.quantity;
        assert.ok(reservation.held >= 0);
        if (reservation.held === 0) {
          open.delete(event.data.reservationId);
          over.add(event.data.reservationId);
        }
        break;
      }
      default:
        throw new Error(`the ledger does not know ${JSON.stringify(event)}`);
    }
    assert.ok(onHand >= held());
  }
  return { onHand, reserved: held() };
};
