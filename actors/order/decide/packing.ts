import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { RecordPack, RecordPick } from "../commands/fulfilment.ts";
import type { OrderEvent, OrderEventOf } from "../events.ts";
import { isShippingUnpaid, shippingMinorOf, valueOfNext } from "../due.ts";
import { areSameUnits, findShipment, isKnownPick, isShipping, isUnpacked, quantitiesOf } from "../lines.ts";
import { refuse, refuseAwaitingCustomer, refuseUnknownLine } from "../rejections.ts";
import { orderBounds } from "../state.ts";
import type { LineUnits, OrderIn, PlacedOrder, ShippingOrder } from "../state.ts";
import type { PlannedFulfilment, Shipment } from "../state/shipment.ts";
import { ignore } from "./late-messages.ts";
import { captureOfNothing, requestCaptureOf } from "./requests.ts";

const refuseNotPlanned = (): Decision<never> => refuse("NotPlanned", "The fulfilment of the order is not planned yet.");

const refuseUnknownFulfilment = (fulfilmentId: string): Decision<never> =>
  refuse("UnknownFulfilment", `The order has no fulfilment ${fulfilmentId}.`);

const findFulfilment = ({ fulfilments }: ShippingOrder, fulfilmentId: string): PlannedFulfilment | undefined =>
  fulfilments.find((fulfilment) => fulfilment.fulfilmentId === fulfilmentId);

/** Records what was taken from the shelves of a location. A pick that is told again under its id is not looked at again. */
export const recordPick = (command: RecordPick, order: PlacedOrder): Decision<OrderEvent> => {
  if (isShipping(order) && isKnownPick(order, command.pickId)) return accept();
  switch (order.status) {
    case "Placed":
    case "Reserved":
    case "Authorised":
      return refuseNotPlanned();
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Fulfilling":
      return pick(command, findFulfilment(order, command.fulfilmentId));
    case "Completed":
    case "Returning":
      return ignore(command, "AlreadyPacked");
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return ignore(command, "OrderOver");
    default:
      return unreachable(order);
  }
};

const pick = (command: RecordPick, fulfilment: PlannedFulfilment | undefined): Decision<OrderEvent> => {
  const { pickId = null, fulfilmentId, lines } = command;
  if (fulfilment === undefined) return refuseUnknownFulfilment(fulfilmentId);
  const planned = new Map(fulfilment.lines.map((line) => [line.lineId, line]));
  let isLate = false;
  for (const { lineId, quantity } of lines) {
    const line = planned.get(lineId);
    if (line === undefined) return refuseUnknownLine(lineId);
    if (line.picked + quantity <= line.planned) continue;
    // Packing told already that these units were picked, if it overtook the message that says so.
    if (line.packed === 0) {
      return refuse("PickExceedsPlan", `Of line ${lineId}, ${line.planned - line.picked} units are left to pick.`);
    }
    isLate = true;
  }
  return isLate
    ? ignore(command, "AlreadyPacked")
    : accept({ type: "LinesPicked", data: { pickId, fulfilmentId, lines } });
};

/** Records that a shipment is packed, and asks for what it is worth. */
export const recordPack = (command: RecordPack, order: PlacedOrder): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "Reserved":
    case "Authorised":
      return refuseNotPlanned();
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Fulfilling":
      return packOrRepeat(command, order);
    case "Completed":
    case "Returning": {
      if (isUnpacked(order, command.shipmentId)) return ignore(command, "AlreadyUnpacked");
      const known = findShipment(order, command.shipmentId);
      return known === undefined ? ignore(command, "AlreadyPacked") : repeatPack(command, known);
    }
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return ignore(command, "OrderOver");
    default:
      return unreachable(order);
  }
};

const repeatPack = ({ shipmentId, fulfilmentId, lines }: RecordPack, known: Shipment): Decision<OrderEvent> =>
  known.fulfilmentId === fulfilmentId && areSameUnits(lines, known.lines)
    ? accept()
    : refuse("ShipmentMismatch", `Shipment ${shipmentId} was packed with another content.`);

const packOrRepeat = (command: RecordPack, order: OrderIn<"Fulfilling">): Decision<OrderEvent> => {
  const { shipmentId, fulfilmentId, lines } = command;
  // The same parcel, told late: the one that is packed in its place has another id.
  if (isUnpacked(order, shipmentId)) return ignore(command, "AlreadyUnpacked");
  const known = findShipment(order, shipmentId);
  if (known !== undefined) return repeatPack(command, known);
  const fulfilment = findFulfilment(order, fulfilmentId);
  if (fulfilment === undefined) return refuseUnknownFulfilment(fulfilmentId);
  const planned = new Map(fulfilment.lines.map((line) => [line.lineId, line]));
  for (const { lineId, quantity } of lines) {
    const line = planned.get(lineId);
    if (line === undefined) return refuseUnknownLine(lineId);
    if (line.packed + quantity > line.planned) {
      return refuse("PackExceedsPlan", `Of line ${lineId}, ${line.planned - line.packed} units are left to pack.`);
    }
  }
  const refusal = refuseMoreShipments(order, lines);
  if (refusal !== undefined) return refusal;
  const packed = packedShipment(order, shipmentId, fulfilmentId, lines);
  return accept<OrderEvent>(
    packed,
    packed.data.amountMinor === 0 ? captureOfNothing(shipmentId) : requestCaptureOf(packed.data, 1),
  );
};

/** Refuses a shipment that the order's state would have no room for. */
export const refuseMoreShipments = (
  order: OrderIn<"Authorised" | "Fulfilling">,
  lines: readonly LineUnits[],
): Decision<never> | undefined => {
  const lineCounts =
    order.status === "Authorised"
      ? []
      : [...order.shipments.map((known) => known.lines.length), ...order.unpacked.map((known) => known.lines)];
  const shippedLines = lineCounts.reduce((sum, count) => sum + count, lines.length);
  return lineCounts.length < orderBounds.shipments && shippedLines <= orderBounds.shippedLines
    ? undefined
    : refuse(
        "TooManyShipments",
        `An order has at most ${orderBounds.shipments} shipments of ${orderBounds.shippedLines} lines in all.`,
      );
};

/** A shipment with what it is worth. The first one of an order that stays packed pays for shipping. */
export const packedShipment = (
  order: OrderIn<"Authorised" | "Fulfilling">,
  shipmentId: string,
  fulfilmentId: string | null,
  lines: readonly LineUnits[],
): OrderEventOf<"ShipmentPacked"> => {
  const quantities = quantitiesOf(lines);
  const amountMinor = order.lines.reduce(
    (sum, line) => sum + valueOfNext(line, line.packed, quantities.get(line.lineId) ?? 0),
    isShippingUnpaid(order) ? shippingMinorOf(order) : 0,
  );
  return { type: "ShipmentPacked", data: { shipmentId, fulfilmentId, lines: [...lines], amountMinor } };
};
