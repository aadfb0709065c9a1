import { unreachable } from "../../actors/kernel/decision.ts";
import { stockStreamId } from "../../actors/kernel/stream-id.ts";
import type { OrderEvent, OrderEventType } from "../../actors/order/events.ts";
import type { OrderIn, OrderState } from "../../actors/order/state.ts";

/** The stock of a SKU at a location, and how much of it. */
export interface StockQuantity {
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
}

/** What the process manager does next for a managed order. */
export type Plan =
  | { readonly kind: "nothing" }
  /** Reserve all of it, or record what is short. */
  | { readonly kind: "reserve"; readonly items: readonly StockQuantity[] }
  /** Give back what was reserved before something fell short, and have refused what may yet be asked for. */
  | { readonly kind: "release"; readonly items: readonly StockQuantity[] }
  | { readonly kind: "authorise"; readonly amountMinor: number; readonly currency: string }
  /** Take the shipment's goods out of stock for good, and its money. */
  | {
      readonly kind: "ship";
      readonly shipmentId: string;
      readonly reservationId: string;
      readonly authorisationId: string;
      readonly amountMinor: number;
      readonly currency: string;
      readonly items: readonly StockQuantity[];
    }
  /** Give back everything that the order holds or that a step under way may yet have taken; then the cancel is complete. */
  | { readonly kind: "undo"; readonly items: readonly StockQuantity[]; readonly mayBeAuthorised: boolean };

const nothing: Plan = { kind: "nothing" };

/** Lines of one stock item taken together, in the order of the items' stream ids. */
export const sumByStockItem = (lines: readonly StockQuantity[]): StockQuantity[] => {
  const sums = new Map<string, StockQuantity>();
  for (const { sku, location, quantity } of lines) {
    const id = stockStreamId(sku, location);
    sums.set(id, { sku, location, quantity: quantity + (sums.get(id)?.quantity ?? 0) });
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
};

/** Events after which there may be something to do; the others need no look at the order. */
const startsStep: Readonly<Record<OrderEventType, boolean>> = {
  OrderPlaced: true,
  LinesReserved: true,
  ShortageRaised: true,
  PaymentAuthorised: false,
  PaymentCaptured: false,
  ShipmentDispatched: true,
  ShipmentDelivered: false,
  OrderCompleted: false,
  CancellationRequested: true,
  OrderCancelled: false,
};

/** Whether there may be something to do after this event: the order has to be looked at. */
export const mayStartStep = (event: OrderEvent): boolean => startsStep[event.type];

type Shipped = OrderIn<"Fulfilling" | "Completed">;

const planShipment = (shipmentId: string, order: Shipped): Plan => {
  const shipment = order.shipments.find((candidate) => candidate.shipmentId === shipmentId);
  if (shipment === undefined) return nothing;
  const sent = order.lines.filter((line) => shipment.lineIds.includes(line.lineId));
  return {
    kind: "ship",
    shipmentId,
    reservationId: order.reservationId,
    authorisationId: order.payment.authorisationId,
    amountMinor: shipment.amountMinor,
    currency: order.currency,
    items: sumByStockItem(sent),
  };
};

/**
 * What to do after an event, given the order as it is now, which may be later than the event: a step that the order is past
 * is not begun, and a step that another one waits for is repeated, which changes nothing.
 */
export const planFor = (event: OrderEvent, order: OrderState): Plan => {
  if (order.status === "NotPlaced" || order.fulfilment === "external") return nothing;
  switch (event.type) {
    case "OrderPlaced":
      return order.status === "Placed" ? { kind: "reserve", items: sumByStockItem(order.lines) } : nothing;
    case "ShortageRaised":
      // Not only what this shortage says was reserved: an instance that was overtaken may find more, and take it, later.
      return { kind: "release", items: sumByStockItem(order.lines) };
    case "LinesReserved":
      return order.status === "Reserved"
        ? { kind: "authorise", amountMinor: order.totalMinor, currency: order.currency }
        : nothing;
    case "ShipmentDispatched":
      return order.status === "Fulfilling" || order.status === "Completed"
        ? planShipment(event.data.shipmentId, order)
        : nothing;
    case "CancellationRequested":
      return order.status === "Cancelling"
        ? {
            kind: "undo",
            items: sumByStockItem(order.lines),
            // Nothing is authorised before the lines are reserved.
            mayBeAuthorised: order.holding.kind !== "nothing",
          }
        : nothing;
    case "PaymentAuthorised":
    case "PaymentCaptured":
    case "ShipmentDelivered":
    case "OrderCompleted":
    case "OrderCancelled":
      return nothing;
    default:
      return unreachable(event);
  }
};

/** Whether the order holds its reservation, as opposed to never having got it or having given it up. */
export const holdsReservation = (order: OrderState): boolean => {
  switch (order.status) {
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
    case "Completed":
      return true;
    case "NotPlaced":
    case "Placed":
    case "AwaitingCustomer":
    case "Cancelling":
    case "Cancelled":
      return false;
    default:
      return unreachable(order);
  }
};
