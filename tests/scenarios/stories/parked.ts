import { deepEqual } from "node:assert/strict";
import { breakStream } from "../../support/broken-stream.ts";
import { waitFor } from "../../support/wait-for.ts";
import type { Story } from "../story.ts";

const settleMs = 90_000;

export const parkedAndRedriven: Story = {
  name: "parked",
  title:
    "A command that faults is parked with all that follows of its order; repaired, an operator lets them go on in order.",
  play: async ({ id, world, backEnd, customer, untilStatus }) => {
    const [orderId, neighbour] = [id("order"), id("neighbour")];
    const marketplace = backEnd("marketplace");
    const placement = {
      customerId: customer.customerId,
      currency: "EUR",
      fulfilment: "external",
      lines: [{ lineId: "1", sku: "tea", location: "berlin", quantity: 2, unitPriceMinor: 450 }],
    };
    const reserve = async (about: string) =>
      marketplace.tell("orders.command.RecordReservation", about, { reservationId: "theirs-1" });
    await marketplace.tell("marketplace.order", orderId, placement);
    await marketplace.tell("marketplace.order", neighbour, placement);
    await untilStatus(neighbour, "Placed");
    await untilStatus(orderId, "Placed");

    const repair = await breakStream(world.whereabouts, orderId);
    try {
      await reserve(orderId);
      await marketplace.tell("payment.authorised", orderId, { authorisationId: "theirs-2", amountMinor: 900 });
      await reserve(neighbour);
      await untilStatus(neighbour, "Reserved");
      const { messages } = await waitFor(
        async () => {
          const found = await world.parked.show(orderId, { limit: 10 }).catch(() => undefined);
          return found?.messages.length === 2 && found;
        },
        { what: `two messages of ${orderId} to be parked`, timeoutMs: settleMs },
      );
      deepEqual(
        messages.map(({ messageType }) => messageType),
        ["orders.command.RecordReservation", "payment.authorised"],
      );
    } finally {
      await repair();
    }

    const { settled, left } = await world.parked.redrive(orderId, "demo");
    deepEqual([settled.map(({ result }) => result), left], [["accepted", "accepted"], 0]);
    await marketplace.tell("warehouse.dispatched", orderId, {
      shipmentId: "s-1",
      carrier: "Hare",
      trackingNumber: "T-1",
    });
    await marketplace.tell("carrier.delivered", orderId, { shipmentId: "s-1" });
    await untilStatus(orderId, "Completed");
    deepEqual(
      (await world.gateway.readEvents(orderId)).map(({ type }) => type),
      [
        "OrderPlaced",
        "LinesReserved",
        "PaymentAuthorised",
        "ShipmentPacked",
        "PaymentCaptured",
        "ShipmentDispatched",
        "ShipmentDelivered",
        "OrderCompleted",
      ],
    );
  },
};
