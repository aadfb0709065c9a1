import type { OrderCommandBody } from "../support/api.ts";

/** A command and the id under which it is sent, however often. */
export interface OrderCommand {
  readonly commandId: string;
  readonly body: OrderCommandBody;
}

const line = { lineId: "1", sku: "mug", location: "north", quantity: 2, unitPriceMinor: 1_250 };

/** The five commands that take an external order to completion. */
export const externalOrder = (orderId: string) => {
  const shipmentId = `${orderId}-shipment`;
  const command = (body: OrderCommandBody): OrderCommand => ({ commandId: `${orderId}-${body.type}`, body });
  const place = command({
    type: "PlaceOrder",
    customerId: "fault-customer",
    currency: "EUR",
    fulfilment: "external",
    lines: [line],
  });
  const reserve = command({ type: "RecordReservation", reservationId: `${orderId}-reservation` });
  const authorise = command({
    type: "RecordAuthorisation",
    authorisationId: `${orderId}-authorisation`,
    amountMinor: line.quantity * line.unitPriceMinor,
  });
  const dispatch = command({ type: "DispatchShipment", shipmentId, carrier: "Hare", trackingNumber: "T1" });
  const deliver = command({ type: "RecordDelivery", shipmentId });
  return { place, reserve, authorise, dispatch, deliver, all: [place, reserve, authorise, dispatch, deliver] };
};
