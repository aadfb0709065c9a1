import { deepEqual, equal, partialDeepStrictEqual } from "node:assert/strict";
import type { Story } from "../story.ts";

export const cancelBeforePacking: Story = {
  name: "cancel-early",
  title: "An order is cancelled before anything of it is packed: its stock and its money are free again.",
  play: async ({ id, customer, warehouse, untilStatus, untilStock, ledgerOf }) => {
    const [orderId, hasty, sku] = [id("order"), id("hasty"), id("mug")];
    const lines = [{ lineId: "1", sku, location: "south", quantity: 4, unitPriceMinor: 899 }];
    await warehouse.receive(sku, "south", 10);
    await untilStock(sku, "south", { available: 10 });
    await customer.place(orderId, { lines });
    await customer.place(hasty, { lines });
    // This one changes its mind while the stock is being reserved.
    await customer.send(hasty, { type: "RequestCancel", reason: "found it cheaper" });
    await untilStatus(orderId, "Fulfilling");
    await customer.send(orderId, { type: "RequestCancel", reason: "changed my mind" });

    await untilStatus(hasty, "Cancelled");
    partialDeepStrictEqual(await untilStatus(orderId, "Cancelled"), { lines: [{ reserved: 0, cancelled: 4 }] });
    partialDeepStrictEqual((await ledgerOf(orderId)).balance, {
      authorisedMinor: 3_596,
      capturedMinor: 0,
      voidedMinor: 3_596,
    });
    await untilStock(sku, "south", { onHand: 10, reserved: 0, available: 10 });
  },
};

export const cancelAfterPacking: Story = {
  name: "cancel-late",
  title: "Once something is packed, only the rest can be cancelled; what was set aside for that is free again.",
  play: async ({ id, customer, warehouse, untilOrder, untilStatus, untilStock, ledgerOf }) => {
    const [orderId, lamp, mug] = [id("order"), id("lamp"), id("mug")];
    await warehouse.receive(lamp, "north", 1);
    await warehouse.receive(mug, "north", 6);
    await untilStock(lamp, "north", { available: 1 });
    await untilStock(mug, "north", { available: 6 });
    await customer.place(orderId, {
      lines: [
        { lineId: "1", sku: lamp, location: "north", quantity: 1, unitPriceMinor: 5_900 },
        { lineId: "2", sku: mug, location: "north", quantity: 6, unitPriceMinor: 899 },
      ],
    });
    const planned = await untilStatus(orderId, "Fulfilling");
    await warehouse.pack(planned, `${orderId}-a`, "north", [
      { lineId: "1", quantity: 1 },
      { lineId: "2", quantity: 1 },
    ]);
    await untilOrder(orderId, "packed", ({ shipments }) => shipments.length === 1);
    const all = { type: "RequestCancel", reason: "changed my mind" };
    equal(await customer.sendInVain(orderId, all), "AlreadyPacked");
    await customer.send(orderId, { ...all, lines: [{ lineId: "2", quantity: 5 }] });

    const { payment, lines } = await untilStatus(orderId, "Completed");
    deepEqual(
      lines.map(({ delivered, cancelled }) => [delivered, cancelled]),
      [
        [1, 0],
        [1, 5],
      ],
    );
    equal(payment?.capturedMinor, 6_799);
    const voided = await untilOrder(orderId, "voided", (order) => order.payment?.voidedMinor === 4_495);
    partialDeepStrictEqual(voided.payment, { authorisedMinor: 11_294, capturedMinor: 6_799 });
    partialDeepStrictEqual((await ledgerOf(orderId)).balance, {
      authorisedMinor: 11_294,
      capturedMinor: 6_799,
      voidedMinor: 4_495,
    });
    await untilStock(lamp, "north", { onHand: 0, reserved: 0 });
    await untilStock(mug, "north", { onHand: 5, reserved: 0 });
  },
};
