import { partialDeepStrictEqual } from "node:assert/strict";
import type { Story } from "../story.ts";

export const marketplaceOrder: Story = {
  name: "marketplace",
  title:
    "A marketplace's order is fulfilled elsewhere; every step is reported by Kafka, and the stock here is not touched.",
  play: async ({ id, world, backEnd, customer, untilStatus }) => {
    const orderId = id("order");
    const [marketplace, carrier] = [backEnd("marketplace"), backEnd("carrier")];
    await marketplace.tell("marketplace.order", orderId, {
      customerId: customer.customerId,
      channel: "bazaar",
      currency: "JPY",
      fulfilment: "external",
      lines: [{ lineId: "1", sku: id("fan"), location: "osaka", quantity: 3, unitPriceMinor: 1_280 }],
    });
    await marketplace.tell("orders.command.RecordReservation", orderId, { reservationId: "bazaar-1" });
    await marketplace.tell("payment.authorised", orderId, { authorisationId: "bazaar-2", amountMinor: 3_840 });
    await marketplace.tell("warehouse.dispatched", orderId, {
      shipmentId: "bazaar-3",
      carrier: "Tortoise",
      trackingNumber: "T-3",
    });
    await carrier.tell("carrier.failed", orderId, { shipmentId: "bazaar-3", reason: "Nobody was at home." });
    await carrier.tell("carrier.delivered", orderId, { shipmentId: "bazaar-3" });
    partialDeepStrictEqual(await untilStatus(orderId, "Completed"), {
      channel: "bazaar",
      currencyExponent: 0,
      payment: { capturedMinor: 3_840 },
      shipments: [{ status: "Delivered" }],
    });
    const stock = await world.gateway.readStock(id("fan"), "osaka");
    if (stock !== undefined) throw new Error(`stock of ${id("fan")} was touched`);
  },
};
