import { isDeepStrictEqual } from "node:util";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import { stockItemEventHistories } from "../../../actors/stock-item/events.ts";
import { stockItemView } from "../../../actors/stock-item/view.ts";
import { firstOfEachId, type PublishedEvent } from "../../support/kafka.ts";
import type { OrderView } from "../../../actors/order/view.ts";
import type { Observed } from "../observe.ts";
import type { Plan, StockPlan } from "../plan.ts";
import { checkEach, type Finding } from "./finding.ts";

/** Units of an item in the lines of managed orders, the only ones that touch stock. */
const unitsIn = (orders: readonly OrderView[], { sku, location }: StockPlan, part: "shipped" | "reserved"): number =>
  orders
    .filter(({ fulfilment }) => fulfilment === "managed")
    .flatMap(({ lines }) => lines)
    .filter((line) => line.sku === sku && line.location === location)
    .reduce((sum, line) => sum + line[part], 0);

const eventTypePrefix = "orders.event.";

/** Events are published in the shape that is stored today. */
const versionOf = (eventType: string): number =>
  Object.values(stockItemEventHistories).find(({ type }) => type === eventType)?.schemaVersion ?? 1;

/** What folding the published events gives; the public form of a stock event has all that is stored. */
const foldStock = (events: readonly PublishedEvent[]) =>
  events.reduce((state, { type, data, time }) => {
    const eventType = type.slice(eventTypePrefix.length);
    return stockItemAggregate.evolve(
      state,
      stockItemAggregate.decodeEvent(eventType, versionOf(eventType), data),
      time,
    );
  }, stockItemAggregate.initial);

const checkSnapshots = (plan: Plan, { stock, stockEvents }: Observed): Finding => {
  const bySubject = Map.groupBy(firstOfEachId(stockEvents), ({ subject }) => subject);
  return checkEach("stock snapshots that equal the fold of the events", plan.stock, ({ sku, location }) => {
    const streamId = `${sku}~${location}`;
    const events = bySubject.get(streamId) ?? [];
    const view = stock.get(streamId);
    const folded = stockItemView(streamId, events.length, foldStock(events));
    return isDeepStrictEqual(view, folded)
      ? undefined
      : `${streamId} is ${JSON.stringify(view)}, and folding its events gives ${JSON.stringify(folded)}`;
  });
};

/** Every unit received is still there or was shipped, and what is reserved is what open orders hold. */
export const checkStock = (plan: Plan, observed: Observed): Finding[] => {
  const orders = plan.orders.flatMap(({ orderId }) => observed.orders.get(orderId)?.snapshot ?? []);
  const items = plan.stock.map((stock): Finding => {
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
  return [...items, checkSnapshots(plan, observed)];
};
