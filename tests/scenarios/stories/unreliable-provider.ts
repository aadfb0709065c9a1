import { deepEqual, partialDeepStrictEqual } from "node:assert/strict";
import type { Story } from "../story.ts";

/** What may happen to an order once only. */
const oneOff = ["PaymentAuthorised", "PaymentCaptured", "ShipmentDelivered", "RefundIssued", "OrderCompleted"];

export const unreliableProvider: Story = {
  name: "provider",
  title: "The provider answers later, twice and out of order, and the carrier comes in vain: everything counts once.",
  providerRules: (orderIdPrefix) => [
    { on: "authorisation", orderIdPrefix, pending: true },
    { on: "capture", orderIdPrefix, pending: true },
    { on: "refund", orderIdPrefix, pending: true },
    { on: "delivery", orderIdPrefix, afterMs: 400, failures: 1 },
  ],
  play: async ({ id, world, customer, warehouse, untilOrder, untilStatus, untilStock, ledgerOf }) => {
    const [orderId, mug, lamp] = [id("order"), id("mug"), id("lamp")];
    await warehouse.receive(mug, "north", 6);
    await warehouse.receive(lamp, "south", 1);
    await untilStock(mug, "north", { available: 6 });
    await untilStock(lamp, "south", { available: 1 });
    await customer.place(orderId, {
      lines: [
        { lineId: "1", sku: mug, location: "north", quantity: 6, unitPriceMinor: 777 },
        { lineId: "2", sku: lamp, location: "south", quantity: 1, unitPriceMinor: 3_100 },
      ],
    });
    await warehouse.packAll(await untilStatus(orderId, "Fulfilling"));
    const { totalMinor } = await untilStatus(orderId, "Completed");
    // A parcel that nobody announced.
    await warehouse.takeBack(orderId, "R-1", [{ lineId: "2", quantity: 1, condition: "resalable" }]);
    await untilOrder(orderId, "refunded", ({ payment }) => payment?.refundedMinor === 3_100);
    await untilStatus(orderId, "Completed");

    const history = await world.gateway.readEvents(orderId);
    deepEqual(
      oneOff.map((type) => [type, history.filter((event) => event.type === type).length]),
      [
        ["PaymentAuthorised", 1],
        ["PaymentCaptured", 2],
        ["ShipmentDelivered", 2],
        ["RefundIssued", 1],
        ["OrderCompleted", 2],
      ],
    );
    partialDeepStrictEqual((await ledgerOf(orderId)).balance, {
      authorisedMinor: totalMinor,
      capturedMinor: totalMinor,
      refundedMinor: 3_100,
    });
    await untilStock(mug, "north", { onHand: 0, reserved: 0 });
    await untilStock(lamp, "south", { onHand: 1, reserved: 0 });
  },
};
