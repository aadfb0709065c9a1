import assert from "node:assert/strict";
import { unreachable } from "../../../actors/kernel/decision.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";

/** An event and when it happened. */
export interface Recorded {
  readonly event: StockItemEvent;
  readonly at: string;
}

interface Reservation {
  readonly requested: number;
  held: number;
  waiting: number;
  expiresAt: string | null;
  readonly partIds: Set<string>;
}

/** What the books of a stock item say. */
export interface Balance {
  readonly onHand: number;
  readonly reserved: number;
  readonly oversold: number;
  readonly backordered: number;
  /** What left for the shards, by their number. */
  readonly allocated: ReadonlyMap<number, number>;
}

/**
 * Keeps the books of a stock item from its events alone, in the plainest way, and expects of every event that it was
 * allowed: a reservation id applies once and ends once, never gives more than it holds, and those who wait are served in
 * the order in which they came.
 */
export const createLedger = () => {
  // A Map keeps the order in which the reservations came.
  const open = new Map<string, Reservation>();
  const over = new Set<string>();
  const movements = new Set<string>();
  const allocated = new Map<number, number>();
  let onHand = 0;
  let oversold = 0;
  let shards = 0;
  let reserved = 0;
  let waiting = 0;

  const free = (): number => Math.max(0, onHand - oversold - reserved);

  const once = (movement: string): void => {
    assert.ok(!movements.has(movement), `${movement} happened before`);
    movements.add(movement);
  };
  const supply = (quantity: number): void => {
    const repaid = Math.min(oversold, quantity);
    oversold -= repaid;
    onHand += quantity - repaid;
  };
  const begin = (id: string, requested: number, expiresAt: string | null): Reservation => {
    assert.ok(!open.has(id) && !over.has(id), `${id} came before`);
    const reservation = { requested, held: 0, waiting: 0, expiresAt, partIds: new Set<string>() };
    open.set(id, reservation);
    return reservation;
  };
  const opened = (id: string): Reservation => {
    const reservation = open.get(id);
    if (reservation === undefined) throw new Error(`${id} is not open`);
    return reservation;
  };
  const hold = (reservation: Reservation, quantity: number): void => {
    assert.ok(quantity > 0 && quantity <= free(), "it holds what is free");
    reservation.held += quantity;
    reserved += quantity;
    assert.ok(reservation.held <= reservation.requested);
  };
  const end = (id: string): void => {
    assert.ok(!over.has(id), `${id} ended before`);
    const reservation = open.get(id);
    reserved -= reservation?.held ?? 0;
    waiting -= reservation?.waiting ?? 0;
    open.delete(id);
    over.add(id);
  };
  const takePart = (id: string, partId: string, quantity: number): void => {
    const reservation = opened(id);
    assert.ok(!reservation.partIds.has(partId), `${partId} was taken before`);
    assert.ok(quantity > 0 && quantity <= reservation.held);
    reservation.partIds.add(partId);
    reservation.held -= quantity;
    reserved -= quantity;
    if (reservation.held === 0 && reservation.waiting === 0) end(id);
  };

  const enter = ({ event, at }: Recorded): void => {
    switch (event.type) {
      case "StockReceived":
        once(`receipt ${event.data.receiptId}`);
        return supply(event.data.quantity);
      case "StockRestocked":
        once(`restock ${event.data.restockId}`);
        return supply(event.data.quantity);
      case "StockAdjusted": {
        const { adjustmentId, delta, oversold: owed } = event.data;
        once(`adjustment ${adjustmentId}`);
        if (delta > 0) return supply(delta);
        assert.equal(owed, Math.max(0, -delta - free()));
        onHand += delta + owed;
        oversold += owed;
        return undefined;
      }
      case "StockReserved": {
        const { reservationId, quantity, expiresAt } = event.data;
        assert.ok(quantity <= free() - waiting, "those who wait come first");
        return hold(begin(reservationId, quantity, expiresAt), quantity);
      }
      case "StockPartlyReserved": {
        const { reservationId, quantity, requested, expiresAt } = event.data;
        assert.ok(quantity < requested);
        assert.equal(quantity, free() - waiting, "it takes all that is there");
        return hold(begin(reservationId, requested, expiresAt), quantity);
      }
      case "ReservationDenied": {
        const { reservationId, requested, available } = event.data;
        assert.ok(!open.has(reservationId));
        assert.equal(available, Math.max(0, free() - waiting));
        assert.ok(available < requested);
        return end(reservationId);
      }
      case "StockBackordered": {
        const { reservationId, quantity, expiresAt } = event.data;
        const reservation = open.get(reservationId) ?? begin(reservationId, quantity, expiresAt);
        assert.equal(quantity, reservation.requested - reservation.held);
        reservation.waiting = quantity;
        waiting += quantity;
        return undefined;
      }
      case "BackorderFilled": {
        const { reservationId, quantity } = event.data;
        const [first] = [...open].filter(([, reservation]) => reservation.waiting > 0);
        assert.equal(reservationId, first?.[0]);
        const reservation = opened(reservationId);
        assert.equal(quantity, Math.min(free(), reservation.waiting));
        reservation.waiting -= quantity;
        waiting -= quantity;
        return hold(reservation, quantity);
      }
      case "ReservationConfirmed": {
        const reservation = opened(event.data.reservationId);
        assert.ok(reservation.expiresAt !== null);
        reservation.expiresAt = null;
        return undefined;
      }
      case "ReservationReleased": {
        const { reservationId, quantity, releaseId } = event.data;
        if (releaseId !== null) return takePart(reservationId, `release ${releaseId}`, quantity);
        assert.equal(quantity, open.get(reservationId)?.held ?? 0);
        return end(reservationId);
      }
      case "ReservationExpired": {
        const { reservationId, quantity } = event.data;
        const { held, expiresAt } = opened(reservationId);
        assert.ok(expiresAt !== null && expiresAt <= at);
        assert.equal(quantity, held);
        return end(reservationId);
      }
      case "StockCommitted": {
        const { reservationId, commitId, quantity } = event.data;
        takePart(reservationId, `commit ${commitId}`, quantity);
        onHand -= quantity;
        return undefined;
      }
      case "StockSharded":
        assert.equal(shards, 0);
        shards = event.data.shards;
        return undefined;
      case "StockAllocated": {
        const { allocations } = event.data;
        const total = allocations.reduce((sum, { quantity }) => sum + quantity, 0);
        assert.ok(total > 0 && total <= free() - waiting);
        for (const { shard, quantity } of allocations) {
          assert.ok(shard < shards && quantity > 0);
          allocated.set(shard, (allocated.get(shard) ?? 0) + quantity);
        }
        onHand -= total;
        return undefined;
      }
      case "StockRecalled": {
        const { recallId, quantity } = event.data;
        once(`recall ${recallId}`);
        assert.ok(quantity > 0 && quantity <= free() - waiting, "nobody's units are recalled");
        onHand -= quantity;
        return undefined;
      }
      default:
        return unreachable(event);
    }
  };

  return {
    /** Enters an event; throws if no stock item may have recorded it. */
    enter: (recorded: Recorded): void => {
      enter(recorded);
      assert.ok(onHand >= reserved && reserved >= 0 && oversold >= 0);
    },
    balance: (): Balance => ({ onHand, reserved, oversold, backordered: waiting, allocated }),
    /** Whether units are free that somebody waits for, be it a shard. */
    isUndistributed: (): boolean => free() > 0 && (waiting > 0 || shards > 0),
  };
};
