import { deepEqual } from "node:assert/strict";
import { commandTopic } from "../actors/back-end.ts";
import type { Story } from "../story.ts";

export const poisonAmongGoodOnes: Story = {
  name: "poison",
  title: "Messages that can never succeed go to the dead letters alone; their order and all others go on.",
  play: async ({ id, books, world, backEnd, customer, untilStatus }) => {
    const [orderId, neighbour] = [id("order"), id("neighbour")];
    const marketplace = backEnd("marketplace");
    const placement = {
      customerId: customer.customerId,
      currency: "EUR",
      fulfilment: "external",
      lines: [{ lineId: "1", sku: "tea", location: "berlin", quantity: 2, unitPriceMinor: 450 }],
    };
    const reservation = { reservationId: "theirs-1" };
    const event = (type: string, data: object, more: object = {}): string =>
      JSON.stringify({
        specversion: "1.0",
        id: id("poison"),
        source: "/poison",
        type,
        subject: orderId,
        data,
        ...more,
      });
    const poison = [
      ["NotJson", "this is no JSON"],
      ["NotJson", ""],
      ["InvalidEvent", "{}"],
      ["UnknownType", event("orders.command.EatOrder", {})],
      ["UnknownType", event("orders.command.CompleteCancel", {})],
      ["InvalidCommand", event("marketplace.order", { ...placement, lines: [] })],
      ["KeyMismatch", event("carrier.delivered", { shipmentId: "s-1" }, { subject: neighbour })],
      ["Rejected", event("carrier.delivered", { shipmentId: "never-sent" })],
    ] as const;

    await marketplace.tell("marketplace.order", orderId, placement);
    await marketplace.tell("marketplace.order", neighbour, placement);
    for (const [cause, content] of poison) {
      const place = await world.writer.write(commandTopic, orderId, content);
      books.noteMessage();
      books.notePoison({ key: orderId, place, content, cause });
    }
    await marketplace.tell("orders.command.RecordReservation", orderId, reservation);
    await marketplace.tell("orders.command.RecordReservation", neighbour, reservation);

    for (const one of [orderId, neighbour]) {
      await untilStatus(one, "Reserved");
      deepEqual(
        (await world.gateway.readEvents(one)).map(({ type }) => type),
        ["OrderPlaced", "LinesReserved"],
      );
    }
  },
};
