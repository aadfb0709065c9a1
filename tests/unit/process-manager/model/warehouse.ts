import type { MemoryWorld } from "../memory-process.ts";

/** Packs whatever is planned and not packed, one shipment for each fulfilment. */
export const packEverything = ({ actors }: MemoryWorld): void => {
  for (const [orderId, order] of actors.orders()) {
    if (order.status !== "Fulfilling") continue;
    for (const { fulfilmentId, lines } of order.fulfilments) {
      const left = lines.flatMap(({ lineId, planned, packed }) =>
        planned > packed ? [{ lineId, quantity: planned - packed }] : [],
      );
      if (left.length === 0) continue;
      const data = { shipmentId: `last-${fulfilmentId}`, fulfilmentId, lines: left };
      actors.send("outside", "Order", orderId, { commandId: `pack-${fulfilmentId}`, type: "RecordPack", data });
    }
  }
};

/** Tells the dispatch of what a carrier had before it was paid for, as it told: no other one is booked for that. */
export const tellWhoHasWhat = ({ actors }: MemoryWorld): void => {
  for (const [orderId, order] of actors.orders()) {
    if (order.status !== "Fulfilling") continue;
    for (const { shipmentId, status } of order.shipments) {
      const told = actors.feed
        .filter(({ streamId, data }) => streamId === orderId && data["shipmentId"] === shipmentId)
        .map(({ type }) => type);
      const [reported, paid] = [told.indexOf("DeliveryReportedEarly"), told.indexOf("PaymentCaptured")];
      if (status !== "Packed" || reported === -1 || paid < reported) continue;
      actors.send("outside", "Order", orderId, {
        commandId: `dispatch-${shipmentId}`,
        type: "DispatchShipment",
        data: { shipmentId, carrier: "own van", trackingNumber: "1" },
      });
    }
  }
};

/** Delivers whatever is on its way. */
export const deliverEverything = ({ actors }: MemoryWorld): void => {
  for (const [orderId, order] of actors.orders()) {
    if (order.status !== "Fulfilling") continue;
    for (const { shipmentId, status } of order.shipments) {
      if (status !== "Dispatched" && status !== "Failed") continue;
      actors.send("outside", "Order", orderId, {
        commandId: `deliver-${shipmentId}`,
        type: "RecordDelivery",
        data: { shipmentId },
      });
    }
  }
};
