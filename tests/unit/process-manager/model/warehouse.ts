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
