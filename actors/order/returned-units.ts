import { unreachable } from "../kernel/decision.ts";
import type { OrderEventOf } from "./events.ts";
import { quantitiesOf } from "./lines.ts";
import type { LineUnits } from "./state.ts";
import { isSent } from "./state/shipment.ts";
import type { SentShipment, Shipment } from "./state/shipment.ts";

type ReceivedUnits = OrderEventOf<"ReturnReceived">["data"]["lines"][number];

/** How unlikely it is that units were of a shipment, by whether they had reached their customer. */
const rankOf = (status: SentShipment["status"], hadArrived: boolean): number => {
  switch (status) {
    case "Delivered":
      return hadArrived ? 0 : 2;
    case "Dispatched":
      return 1;
    case "Failed":
      return hadArrived ? 2 : 0;
    default:
      return unreachable(status);
  }
};

const attribute = (shipments: readonly Shipment[], units: readonly LineUnits[], hadArrived: boolean): Shipment[] => {
  const left = new Map(quantitiesOf(units));
  const changed = new Map<string, Shipment>();
  const likely = shipments
    .filter(isSent)
    .toSorted((a, b) => rankOf(a.status, hadArrived) - rankOf(b.status, hadArrived));
  for (const shipment of likely) {
    const lines = shipment.lines.map((line) => {
      const quantity = Math.min(line.quantity - line.returned, left.get(line.lineId) ?? 0);
      left.set(line.lineId, (left.get(line.lineId) ?? 0) - quantity);
      return { ...line, returned: line.returned + quantity };
    });
    changed.set(shipment.shipmentId, { ...shipment, lines });
  }
  return shipments.map((shipment) => changed.get(shipment.shipmentId) ?? shipment);
};

/**
 * Says of which shipments returned units were. What a customer announced had reached them; a parcel that nobody announced, or
 * that got lost, had not.
 */
export const withReturned = (
  shipments: readonly Shipment[],
  received: readonly ReceivedUnits[],
  announced: boolean,
): Shipment[] => {
  const lost = received.filter(({ condition }) => condition === "lost");
  const back = received.filter(({ condition }) => condition !== "lost");
  return attribute(attribute(shipments, lost, false), back, announced);
};
