import { accept, unreachable } from "../kernel/decision.ts";
import type { Decision } from "../kernel/decision.ts";
import type { OrderEvent } from "./events.ts";
import { refuse, refuseAwaitingCustomer, refuseCancelled, refuseNotPlaced } from "./rejections.ts";
import { valueMinorOf } from "./schemas.ts";
import type { DispatchShipment, RecordDelivery } from "./schemas.ts";
import type { OrderIn, OrderLine, OrderState, Shipment } from "./state.ts";

/** Sends lines to the customer, which implies that they are picked, packed and their value captured. */
export const dispatchShipment = (command: DispatchShipment, state: OrderState): Decision<OrderEvent> => {
  switch (state.status) {
    case "NotPlaced":
      return refuseNotPlaced();
    case "Placed":
    case "Reserved":
      return refuse("NotAuthorised", "The payment of the order is not authorised yet.");
    case "AwaitingCustomer":
      return refuseAwaitingCustomer();
    case "Authorised":
      return dispatchLines(command, state.lines);
    case "Fulfilling":
    case "Completed":
      return repeatOrDispatch(command, state);
    case "Cancelling":
    case "Cancelled":
      return refuseCancelled();
    default:
      return unreachable(state);
  }
};

const isUndispatched = (line: OrderLine): boolean => line.shipped === 0;

const repeatOrDispatch = (
  command: DispatchShipment,
  state: OrderIn<"Fulfilling" | "Completed">,
): Decision<OrderEvent> => {
  const known = state.shipments.find((shipment) => shipment.shipmentId === command.shipmentId);
  if (known === undefined) return dispatchLines(command, state.lines);
  return isSameShipment(command, known, state.lines)
    ? accept()
    : refuse("ShipmentMismatch", `Shipment ${command.shipmentId} was dispatched with another content.`);
};

/** A command that names no lines took all that were left, so it is the same one only while none is left. */
const isSameShipment = (command: DispatchShipment, known: Shipment, lines: readonly OrderLine[]): boolean =>
  command.carrier === known.carrier &&
  command.trackingNumber === known.trackingNumber &&
  (command.lineIds === undefined
    ? !lines.some(isUndispatched)
    : command.lineIds.length === known.lineIds.length &&
      command.lineIds.every((lineId) => known.lineIds.includes(lineId)));

const dispatchLines = (command: DispatchShipment, lines: readonly OrderLine[]): Decision<OrderEvent> => {
  const wanted = command.lineIds ?? lines.filter(isUndispatched).map((line) => line.lineId);
  if (wanted.length === 0) return refuse("NothingToDispatch", "Every line of the order is dispatched.");
  const linesById = new Map(lines.map((line) => [line.lineId, line]));
  const sent: OrderLine[] = [];
  for (const lineId of wanted) {
    const line = linesById.get(lineId);
    if (line === undefined) return refuse("UnknownLine", `The order has no line ${lineId}.`);
    if (!isUndispatched(line)) return refuse("LineAlreadyDispatched", `Line ${lineId} is dispatched already.`);
    sent.push(line);
  }
  const { shipmentId, carrier, trackingNumber } = command;
  return accept<OrderEvent>(
    { type: "PaymentCaptured", data: { shipmentId, amountMinor: valueMinorOf(sent) } },
    { type: "ShipmentDispatched", data: { shipmentId, carrier, trackingNumber, lineIds: wanted } },
  );
};

/** Records that a shipment arrived; the last one completes the order. */
export const recordDelivery = (command: RecordDelivery, state: OrderState): Decision<OrderEvent> => {
  switch (state.status) {
    case "NotPlaced":
      return refuseNotPlaced();
    case "Placed":
    case "AwaitingCustomer":
    case "Reserved":
    case "Authorised":
    case "Cancelling":
    case "Cancelled":
      return refuseShipment(command);
    case "Fulfilling":
    case "Completed":
      return deliver(command, state);
    default:
      return unreachable(state);
  }
};

const deliver = (command: RecordDelivery, state: OrderIn<"Fulfilling" | "Completed">): Decision<OrderEvent> => {
  const shipment = state.shipments.find(({ shipmentId }) => shipmentId === command.shipmentId);
  if (shipment === undefined) return refuseShipment(command);
  if (shipment.status === "Delivered") return accept();
  const delivered: OrderEvent = { type: "ShipmentDelivered", data: { shipmentId: shipment.shipmentId } };
  const isLast =
    !state.lines.some(isUndispatched) &&
    state.shipments.every((other) => other === shipment || other.status === "Delivered");
  return isLast ? accept<OrderEvent>(delivered, { type: "OrderCompleted", data: {} }) : accept(delivered);
};

const refuseShipment = (command: RecordDelivery): Decision<never> =>
  refuse("UnknownShipment", `The order has no shipment ${command.shipmentId}.`);
