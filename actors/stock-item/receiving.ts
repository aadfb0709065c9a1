import { accept } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { StockItemEvent } from "./events.ts";
import { refuse, refuseStockLimit } from "./rejections.ts";
import type { ReceiveStock, RestockItems } from "./schemas.ts";
import type { Movement, StockItemState } from "./state.ts";

/** The movement of this kind and id, if the item remembers it. */
export const movementOf = (state: StockItemState, kind: Movement["kind"], id: string): Movement | undefined =>
  state.status === "Unknown"
    ? undefined
    : state.movements.find((movement) => movement.kind === kind && movement.id === id);

/** Whether so many more units can be on hand. */
export const hasRoomFor = (state: StockItemState, quantity: number): boolean =>
  state.status === "Unknown" || Number.isSafeInteger(state.onHand + quantity);

/** Takes goods that were delivered. */
export const receiveStock = (
  { receiptId, quantity }: ReceiveStock,
  state: StockItemState,
): Decision<StockItemEvent> => {
  const known = movementOf(state, "receipt", receiptId);
  if (known !== undefined) {
    return known.quantity === quantity
      ? accept()
      : refuse("ReceiptMismatch", `Receipt ${receiptId} brought ${known.quantity} units, not ${quantity}.`);
  }
  return hasRoomFor(state, quantity)
    ? accept({ type: "StockReceived", data: { receiptId, quantity } })
    : refuseStockLimit();
};

/** Takes goods back that customers returned and that can be sold again. */
export const restockItems = (
  { restockId, quantity }: RestockItems,
  state: StockItemState,
): Decision<StockItemEvent> => {
  const known = movementOf(state, "restock", restockId);
  if (known !== undefined) {
    return known.quantity === quantity
      ? accept()
      : refuse("RestockMismatch", `Restock ${restockId} brought ${known.quantity} units, not ${quantity}.`);
  }
  return hasRoomFor(state, quantity)
    ? accept({ type: "StockRestocked", data: { restockId, quantity } })
    : refuseStockLimit();
};
