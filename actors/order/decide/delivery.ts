import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RecordDelivery, RecordDeliveryFailure } from "../commands/fulfilment.ts";
import type { OrderEvent } from "../events.ts";
import { refuse, refuseUnknownShipment } from "../rejections.ts";
import type { PlacedOrder } from "../state.ts";
import { cameBack } from "../state/shipment.ts";
import type { Shipment } from "../state/shipment.ts";
import { findShipment } from "./capture.ts";
import { ignore } from "./late-messages.ts";

/** Records what the carrier tells of a shipment: that it arrived, or that it could not be delivered. */
export const recordCarrierMessage = (
  command: RecordDelivery | RecordDeliveryFailure,
  order: PlacedOrder,
): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
      return refuseNotDispatched(command.shipmentId);
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return ofShipment(command, findShipment(order, command.shipmentId));
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return ignore(command, "OrderOver");
    default:
      return unreachable(order);
  }
};

const refuseNotDispatched = (shipmentId: string): Decision<never> =>
  refuse("NotDispatched", `Shipment ${shipmentId} is not dispatched yet.`);

const ofShipment = (
  command: RecordDelivery | RecordDeliveryFailure,
  shipment: Shipment | undefined,
): Decision<OrderEvent> => {
  const { shipmentId } = command;
  if (shipment === undefined) return refuseUnknownShipment(shipmentId);
  switch (shipment.status) {
    case "Packed":
      return refuseNotDispatched(shipmentId);
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
