import type { OrderEventOf } from "../../../actors/order/events.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { sumByStockItem } from "./stock-quantities.ts";
import type { StockQuantity, Task } from "./task.ts";

/** What was sold from stock that is kept here. */
const soldItems = (sale: OrderState): readonly StockQuantity[] => {
  if (sale.status !== "SaleCompleted" && sale.status !== "SaleVoided") return [];
  return sale.terms?.fulfilment === "managed" ? sumByStockItem(sale.terms.lines) : [];
};

/** Goods that were paid at the till are gone. Were they brought back since, that follows as an event of its own. */
export const planSale = (saleId: string, sale: OrderState): readonly Task[] => {
  const items = soldItems(sale);
  return items.length === 0 ? [] : [{ kind: "takeSold", saleId, items }];
};

/** The goods of a sale that was complete before it was voided are on the shelf again. */
export const planVoidedSale = ({ data }: OrderEventOf<"SaleVoided">, sale: OrderState): readonly Task[] => {
  const items = data.wasCompleted ? soldItems(sale) : [];
  return items.length === 0 ? [] : [{ kind: "restock", items }];
};
