import { isDeepStrictEqual } from "node:util";
import { canonicalHash } from "../../../actors/kernel/request-hash.ts";
import type { Behaviour } from "../behaviour/behaviour.ts";
import { planDelivery } from "../behaviour/verdict.ts";
import { messageIdOf } from "../messages/message.ts";
import type { Account } from "./account.ts";
import { mostPerOrder, refuse, tooMany, type Decision, type PlannedMessage } from "./decision.ts";
import type { ShipmentRequest } from "./requests.ts";

export interface BookingOutcome {
  readonly carrier: string;
  readonly trackingNumber: string;
}

const carrier = "Simulated Carrier";

/** Books a shipment, once per order and shipment id, and plans what will be heard of it. */
export const bookShipment = (
  account: Account,
  { shipmentId, orderId, lines }: ShipmentRequest,
  behaviour: Behaviour,
): Decision<BookingOutcome> => {
  const before = account.shipments.find((one) => one.shipmentId === shipmentId);
  if (before !== undefined) {
    const { trackingNumber } = before;
    return isDeepStrictEqual(before.lines, lines)
      ? { kind: "known", outcome: { carrier: before.carrier, trackingNumber }, toldBy: null }
      : refuse("ShipmentIdReused", `The shipment ${shipmentId} was booked with other lines.`);
  }
  if (account.shipments.length >= mostPerOrder) return tooMany();

  const trackingNumber = `SIM-${canonicalHash([orderId, shipmentId])}`;
  const judged = planDelivery(behaviour, { orderId, shipmentId });
  const messages = judged.verdict.map(({ afterMs, fails }, index): PlannedMessage => {
    if (fails) {
      const type = "carrier.failed";
      const data = { shipmentId, reason: behaviour.deliveryFailureReason };
      return { message: { id: messageIdOf(type, orderId, shipmentId, index + 1), type, orderId, data }, afterMs };
    }
    const type = "carrier.delivered";
    return { message: { id: messageIdOf(type, orderId, shipmentId), type, orderId, data: { shipmentId } }, afterMs };
  });
  return {
    kind: "decided",
    outcome: { carrier, trackingNumber },
    toldBy: null,
    account: { ...account, shipments: [...account.shipments, { shipmentId, lines, carrier, trackingNumber }] },
    behaviour: judged.behaviour,
    messages,
  };
};
