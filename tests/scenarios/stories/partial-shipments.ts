import { equal, partialDeepStrictEqual } from "node:assert/strict";
import type { Story } from "../story.ts";

const vat = 190_000;

export const partialShipments: Story = {
  name: "parcels",
  title: "An order leaves from two places in three parcels; each is paid for when it is packed.",
  play: async ({ id, customer, warehouse, untilStatus, untilStock, ledgerOf }) => {
    const [orderId, kettle, lamp, mug] = [id("order"), id("kettle"), id("lamp"), id("mug")];
    await warehouse.receive(kettle, "north", 5);
    await warehouse.receive(lamp, "north", 2);
    await warehouse.receive(mug, "south", 8);
    await untilStock(kettle, "north", { available: 5 });
    await untilStock(lamp, "north", { available: 2 });
    await untilStock(mug, "south", { available: 8 });

    // Prices that no number of parcels divides.
    await customer.placeImpatiently(orderId, {
      lines: [
        { lineId: "1", sku: kettle, location: "north", quantity: 3, unitPriceMinor: 3_333, taxRatePpm: vat },
        { lineId: "2", sku: lamp, location: "north", quantity: 2, unitPriceMinor: 2_499, discountMinor: 101 },
        { lineId: "3", sku: mug, location: "south", quantity: 5, unitPriceMinor: 799, taxRatePpm: 70_000 },
      ],
      discountMinor: 500,
      shipping: { amountMinor: 490, taxRatePpm: vat },
    });
    const planned = await untilStatus(orderId, "Fulfilling");
    equal(planned.payment?.authorisedMinor, planned.totalMinor);
    await untilStock(kettle, "north", { onHand: 5, reserved: 3, available: 2 });

    await warehouse.pack(planned, `${orderId}-a`, "north", [
      { lineId: "1", quantity: 1 },
      { lineId: "2", quantity: 2 },
    ]);
    await warehouse.pack(planned, `${orderId}-b`, "south", [{ lineId: "3", quantity: 5 }]);
    await warehouse.pack(planned, `${orderId}-c`, "north", [{ lineId: "1", quantity: 2 }]);

    const { totalMinor, shipments, payment, lines } = await untilStatus(orderId, "Completed");
    equal(shipments.length, 3);
    equal(
      shipments.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      totalMinor,
    );
    partialDeepStrictEqual(payment, { authorisedMinor: totalMinor, capturedMinor: totalMinor, voidedMinor: 0 });
    equal(
      lines.every(({ quantity, delivered }) => delivered === quantity),
      true,
    );
    const { balance } = await ledgerOf(orderId);
    partialDeepStrictEqual(balance, { authorisedMinor: totalMinor, capturedMinor: totalMinor, voidedMinor: 0 });
    await untilStock(kettle, "north", { onHand: 2, reserved: 0 });
    await untilStock(lamp, "north", { onHand: 0, reserved: 0 });
    await untilStock(mug, "south", { onHand: 3, reserved: 0 });
  },
};
