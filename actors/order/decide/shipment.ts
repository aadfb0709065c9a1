import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { DispatchShipment } from "../commands/fulfilment.ts";
import type { OrderEvent } from "../events.ts";
import { areSameUnits, findShipment, isUnpacked, takeOldest, unpackedUnits } from "../lines.ts";
import {
  refuse,
  refuseAwaitingCustomer,
  refuseCancelled,
  refuseUnknownLine,
  refuseUnknownShipment,
} from "../rejections.ts";
import type { LineUnits, OrderIn, OrderLine, PlacedOrder, ShippingOrder } from "../state.ts";
import type { PackedShipment, SentShipment, Shipment } from "../state/shipment.ts";
import { packedShipment, refuseMoreShipments } from "./packing.ts";

/**
 * Sends a shipment to the customer. That of a managed order is packed before; that of an external order is packed, and its
 * value captured, by the very dispatch.
 */
export const dispatchShipment = (command: DispatchShipment, order: PlacedOrder): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "Reserved":
      return refuse("NotAuthorised", "The payment of the order is not authorised yet.");
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Authorised":
      return order.fulfilment === "managed" ? refuseNotPacked(command) : packAndDispatch(command, order);
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return dispatchOrRepeat(command, order);
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return refuseCancelled();
    default:
      return unreachable(order);
  }
};

const refuseNotPacked = ({ shipmentId }: DispatchShipment): Decision<never> =>
  refuse("NotPacked", `Shipment ${shipmentId} is not packed yet.`);

const refuseOther = ({ shipmentId }: DispatchShipment): Decision<never> =>
  refuse("ShipmentMismatch", `Shipment ${shipmentId} has another content.`);

const dispatchOrRepeat = (command: DispatchShipment, order: ShippingOrder): Decision<OrderEvent> => {
  const known = findShipment(order, command.shipmentId);
  if (known === undefined) return dispatchUnknown(command, order);
  if (known.status !== "Packed") return repeat(command, known, order);
  if (!isContent(command, known)) return refuseOther(command);
  // What the carrier told something of has left, paid or not.
  if (known.capture.status === "declined" && known.reported === null) {
    return refuse("CaptureDeclined", `What shipment ${known.shipmentId} is worth could not be captured.`);
  }
  return accept(dispatched(command, known.lines, order), ...reportedOf(known));
};

/** What the carrier told of a shipment before its dispatch was. */
const reportedOf = ({ shipmentId, reported }: PackedShipment): readonly OrderEvent[] => {
  switch (reported) {
    case null:
      return [];
    case "delivered":
      return [{ type: "ShipmentDelivered", data: { shipmentId } }];
    case "failed":
      // The carrier's own words are in the history already; states have no room for those of so many shipments.
      return [{ type: "DeliveryFailed", data: { shipmentId, reason: "It failed before the dispatch was told." } }];
    default:
      return unreachable(reported);
  }
};

const dispatchUnknown = (command: DispatchShipment, order: ShippingOrder): Decision<OrderEvent> => {
  if (isUnpacked(order, command.shipmentId)) return refuseUnknownShipment(command.shipmentId, order);
  if (order.fulfilment === "managed") return refuseNotPacked(command);
  return order.status === "Fulfilling" ? packAndDispatch(command, order) : refuseNothingLeft();
};

const refuseNothingLeft = (): Decision<never> => refuse("NothingToDispatch", "Every line of the order is dispatched.");

/** Whether a shipment holds what the command names, if it names anything. */
const isContent = ({ lineIds, lines }: DispatchShipment, known: Shipment): boolean => {
  if (lines !== undefined) return areSameUnits(lines, known.lines);
  return (
    lineIds === undefined ||
    (lineIds.length === known.lines.length && known.lines.every(({ lineId }) => lineIds.includes(lineId)))
  );
};

const repeat = (command: DispatchShipment, known: SentShipment, order: ShippingOrder): Decision<OrderEvent> => {
  const isNamed = command.lines !== undefined || command.lineIds !== undefined || order.fulfilment === "managed";
  // A dispatch of an external order that names no lines took all that were left, so it is the same one while none is left.
  const isSame = isNamed ? isContent(command, known) : order.lines.every((line) => unpackedUnits(line) === 0);
  return isSame && command.carrier === known.carrier && command.trackingNumber === known.trackingNumber
    ? accept()
    : refuseOther(command);
};

/** What the command names of what is left to send, or why it cannot be sent. */
const findWanted = (
  { lineIds, lines }: DispatchShipment,
  order: OrderIn<"Authorised" | "Fulfilling">,
): { readonly wanted: LineUnits[] } | { readonly refusal: Decision<never> } => {
  const known = new Map(order.lines.map((line) => [line.lineId, line]));
  const wanted: LineUnits[] = [];
  for (const { lineId, quantity: named } of lines ?? wholeLines(lineIds ?? allLeft(order.lines))) {
    const line = known.get(lineId);
    if (line === undefined) return { refusal: refuseUnknownLine(lineId) };
    const left = unpackedUnits(line);
    if (left === 0) {
      return { refusal: refuse("LineAlreadyDispatched", `Nothing of line ${lineId} is left to dispatch.`) };
    }
    const quantity = named ?? left;
    if (quantity > left) {
      return { refusal: refuse("DispatchExceedsReserved", `Of line ${lineId}, ${left} units are left to dispatch.`) };
    }
    wanted.push({ lineId, quantity });
  }
  return wanted.length === 0 ? { refusal: refuseNothingLeft() } : { wanted };
};

const allLeft = (lines: readonly OrderLine[]): string[] =>
  lines.filter((line) => unpackedUnits(line) > 0).map(({ lineId }) => lineId);

/** Lines of which everything is sent that is left. */
const wholeLines = (lineIds: readonly string[]) => lineIds.map((lineId) => ({ lineId, quantity: undefined }));

const packAndDispatch = (
  command: DispatchShipment,
  order: OrderIn<"Authorised" | "Fulfilling">,
): Decision<OrderEvent> => {
  const found = findWanted(command, order);
  if ("refusal" in found) return found.refusal;
  const { wanted } = found;
  const refusal = refuseMoreShipments(order, wanted);
  if (refusal !== undefined) return refusal;
  const { shipmentId } = command;
  const packed = packedShipment(order, shipmentId, null, wanted);
  const { amountMinor } = packed.data;
  return accept<OrderEvent>(
    packed,
    { type: "PaymentCaptured", data: { shipmentId, captureId: shipmentId, amountMinor } },
    dispatched(command, wanted, order),
  );
};

const dispatched = (
  { shipmentId, carrier, trackingNumber }: DispatchShipment,
  lines: readonly LineUnits[],
  { holds }: Pick<ShippingOrder, "holds">,
): OrderEvent => ({
  type: "ShipmentDispatched",
  data: {
    shipmentId,
    carrier,
    trackingNumber,
    lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
    commits: takeOldest(holds, lines).taken,
  },
});
