import { deepEqual, equal } from "node:assert/strict";
import { forEachAtMost } from "../../support/concurrency.ts";
import { waitFor } from "../../support/wait-for.ts";
import type { Stage } from "../stage.ts";
import type { Story } from "../story.ts";

/** More orders than there are pieces of a SKU, in one piece or spread over shards. */
interface Hot {
  readonly name: string;
  readonly customers: number;
  readonly pieces: number;
  readonly shards: number;
}

const gameConsole: Hot = { name: "console", customers: 200, pieces: 50, shards: 4 };
const turntable: Hot = { name: "turntable", customers: 200, pieces: 50, shards: 0 };
const hot = [gameConsole, turntable];
const customers = gameConsole.customers + turntable.customers;
const readsAtATime = 16;
const settleMs = 240_000;

/** Waits until every order has one of the statuses, and gives the ids of each. */
const untilAll = async (
  { world, customer }: Stage,
  statuses: readonly string[],
  count: number,
): Promise<Map<string, string[]>> => {
  let seen = new Map<string, string[]>();
  await waitFor(
    async () => {
      const rows = await world.gateway.listOrders({ customerId: customer.customerId }).catch(() => []);
      seen = new Map(
        [...Map.groupBy(rows, ({ status }) => status)].map(([status, group]) => [
          status,
          group.map(({ orderId }) => orderId),
        ]),
      );
      return rows.length === count && [...seen.keys()].every((status) => statuses.includes(status));
    },
    { what: `${count} orders to be ${statuses.join(" or ")}`, timeoutMs: settleMs },
  );
  return seen;
};

/** Puts the pieces on the shelf, and has an operator spread them before anybody orders. */
const supply = async (stage: Stage, { name, pieces, shards }: Hot): Promise<void> => {
  const { id, books, world, warehouse, untilStock } = stage;
  const sku = id(name);
  await warehouse.receive(sku, "north", pieces);
  await untilStock(sku, "north", { available: pieces });
  if (shards === 0) return;
  const { httpStatus } = await world.gateway.sendStockCommand(sku, "north", id("shard"), {
    type: "ShardStock",
    shards,
  });
  equal(httpStatus, 200);
  books.noteRequest();
  await untilStock(sku, "north", { available: pieces, shards });
};

const orderIdsOf = ({ id }: Stage, { name, customers: count }: Hot): string[] =>
  Array.from({ length: count }, (_, index) => id(`${name}-${index + 1}`));

export const hotSku: Story = {
  name: "hot",
  isCrowded: true,
  title: `${gameConsole.customers} orders at once want the last ${gameConsole.pieces} pieces, which lie in ${gameConsole.shards} shards, and ${turntable.customers} the last ${turntable.pieces} of a SKU without shards: exactly those are sold.`,
  play: async (stage) => {
    const { id, customer, warehouse, untilStatus, untilStock } = stage;
    for (const each of hot) await supply(stage, each);
    const wanted = hot.flatMap((each) => orderIdsOf(stage, each).map((orderId) => ({ orderId, sku: id(each.name) })));
    await forEachAtMost(customers, wanted, async ({ orderId, sku }) => {
      await customer.place(orderId, {
        lines: [{ lineId: "1", sku, location: "north", quantity: 1, unitPriceMinor: 49_900 }],
      });
    });

    const settled = await untilAll(stage, ["Fulfilling", "AwaitingCustomer"], customers);
    const [winners = [], losers = []] = [settled.get("Fulfilling"), settled.get("AwaitingCustomer")];
    for (const each of hot) {
      const own = new Set(orderIdsOf(stage, each));
      equal(winners.filter((orderId) => own.has(orderId)).length, each.pieces);
      await untilStock(id(each.name), "north", { onHand: each.pieces, reserved: each.pieces, available: 0 });
    }

    const refuse = { type: "ConfirmShortage", choice: "refuse" };
    await Promise.all([
      forEachAtMost(customers, losers, async (orderId) => {
        const { shortage } = await untilStatus(orderId, "AwaitingCustomer");
        deepEqual(shortage, { lines: [{ lineId: "1", missing: 1 }] });
        await customer.send(orderId, refuse);
      }),
      forEachAtMost(readsAtATime, winners, async (orderId) => {
        await warehouse.packAll(await untilStatus(orderId, "Fulfilling"));
      }),
    ]);
    const ended = await untilAll(stage, ["Completed", "Cancelled"], customers);
    deepEqual(ended.get("Completed")?.toSorted(), winners.toSorted());
    for (const { name } of hot) await untilStock(id(name), "north", { onHand: 0, reserved: 0, available: 0 });
    await forEachAtMost(readsAtATime, winners, async (orderId) => {
      await untilStatus(orderId, "Completed");
    });
    await forEachAtMost(readsAtATime, losers, async (orderId) => {
      await untilStatus(orderId, "Cancelled");
    });
  },
};
