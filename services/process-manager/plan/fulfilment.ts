import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { OrderEventOf } from "../../../actors/order/events.ts";
import { unpackedUnits } from "../../../actors/order/lines.ts";
import type { OrderIn, OrderLine, OrderState } from "../../../actors/order/state.ts";
import { sumByHold } from "./stock-quantities.ts";
import type { HeldUnits, PlannedFulfilment, Task } from "./task.ts";

/** One fulfilment for each location that has units to send, in the order of the locations' names. */
const fulfilmentsOf = (orderId: string, lines: readonly OrderLine[]): PlannedFulfilment[] => {
  const toSend = lines.filter((line) => unpackedUnits(line) > 0);
  const locations = [...new Set(toSend.map(({ location }) => location))].toSorted();
  return locations.map((location, index) => ({
    fulfilmentId: `${orderId}~f${index + 1}`,
    location,
    lines: toSend
      .filter((line) => line.location === location)
      .map((line) => ({ lineId: line.lineId, quantity: unpackedUnits(line) })),
  }));
};

/** Whether nobody has said yet where it is to be sent from; orders of the first kind were sent without that. */
const isUnplanned = (order: OrderState): order is OrderIn<"Authorised" | "Fulfilling"> =>
  order.status === "Authorised" || (order.status === "Fulfilling" && order.fulfilments.length === 0);

/** An authorised order keeps its stock for good, and the locations that have it are to pick and pack it. */
export const planFulfilment = (orderId: string, order: OrderState): readonly Task[] => {
  if (!isUnplanned(order)) return [];
  const fulfilments = fulfilmentsOf(orderId, order.lines);
  return fulfilments.length === 0 ? [] : [{ kind: "fulfil", orderId, holds: sumByHold(order.holds), fulfilments }];
};

/** A shipment that is packed and paid for goes to a carrier. */
export const planBooking = (
  { data: { shipmentId } }: OrderEventOf<"PaymentCaptured">,
  orderId: string,
  order: OrderState,
): readonly Task[] => {
  if (order.status !== "Fulfilling") return [];
  const shipment = order.shipments.find((candidate) => candidate.shipmentId === shipmentId);
  if (shipment?.status !== "Packed" || shipment.capture.status !== "captured") return [];
  const lines = shipment.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  return [{ kind: "book", orderId, shipmentId, lines, isReported: shipment.reported !== null }];
};

/** What an order of the first kind sent were whole lines, held under the one reservation that it had. */
const commitsOfLines = (lineIds: readonly string[], order: OrderState): HeldUnits[] => {
  if (!("holds" in order)) return [];
  const reservationId = order.reservation?.reservationId;
  if (reservationId === undefined) return [];
  return order.lines
    .filter(({ lineId }) => lineIds.includes(lineId))
    .map(({ sku, location, quantity }) => ({ reservationId, stockItemId: stockStreamId(sku, location), quantity }));
};

/** What has left is taken out of stock, whatever became of the order since. */
export const planCommit = (
  { data: { shipmentId, lines, commits } }: OrderEventOf<"ShipmentDispatched">,
  order: OrderState,
): readonly Task[] => {
  const units = sumByHold("whole" in lines ? commitsOfLines(lines.whole, order) : commits);
  return units.length === 0 ? [] : [{ kind: "commit", commitId: shipmentId, units }];
};
