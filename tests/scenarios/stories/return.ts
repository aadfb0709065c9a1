import { equal, partialDeepStrictEqual } from "node:assert/strict";
import type { Story } from "../story.ts";

export const returnWithRefund: Story = {
  name: "return",
  title: "Part of an order comes back, one piece of it damaged; the customer gets back what it is worth.",
  play: async ({ id, customer, warehouse, untilOrder, untilStatus, untilStock, ledgerOf }) => {
    const [orderId, sku, returnId] = [id("order"), id("kettle"), "R-1"];
    await warehouse.receive(sku, "north", 3);
    await untilStock(sku, "north", { available: 3 });
    await customer.place(orderId, {
      lines: [{ lineId: "1", sku, location: "north", quantity: 3, unitPriceMinor: 1_000, taxRatePpm: 190_000 }],
      discountMinor: 100,
    });
    await warehouse.packAll(await untilStatus(orderId, "Fulfilling"));
    const { totalMinor } = await untilStatus(orderId, "Completed");
    equal(totalMinor, 3_451);

    const lines = [{ lineId: "1", quantity: 2 }];
    await customer.send(orderId, { type: "RequestReturn", returnId, reason: "too loud", lines });
    await customer.send(orderId, { type: "ApproveReturn", returnId });
    const parcel = [
      { lineId: "1", quantity: 1, condition: "resalable" },
      { lineId: "1", quantity: 1, condition: "damaged" },
    ] as const;
    await warehouse.takeBack(orderId, returnId, parcel, 250);

    // Two of three units are worth 2,301 of 3,451; 250 are kept for the damage.
    const refunded = await untilOrder(orderId, "refunded", ({ payment }) => payment?.refundedMinor === 2_051);
    partialDeepStrictEqual(refunded.returns, [{ returnId, status: "Received", refund: { amountMinor: 2_051 } }]);
    await untilStatus(orderId, "Completed");
    partialDeepStrictEqual((await ledgerOf(orderId)).balance, { capturedMinor: 3_451, refundedMinor: 2_051 });
    await untilStock(sku, "north", { onHand: 1, reserved: 0, available: 1 });
  },
};
