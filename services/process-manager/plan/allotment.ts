import type { OrderIn } from "../../../actors/order/state.ts";

/** What a stock item, or a shard of it, has come to hold under one reservation, whatever became of it since. */
export interface TakenStock {
  readonly stockItemId: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  /** All that it holds: more than `quantity` if not all of it is counted on. */
  readonly held: number;
}

/** A line with all that is reserved of it under one reservation, as `RecordReservation` has it. */
export interface AllottedLine {
  readonly lineId: string;
  readonly quantity: number;
  readonly holds: readonly { readonly stockItemId: string; readonly quantity: number }[];
}

/** Units of a line under a reservation, by stock item; a map of its own to be added to. */
type HoldsOfLine = Map<string, number>;

const sumOf = (holds: HoldsOfLine): number => [...holds.values()].reduce((sum, quantity) => sum + quantity, 0);

/**
 * Shares out what stock items hold under the order's reservation among the lines that asked for it: what the order knows
 * stays where it is, and what is new goes to the lines in their order. So the shares of a line only ever grow, in whatever
 * order stock comes and is told of.
 */
export const allotStock = (order: OrderIn<"Placed">, taken: readonly TakenStock[]): AllottedLine[] => {
  const { reservation } = order;
  // An order of the first kind asked for all its lines without saying so.
  const asked = reservation?.lines ?? order.lines.map(({ lineId, open }) => ({ lineId, requested: open }));
  const byLine = new Map(
    asked.map(({ lineId, requested }) => {
      const holds: HoldsOfLine = new Map();
      for (const hold of order.holds) {
        if (hold.reservationId !== reservation?.reservationId || hold.lineId !== lineId) continue;
        holds.set(hold.stockItemId, (holds.get(hold.stockItemId) ?? 0) + hold.quantity);
      }
      const line = order.lines.find((candidate) => candidate.lineId === lineId);
      return [lineId, { requested, holds, sku: line?.sku, location: line?.location }];
    }),
  );
  for (const { stockItemId, sku, location, quantity } of taken.toSorted((a, b) =>
    a.stockItemId < b.stockItemId ? -1 : 1,
  )) {
    const lines = [...byLine.values()].filter((line) => line.sku === sku && line.location === location);
    let fresh = quantity - lines.reduce((sum, { holds }) => sum + (holds.get(stockItemId) ?? 0), 0);
    for (const { requested, holds } of lines) {
      const share = Math.min(fresh, requested - sumOf(holds));
      if (share <= 0) continue;
      holds.set(stockItemId, (holds.get(stockItemId) ?? 0) + share);
      fresh -= share;
    }
  }
  return [...byLine]
    .filter(([, { holds }]) => holds.size > 0)
    .map(([lineId, { holds }]) => ({
      lineId,
      quantity: sumOf(holds),
      holds: [...holds].map(([stockItemId, quantity]) => ({ stockItemId, quantity })),
    }));
};
