import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RecordUnpack } from "../commands/fulfilment.ts";
import type { OrderEvent } from "../events.ts";
import { findShipment, isUnpacked } from "../lines.ts";
import { refuse, refuseUnknownShipment } from "../rejections.ts";
import type { PlacedOrder, ShippingOrder } from "../state.ts";
import type { PackedShipment } from "../state/shipment.ts";
import { refuseCaptured, refuseCapturePending, refuseNothingPacked } from "./capture.ts";
import { ignore } from "./late-messages.ts";
import { byShippingPhase } from "./shipping-phase.ts";

/**
 * Records that a shipment was unpacked whose capture was declined: its units are reserved and planned again, to be packed
 * anew or cancelled. Who unpacks it has it, so that whatever the carrier told of it was wrong, and goes with it.
 */
export const recordUnpack = (command: RecordUnpack, order: PlacedOrder): Decision<OrderEvent> =>
  byShippingPhase(order, {
    early: refuseNothingPacked,
    shipping: (shippingOrder) => unpackOrRepeat(command, shippingOrder),
    over: () => ignore(command, "OrderOver"),
  });

const unpackOrRepeat = ({ shipmentId }: RecordUnpack, order: ShippingOrder): Decision<OrderEvent> => {
  if (isUnpacked(order, shipmentId)) return accept();
  const shipment = findShipment(order, shipmentId);
  if (shipment === undefined) return refuseUnknownShipment(shipmentId, order);
  return shipment.status === "Packed"
    ? unpack(shipment)
    : refuse("AlreadyDispatched", `The carrier has shipment ${shipmentId}.`);
};

/** Money that was taken, or may be at this moment, is for a shipment that is sent. */
const unpack = ({ shipmentId, capture }: PackedShipment): Decision<OrderEvent> => {
  switch (capture.status) {
    case "requested":
      return refuseCapturePending(shipmentId);
    case "captured":
      return refuseCaptured(shipmentId);
    case "declined":
    case "waived":
      return accept({ type: "ShipmentUnpacked", data: { shipmentId } });
    default:
      return unreachable(capture);
  }
};
