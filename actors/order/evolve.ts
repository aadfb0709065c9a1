import { unreachable } from "../kernel/decision.ts";
import type { OrderEvent, OrderEventOf } from "./events.ts";
import { valueMinorOf } from "./schemas.ts";
import type { Holding, OrderIn, OrderLine, OrderState } from "./state.ts";

/**
 * Applies an event that happened at `at` (ISO 8601, UTC).
 *
 * History is never refused: an event that no decider would record in this state changes nothing.
 */
export const evolveOrder = (state: OrderState, event: OrderEvent, at: string): OrderState => {
  switch (event.type) {
    case "OrderPlaced":
      return placed(state, event, at);
    case "LinesReserved":
      return reserved(state, event, at);
    case "ShortageRaised":
      return shortOfStock(state, event, at);
    case "PaymentAuthorised":
      return authorised(state, event, at);
    case "PaymentCaptured":
      return captured(state, event, at);
    case "ShipmentDispatched":
      return dispatched(state, event, at);
    case "ShipmentDelivered":
      return delivered(state, event, at);
    case "OrderCompleted":
      return state.status === "Fulfilling" ? { ...state, status: "Completed", updatedAt: at } : state;
    case "CancellationRequested":
      return cancelling(state, event, at);
    case "OrderCancelled":
      return cancelled(state, event, at);
    default:
      return unreachable(event);
  }
};

const placed = (state: OrderState, { data }: OrderEventOf<"OrderPlaced">, at: string): OrderState => {
  if (state.status !== "NotPlaced") return state;
  const lines = data.lines.map((line) => ({
    ...line,
    open: line.quantity,
    reserved: 0,
    shipped: 0,
    delivered: 0,
    cancelled: 0,
  }));
  return { ...data, status: "Placed", lines, placedAt: at, updatedAt: at };
};

const reserved = (state: OrderState, { data }: OrderEventOf<"LinesReserved">, at: string): OrderState => {
  if (state.status !== "Placed") return state;
  const lines = state.lines.map((line) => ({ ...line, open: 0, reserved: line.open }));
  return { ...state, status: "Reserved", lines, reservationId: data.reservationId, updatedAt: at };
};

const shortOfStock = (state: OrderState, { data }: OrderEventOf<"ShortageRaised">, at: string): OrderState =>
  state.status === "Placed" ? { ...state, status: "AwaitingCustomer", shortage: data, updatedAt: at } : state;

const authorised = (state: OrderState, { data }: OrderEventOf<"PaymentAuthorised">, at: string): OrderState => {
  if (state.status !== "Reserved") return state;
  const payment = { authorisationId: data.authorisationId, authorisedMinor: data.amountMinor, capturedMinor: 0 };
  return { ...state, status: "Authorised", payment, updatedAt: at };
};

const captured = (state: OrderState, { data }: OrderEventOf<"PaymentCaptured">, at: string): OrderState => {
  if (state.status !== "Authorised" && state.status !== "Fulfilling") return state;
  const capturedMinor = state.payment.capturedMinor + data.amountMinor;
  return { ...state, payment: { ...state.payment, capturedMinor }, updatedAt: at };
};

const dispatched = (state: OrderState, { data }: OrderEventOf<"ShipmentDispatched">, at: string): OrderState => {
  if (state.status !== "Authorised" && state.status !== "Fulfilling") return state;
  const sentIds = new Set(data.lineIds);
  const isSent = (line: OrderLine): boolean => sentIds.has(line.lineId);
  const shipment = {
    ...data,
    status: "Dispatched" as const,
    amountMinor: valueMinorOf(state.lines.filter(isSent)),
    dispatchedAt: at,
  };
  return {
    ...state,
    status: "Fulfilling",
    lines: state.lines.map((line) => (isSent(line) ? { ...line, reserved: 0, shipped: line.reserved } : line)),
    shipments: state.status === "Fulfilling" ? [...state.shipments, shipment] : [shipment],
    updatedAt: at,
  };
};

const delivered = (state: OrderState, { data }: OrderEventOf<"ShipmentDelivered">, at: string): OrderState => {
  if (state.status !== "Fulfilling") return state;
  const arrived = state.shipments.find(({ shipmentId }) => shipmentId === data.shipmentId);
  if (arrived === undefined || arrived.status === "Delivered") return state;
  const arrivedIds = new Set(arrived.lineIds);
  return {
    ...state,
    lines: state.lines.map((line) => (arrivedIds.has(line.lineId) ? { ...line, delivered: line.shipped } : line)),
    shipments: state.shipments.map((shipment) =>
      shipment === arrived ? { ...arrived, status: "Delivered", deliveredAt: at } : shipment,
    ),
    updatedAt: at,
  };
};

const cancelling = (state: OrderState, { data }: OrderEventOf<"CancellationRequested">, at: string): OrderState =>
  isCancellable(state)
    ? { ...termsOf(state), status: "Cancelling", reason: data.reason, holding: holdingOf(state), updatedAt: at }
    : state;

const cancelled = (state: OrderState, { data }: OrderEventOf<"OrderCancelled">, at: string): OrderState => {
  if (!isCancellable(state) && state.status !== "Cancelling") return state;
  const lines = state.lines.map((line) => ({ ...line, open: 0, reserved: 0, cancelled: line.open + line.reserved }));
  return { ...termsOf(state), status: "Cancelled", lines, reason: data.reason, updatedAt: at };
};

type Cancellable = OrderIn<"Placed" | "AwaitingCustomer" | "Reserved" | "Authorised">;

const isCancellable = (state: OrderState): state is Cancellable =>
  state.status === "Placed" ||
  state.status === "AwaitingCustomer" ||
  state.status === "Reserved" ||
  state.status === "Authorised";

const termsOf = ({
  customerId,
  currency,
  fulfilment,
  lines,
  totalMinor,
  placedAt,
}: Cancellable | OrderIn<"Cancelling">) => ({ customerId, currency, fulfilment, lines, totalMinor, placedAt });

const holdingOf = (state: Cancellable): Holding => {
  switch (state.status) {
    case "Placed":
    case "AwaitingCustomer":
      return { kind: "nothing" };
    case "Reserved":
      return { kind: "reservation", reservationId: state.reservationId };
    case "Authorised":
      return { kind: "authorisation", reservationId: state.reservationId, payment: state.payment };
    default:
      return unreachable(state);
  }
};
