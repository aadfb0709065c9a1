import { deepEqual, ok, partialDeepStrictEqual } from "node:assert/strict";
import { z } from "zod";
import { messageIdOf } from "../../../services/simulated-provider/messages/message.ts";
import { openTopic, type TopicReader } from "../../support/kafka.ts";
import { waitFor } from "../../support/wait-for.ts";
import { commandTopic } from "../actors/back-end.ts";
import type { Stage } from "../stage.ts";
import type { Story } from "../story.ts";

/** What may happen to an order once only. */
const oneOff = ["PaymentAuthorised", "PaymentCaptured", "ShipmentDelivered", "RefundIssued", "OrderCompleted"];

const mugs = 6;
const parcels = mugs + 1;
/** How often the carrier comes to each parcel in vain, in such haste that the news of it overtake each other. */
const failures = 3;
/** Of the authorisation, of each parcel's capture and the carrier's attempts, and of the refund. */
const newsCount = 1 + parcels * (1 + failures + 1) + 1;

const providerMessage = z.object({ id: z.string(), source: z.literal("/simulated-provider") });

/** Waits until the provider has told everything of an order twice, and gives the ids of its messages in the order of Kafka. */
const untilToldTwice = async (topic: TopicReader, orderId: string): Promise<string[]> => {
  const ids = new Set<string>();
  await waitFor(
    async () => {
      for (const { key, value } of await topic.readNew()) {
        const read = providerMessage.safeParse(key === orderId ? JSON.parse(value.toString("utf8")) : undefined);
        if (read.success) ids.add(read.data.id);
      }
      return ids.size >= 2 * newsCount;
    },
    { what: `${2 * newsCount} messages of the provider about ${orderId}`, timeoutMs: 30_000 },
  );
  return [...ids];
};

/** Whether what the carrier told of a parcel came in another order than it happened in. */
const isOutOfOrder = (told: readonly string[], orderId: string, shipmentId: string): boolean => {
  const inOrder = [
    ...Array.from({ length: failures }, (_, index) => messageIdOf("carrier.failed", orderId, shipmentId, index + 1)),
    messageIdOf("carrier.delivered", orderId, shipmentId),
  ];
  return told.filter((id) => inOrder.includes(id)).join() !== inOrder.join();
};

const play = async (stage: Stage, topic: TopicReader): Promise<void> => {
  const { id, world, customer, warehouse, untilOrder, untilStatus, untilStock, ledgerOf } = stage;
  const [orderId, mug, lamp] = [id("order"), id("mug"), id("lamp")];
  await warehouse.receive(mug, "north", mugs);
  await warehouse.receive(lamp, "south", 1);
  await untilStock(mug, "north", { available: mugs });
  await untilStock(lamp, "south", { available: 1 });
  await customer.place(orderId, {
    lines: [
      { lineId: "1", sku: mug, location: "north", quantity: mugs, unitPriceMinor: 777 },
      { lineId: "2", sku: lamp, location: "south", quantity: 1, unitPriceMinor: 3_100 },
    ],
  });
  const planned = await untilStatus(orderId, "Fulfilling");
  for (let parcel = 1; parcel <= mugs; parcel += 1)
    await warehouse.pack(planned, `${orderId}-mug-${parcel}`, "north", [{ lineId: "1", quantity: 1 }]);
  await warehouse.pack(planned, `${orderId}-lamp`, "south", [{ lineId: "2", quantity: 1 }]);
  const { totalMinor, shipments } = await untilStatus(orderId, "Completed");
  // A parcel that nobody announced.
  await warehouse.takeBack(orderId, "R-1", [{ lineId: "2", quantity: 1, condition: "resalable" }]);
  await untilOrder(orderId, "refunded", ({ payment }) => payment?.refundedMinor === 3_100);
  await untilStatus(orderId, "Completed");

  const told = await untilToldTwice(topic, orderId);
  const first = told.filter((messageId) => !messageId.endsWith("/again"));
  deepEqual(told.toSorted(), first.flatMap((messageId) => [messageId, `${messageId}/again`]).toSorted());
  // Four messages are in order by chance once in 24 times; those of seven parcels, once in some 10^9 times.
  const outOfOrder = shipments.filter(({ shipmentId }) => isOutOfOrder(told, orderId, shipmentId));
  ok(outOfOrder.length > 0, "all that the carrier told came in order");

  const history = await world.gateway.readEvents(orderId);
  deepEqual(
    oneOff.map((type) => [type, history.filter((event) => event.type === type).length]),
    [
      ["PaymentAuthorised", 1],
      ["PaymentCaptured", parcels],
      ["ShipmentDelivered", parcels],
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
};

export const unreliableProvider: Story = {
  name: "provider",
  title: "The provider answers later, twice and out of order, and the carrier comes in vain: everything counts once.",
  providerRules: (orderIdPrefix) => [
    { on: "authorisation", orderIdPrefix, pending: true },
    { on: "capture", orderIdPrefix, pending: true },
    { on: "refund", orderIdPrefix, pending: true },
    { on: "delivery", orderIdPrefix, afterMs: 10, failures },
  ],
  play: async (stage) => {
    const { brokers } = stage.world.whereabouts;
    const topic = await openTopic(brokers, commandTopic, "end");
    try {
      await play(stage, topic);
    } finally {
      await topic.close();
    }
  },
};
