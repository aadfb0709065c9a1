import { accept } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { StockItemEvent } from "./events.ts";
import { hasRoomFor, movementOf } from "./receiving.ts";
import { refuse, refuseStockLimit } from "./rejections.ts";
import type { AdjustStock } from "./schemas.ts";
import { freeUnits } from "./state.ts";
import type { StockItemState } from "./state.ts";

/**
 * Corrects what is on hand. Units that are reserved are never taken: what is missing beyond the free ones is refused, or
 * owed where goods have gone already.
 */
export const adjustStock = (command: AdjustStock, state: StockItemState): Decision<StockItemEvent> => {
  const { adjustmentId, delta } = command;
  const known = movementOf(state, "adjustment", adjustmentId);
  if (known !== undefined) {
    return known.quantity === delta
      ? accept()
      : refuse("AdjustmentMismatch", `Adjustment ${adjustmentId} was one of ${known.quantity} units, not ${delta}.`);
  }
  return delta > 0 ? adjustUpwards(command, state) : adjustDownwards(command, state);
};

const adjusted = ({ adjustmentId, delta, reason }: AdjustStock, oversold: number): StockItemEvent => ({
  type: "StockAdjusted",
  data: { adjustmentId, delta, reason, oversold },
});

const adjustUpwards = (command: AdjustStock, state: StockItemState): Decision<StockItemEvent> =>
  hasRoomFor(state, command.delta) ? accept(adjusted(command, 0)) : refuseStockLimit();

const adjustDownwards = (command: AdjustStock, state: StockItemState): Decision<StockItemEvent> => {
  const { delta, mayOversell } = command;
  const free = state.status === "Unknown" ? 0 : freeUnits(state);
  const missing = Math.max(0, -delta - free);
  if (missing > 0 && !mayOversell) {
    return refuse("AdjustmentBelowReserved", `Only ${free} units are neither reserved nor owed; ${-delta} should go.`);
  }
  const owedBefore = state.status === "Unknown" ? 0 : state.oversold;
  return Number.isSafeInteger(owedBefore + missing) ? accept(adjusted(command, missing)) : refuseStockLimit();
};
