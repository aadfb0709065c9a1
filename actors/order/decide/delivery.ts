import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RecordDelivery, RecordDeliveryFailure } from "../commands/fulfilment.ts";
import type { OrderEvent } from "../events.ts";
import { findShipment } from "../lines.ts";
import { refuse, refuseUnknownShipment } from "../rejections.ts";
import type { PlacedOrder, ShippingOrder } from "../state.ts";
import { cameBack } from "../state/shipment.ts";
import type { PackedShipment } from "../state/shipment.ts";
import { ignore } from "./late-messages.ts";
import { byShippingPhase } from "./shipping-phase.ts";

/** Records what the carrier tells of a shipment: that it arrived, or that it could not be delivered. */
export const recordCarrierMessage = (
  command: RecordDelivery | RecordDeliveryFailure,
  order: PlacedOrder,
): Decision<OrderEvent> =>
  byShippingPhase(order, {
    early: () => refuseNotDispatched(command.shipmentId),
    shipping: (shippingOrder) => ofShipment(command, shippingOrder),
    over: () => ignore(command, "OrderOver"),
  });

const refuseNotDispatched = (shipmentId: string): Decision<never> =>
  refuse("NotDispatched", `Shipment ${shipmentId} is not dispatched yet.`);

/** The carrier has the shipment, whatever the order has heard: what it tells counts as soon as the dispatch is told. */
const keepForDispatch = (
  command: RecordDelivery | RecordDeliveryFailure,
  { shipmentId, reported }: PackedShipment,
): Decision<OrderEvent> => {
  if (command.type === "RecordDelivery") {
    return reported === "delivered"
      ? accept()
      : accept({ type: "DeliveryReportedEarly", data: { shipmentId, outcome: "delivered", reason: null } });
  }
  switch (reported) {
    case "delivered":
      return ignore(command, "AlreadyDelivered");
    case "failed":
      return accept();
    case null:
      return accept({
        type: "DeliveryReportedEarly",
        data: { shipmentId, outcome: "failed", reason: command.reason },
      });
    default:
      return unreachable(reported);
  }
};

const ofShipment = (command: RecordDelivery | RecordDeliveryFailure, order: ShippingOrder): Decision<OrderEvent> => {
  const { shipmentId } = command;
  const shipment = findShipment(order, shipmentId);
  if (shipment === undefined) return refuseUnknownShipment(shipmentId, order);
  switch (shipment.status) {
    case "Packed":
      return keepForDispatch(command, shipment);
    case "Dispatched":
    case "Failed":
      if (cameBack(shipment)) return ignore(command, "AlreadyReturned");
      return command.type === "RecordDelivery"
        ? accept({ type: "ShipmentDelivered", data: { shipmentId } })
        : accept({ type: "DeliveryFailed", data: { shipmentId, reason: command.reason } });
    case "Delivered":
      return command.type === "RecordDelivery" ? accept() : ignore(command, "AlreadyDelivered");
    default:
      return unreachable(shipment);
  }
};
