import type { OrderPlan, Plan, StockPlan } from "./plan.ts";
import { seedRandom } from "./random.ts";
import { shareOut } from "./scenario-mix.ts";
import { buildScenario } from "./scenarios.ts";

/** What the managed orders want of each stock item. */
const demand = (orders: readonly OrderPlan[]): Map<string, number> => {
  const wanted = new Map<string, number>();
  for (const { lines, fulfilment } of orders) {
    if (fulfilment !== "managed") continue;
    for (const { sku, location, quantity } of lines) {
      const item = `${sku}~${location}`;
      wanted.set(item, (wanted.get(item) ?? 0) + quantity);
    }
  }
  return wanted;
};

/** The SKUs of a run: plenty of the ordinary ones, one unit of the scarce one, half of what is wanted of the contended one. */
export const runSkus = (run: string) => ({
  ordinary: ["kettle", "lamp", "mug"].map((name) => `${run}-${name}`),
  scarce: `${run}-scarce`,
  contended: `${run}-contended`,
  locations: ["north", "south"],
  /** Where the scarce and the contended item are. */
  singleLocation: "north",
});

const receive = (sku: string, location: string, quantities: readonly number[]): StockPlan => ({
  sku,
  location,
  receipts: quantities.map((quantity, index) => ({ receiptId: `${sku}-${location}-receipt-${index + 1}`, quantity })),
});

const planStock = (run: string, orders: readonly OrderPlan[], spare: () => number): StockPlan[] => {
  const wanted = demand(orders);
  const skus = runSkus(run);
  const ordinary = skus.ordinary.flatMap((sku) =>
    skus.locations.map((location) => {
      const enough = wanted.get(`${sku}~${location}`) ?? 0;
      return receive(sku, location, [Math.ceil(enough / 2) + spare(), Math.floor(enough / 2) + spare()]);
    }),
  );
  const contenders = wanted.get(`${skus.contended}~${skus.singleLocation}`) ?? 0;
  const winners = Math.ceil(contenders / 2);
  return [
    ...ordinary,
    receive(skus.scarce, skus.singleLocation, [1]),
    ...(contenders === 0 ? [] : [{ ...receive(skus.contended, skus.singleLocation, [winners]), winners }]),
  ];
};

/**
 * Plans a run: the same run, seed and number of orders give the same plan. Half of the orders (one more, if their number is odd) go by HTTP.
 */
export const makePlan = ({ run, seed, orders }: { run: string; seed: number; orders: number }): Plan => {
  const random = seedRandom(seed);
  const names = [...shareOut(orders)].flatMap(([name, count]) => Array.from({ length: count }, () => name));
  const digits = String(orders).length;
  const planned = names.map((scenario, index) =>
    buildScenario(scenario, {
      orderId: `${run}-${String(index + 1).padStart(digits, "0")}`,
      customerId: `${run}-customer-${random.integer(1, Math.max(1, Math.round(orders / 10)))}`,
      channel: index % 2 === 0 ? "http" : "kafka",
      skus: runSkus(run),
      random,
    }),
  );
  return { run, stock: planStock(run, planned, () => random.integer(1, 5)), orders: random.shuffle(planned) };
};
