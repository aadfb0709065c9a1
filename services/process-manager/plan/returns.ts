import type { OrderEventOf } from "../../../actors/order/events.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { sumByStockItem } from "./stock-quantities.ts";
import type { Task } from "./task.ts";

/** What came back and can be sold again goes to the location that it came from, whatever became of the order since. */
export const planRestock = ({ data }: OrderEventOf<"ReturnReceived">, order: OrderState): readonly Task[] => {
  if (order.status !== "Fulfilling" && order.status !== "Completed" && order.status !== "Returning") return [];
  const items = data.lines.flatMap(({ lineId, quantity, condition }) => {
    const line = order.lines.find((candidate) => candidate.lineId === lineId);
    return line === undefined || condition !== "resalable" || quantity === 0
      ? []
      : [{ sku: line.sku, location: line.location, quantity }];
  });
  return items.length === 0 ? [] : [{ kind: "restock", items: sumByStockItem(items) }];
};

/** A refund that the order waits for is asked for. */
export const planRefund = (
  { data: { refundId, returnId } }: OrderEventOf<"RefundRequested">,
  orderId: string,
  order: OrderState,
): readonly Task[] => {
  if (order.status !== "Fulfilling" && order.status !== "Completed" && order.status !== "Returning") return [];
  const asked = order.returns.find((candidate) => candidate.returnId === returnId);
  if (asked?.status !== "Received" || asked.refund.status !== "requested" || asked.refund.refundId !== refundId) {
    return [];
  }
  const { authorisationId } = order.payment;
  return [
    {
      kind: "refund",
      orderId,
      refundId,
      authorisationId,
      amountMinor: asked.refund.amountMinor,
      currency: order.currency,
    },
  ];
};
