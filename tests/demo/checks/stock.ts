import type { OrderView } from "../../../actors/order/view.ts";
import type { Observed } from "../observe.ts";
import type { Plan, StockPlan } from "../plan.ts";
import type { Finding } from "./finding.ts";

/** Units of an item in the lines of managed orders, the only ones that touch stock. */
const unitsIn = (orders: readonly OrderView[], { sku, location }: StockPlan, part: "shipped" | "reserved"): number =>
  orders
    .filter(({ fulfilment }) => fulfilment === "managed")
    .flatMap(({ lines }) => lines)
    .filter((line) => line.sku === sku && line.location === location)
    .reduce((sum, line) => sum + line[part], 0);

/** Every unit received is still there or was shipped, and what is reserved is what open orders hold. */
export const checkStock = (plan: Plan, observed: Observed): Finding[] => {
  const orders = plan.orders.flatMap(({ orderId }) => observed.orders.get(orderId)?.snapshot ?? []);
  return plan.stock.map((stock) => {
    const received = stock.receipts.reduce((sum, { quantity }) => sum + quantity, 0);
    const reserved = unitsIn(orders, stock, "reserved");
    const onHand = received - unitsIn(orders, stock, "shipped");
    const view = observed.stock.get(`${stock.sku}~${stock.location}`);
    const expected = `${onHand} on hand, ${reserved} reserved, ${onHand - reserved} available`;
    const actual =
      view === undefined ? "unknown" : `${view.onHand} on hand, ${view.reserved} reserved, ${view.available} available`;
    return {
      check: `stock of ${stock.sku} at ${stock.location}`,
      expected,
      actual,
      ok: expected === actual,
      mismatches:
        expected === actual ? [] : [`${received} units were received; expected ${expected}; it has ${actual}`],
    };
  });
};
