import { deepEqual, equal, partialDeepStrictEqual } from "node:assert/strict";
import type { Stage } from "../stage.ts";
import type { Story } from "../story.ts";

/** Five are wanted and three are there. */
const placeShort = async ({ id, customer, warehouse, untilStatus, untilStock }: Stage) => {
  const [orderId, sku] = [id("order"), id("lamp")];
  await warehouse.receive(sku, "north", 3);
  await untilStock(sku, "north", { available: 3 });
  await customer.place(orderId, {
    lines: [{ lineId: "1", sku, location: "north", quantity: 5, unitPriceMinor: 1_250 }],
  });
  const { shortage } = await untilStatus(orderId, "AwaitingCustomer");
  deepEqual(shortage, { lines: [{ lineId: "1", missing: 2 }] });
  return { orderId, sku };
};

export const shortageAccepted: Story = {
  name: "short-taken",
  title: "Something is missing; the customer takes what is there and pays for that.",
  play: async (stage) => {
    const { customer, warehouse, untilStatus, untilStock, ledgerOf } = stage;
    const { orderId, sku } = await placeShort(stage);
    await customer.send(orderId, { type: "ConfirmShortage", choice: "accept" });
    await warehouse.packAll(await untilStatus(orderId, "Fulfilling"));
    const { dueMinor, totalMinor, payment, lines } = await untilStatus(orderId, "Completed");
    deepEqual([totalMinor, dueMinor], [6_250, 3_750]);
    partialDeepStrictEqual(payment, { authorisedMinor: 3_750, capturedMinor: 3_750, voidedMinor: 0 });
    partialDeepStrictEqual(lines, [{ quantity: 5, delivered: 3, cancelled: 2 }]);
    equal((await ledgerOf(orderId)).balance.capturedMinor, 3_750);
    await untilStock(sku, "north", { onHand: 0, reserved: 0 });
  },
};

export const shortageRefused: Story = {
  name: "short-refused",
  title: "Something is missing; the customer wants all or nothing, and what was held is free again.",
  play: async (stage) => {
    const { customer, world, untilStatus, untilStock } = stage;
    const { orderId, sku } = await placeShort(stage);
    await customer.send(orderId, { type: "ConfirmShortage", choice: "refuse" });
    partialDeepStrictEqual(await untilStatus(orderId, "Cancelled"), { payment: null, lines: [{ cancelled: 5 }] });
    equal(await world.provider.readAccount(orderId), undefined);
    await untilStock(sku, "north", { onHand: 3, reserved: 0, available: 3 });
  },
};

export const shortageWaited: Story = {
  name: "short-waited",
  title: "Something is missing; the customer waits, and has it as soon as it comes.",
  play: async (stage) => {
    const { customer, warehouse, untilStatus, untilStock, ledgerOf } = stage;
    const { orderId, sku } = await placeShort(stage);
    await customer.send(orderId, { type: "ConfirmShortage", choice: "wait" });
    await untilStock(sku, "north", { reserved: 3, backordered: 2 });
    await warehouse.receive(sku, "north", 4);
    await warehouse.packAll(await untilStatus(orderId, "Fulfilling"));
    partialDeepStrictEqual(await untilStatus(orderId, "Completed"), { lines: [{ delivered: 5, cancelled: 0 }] });
    equal((await ledgerOf(orderId)).balance.capturedMinor, 6_250);
    await untilStock(sku, "north", { onHand: 2, reserved: 0, backordered: 0 });
  },
};
