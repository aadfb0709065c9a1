import { beforeEach, describe, expect, test } from "@jest/globals";
import { orderBounds } from "../../../actors/order/state.ts";
import { clientsOf, type Clients } from "./clients.ts";
import { createMemoryWorld, openProcessWith, settle, type MemoryWorld } from "./memory-process.ts";

let world: MemoryWorld;
let clients: Clients;
let run: () => Promise<void>;
let left: string[];

beforeEach(() => {
  world = createMemoryWorld();
  clients = clientsOf(world);
  left = [];
  const process = openProcessWith(world, { onLeft: (_, reason) => left.push(reason) });
  let handled = 0;
  run = async () => {
    const from = handled;
    await settle(world, process, from);
    handled = world.actors.feed.length;
  };
});

/** Hot SKUs, each with one unit in each of 64 shards. */
const stockUp = async (count: number): Promise<string[]> => {
  const skus = Array.from({ length: count }, (_, index) => `sku-${index}`);
  for (const sku of skus) {
    clients.shard(sku, 64);
    clients.receive(sku, 64);
  }
  await run();
  return skus;
};
const placeAll = (skus: readonly string[], quantity: number): void =>
  clients.place("o1", Object.fromEntries(skus.map((sku) => [sku, quantity])));
const faults = () => [left, [...world.parked.records]];

describe("an order whose stock lies in very many places", () => {
  test("has all of it", async () => {
    placeAll(await stockUp(7), 60);
    await run();
    expect([clients.statusOf("o1"), clients.orderOf("o1", "Fulfilling").holds.length]).toEqual(["Fulfilling", 420]);
  });

  test("is short of what lies in more than it can record, and gets that in few places if its customer waits", async () => {
    const skus = await stockUp(10);
    placeAll(skus, 62);
    await run();
    const { holds, shortage } = clients.orderOf("o1", "AwaitingCustomer");
    // Each line keeps room to wait for its goods in one place.
    expect(holds).toHaveLength(orderBounds.holds - skus.length);
    expect(shortage.lines).toEqual([{ lineId: "sku-9", missing: 10 * 62 - holds.length }]);
    clients.order("o1", "ConfirmShortage", { choice: "wait" });
    await run();
    const { lines, holds: all } = clients.orderOf("o1", "Fulfilling");
    expect(lines.every(({ reserved }) => reserved === 62)).toBe(true);
    expect(all.length).toBeLessThanOrEqual(orderBounds.holds);
    expect(all.find(({ stockItemId }) => stockItemId === "sku-9~berlin")).toMatchObject({ quantity: 30 });
    expect(faults()).toEqual([[], []]);
  });

  test("waits with every line when it has no room for more", async () => {
    const skus = await stockUp(10);
    placeAll(skus, 66);
    await run();
    expect(clients.statusOf("o1")).toBe("AwaitingCustomer");
    clients.order("o1", "ConfirmShortage", { choice: "wait" });
    await run();
    for (const sku of skus) clients.receive(sku, 2);
    await run();
    expect(clients.statusOf("o1")).toBe("Fulfilling");
    expect(clients.orderOf("o1", "Fulfilling").holds.length).toBeLessThanOrEqual(orderBounds.holds);
    expect(faults()).toEqual([[], []]);
  });
});
