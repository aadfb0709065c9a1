import { deepEqual } from "node:assert/strict";
import { forEachAtMost } from "../../support/concurrency.ts";
import { waitFor } from "../../support/wait-for.ts";
import type { Stage } from "../stage.ts";
import type { Story } from "../story.ts";

const customers = 200;
const pieces = 50;
const atATime = 40;
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

export const hotSku: Story = {
  name: "hot",
  isCrowded: true,
  title: `${customers} orders at once want the last ${pieces} pieces: exactly ${pieces} are sold.`,
  play: async (stage) => {
    const { id, customer, warehouse, untilStatus, untilStock } = stage;
    const sku = id("console");
    const orderIds = Array.from({ length: customers }, (_, index) => id(`order-${index + 1}`));
    await warehouse.receive(sku, "north", pieces);
    await untilStock(sku, "north", { available: pieces });
    const lines = [{ lineId: "1", sku, location: "north", quantity: 1, unitPriceMinor: 49_900 }];
    await forEachAtMost(atATime, orderIds, async (orderId) => customer.place(orderId, { lines }));

    const settled = await untilAll(stage, ["Fulfilling", "AwaitingCustomer"], customers);
    const [winners = [], losers = []] = [settled.get("Fulfilling"), settled.get("AwaitingCustomer")];
    deepEqual([winners.length, losers.length], [pieces, customers - pieces]);
    await untilStock(sku, "north", { onHand: pieces, reserved: pieces, available: 0 });

    const refuse = { type: "ConfirmShortage", choice: "refuse" };
    await Promise.all([
      forEachAtMost(atATime, losers, async (orderId) => {
        await customer.send(orderId, refuse);
      }),
      forEachAtMost(atATime, winners, async (orderId) => {
        await warehouse.packAll(await untilStatus(orderId, "Fulfilling"));
      }),
    ]);
    const ended = await untilAll(stage, ["Completed", "Cancelled"], customers);
    deepEqual(ended.get("Completed")?.toSorted(), winners.toSorted());
    await untilStock(sku, "north", { onHand: 0, reserved: 0, available: 0 });
    await forEachAtMost(8, winners, async (orderId) => {
      await untilStatus(orderId, "Completed");
    });
    await forEachAtMost(8, losers, async (orderId) => {
      await untilStatus(orderId, "Cancelled");
    });
  },
};
