import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept, unreachable } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import { stockStreamId } from "../../kernel/stream-id.ts";
import type { RecordReservation } from "../commands/reservation.ts";
import type { OrderEvent, OrderEventOf } from "../events.ts";
import { evolveOrder } from "../evolve.ts";
import { refuse, refuseCancelled, refuseUnknownLine } from "../rejections.ts";
import { orderBounds } from "../state.ts";
import type { CancellableOrder, OrderIn, OrderLine, PlacedOrder, ShippingOrder } from "../state.ts";
import { requestPayment } from "./requests.ts";

type Reservable = OrderIn<"Placed" | "AwaitingCustomer">;

/** Records what stock is reserved by now. Every report tells all of it, so that an old or repeated one adds nothing. */
export const recordReservation = (
  command: RecordReservation,
  order: PlacedOrder,
  context: DecisionContext,
): Decision<OrderEvent> => {
  switch (order.status) {
    case "Placed":
    case "AwaitingCustomer":
      return refuseOtherReservation(command, order) ?? record(command, order, context);
    case "Reserved":
    case "Authorised":
    case "Fulfilling":
    case "Completed":
    case "Returning":
      return refuseOtherReservation(command, order) ?? repeat(command, order);
    case "Cancelling":
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return refuseCancelled();
    default:
      return unreachable(order);
  }
};

const refuseOtherReservation = (
  { reservationId }: RecordReservation,
  { reservation, supersededIds, fulfilment }: CancellableOrder | ShippingOrder,
): Decision<never> | undefined => {
  if (supersededIds.includes(reservationId)) {
    return refuse("ReservationSuperseded", `Reservation ${reservationId} is for what was ordered before.`);
  }
  if (reservation === null || reservation.reservationId === reservationId) return undefined;
  return fulfilment === "managed"
    ? refuse("ReservationSuperseded", `The order's reservation is ${reservation.reservationId} now.`)
    : refuse("ReservationMismatch", `The order's reservation is ${reservation.reservationId}.`);
};

interface ReservedLine {
  readonly lineId: string;
  readonly quantity: number;
  readonly holds: readonly { readonly stockItemId: string; readonly quantity: number }[];
}

/** How many units of each line the reservation is for, and how many of them are recorded. */
const askedOf = ({ reservation, lines }: Reservable) =>
  new Map(
    reservation === null
      ? lines.map(({ lineId, open }) => [lineId, { requested: open, reserved: 0 }])
      : reservation.lines.map(({ lineId, requested, reserved }) => [lineId, { requested, reserved }]),
  );

/** A report that names no line tells that everything is reserved, at the stock items of the lines. */
const everything = (order: Reservable): ReservedLine[] => {
  const asked = askedOf(order);
  return order.lines.map(({ lineId, sku, location }) => {
    const quantity = asked.get(lineId)?.requested ?? 0;
    const holds = order.fulfilment === "managed" ? [{ stockItemId: stockStreamId(sku, location), quantity }] : [];
    return { lineId, quantity, holds };
  });
};

const isStockItemOf = ({ sku, location }: OrderLine, stockItemId: string): boolean => {
  const root = stockStreamId(sku, location);
  return stockItemId === root || stockItemId.startsWith(`${root}~`);
};

const refuseHolds = (
  { lineId, quantity, holds }: ReservedLine,
  line: OrderLine,
  order: Reservable,
): Decision<never> | undefined => {
  if (order.fulfilment === "external") {
    return holds.length === 0
      ? undefined
      : refuse("HoldMismatch", "The stock of an external order is held by no stock item.");
  }
  const held = holds.reduce((sum, hold) => sum + hold.quantity, 0);
  if (held !== quantity) {
    return refuse("HoldMismatch", `Stock items hold ${held} of the ${quantity} units of line ${lineId}.`);
  }
  const other = holds.find(({ stockItemId }) => !isStockItemOf(line, stockItemId));
  return other && refuse("HoldMismatch", `Stock item ${other.stockItemId} is not that of line ${lineId}.`);
};

/** What a line of a report adds to what is recorded; for a managed order by stock item. */
const addedBy = (
  { lineId, quantity, holds }: ReservedLine,
  reserved: number,
  order: Reservable,
  reservationId: string,
): ReservedLine => {
  if (order.fulfilment === "external") return { lineId, quantity: Math.max(0, quantity - reserved), holds: [] };
  const added = holds.flatMap(({ stockItemId, quantity }) => {
    const known = order.holds.find(
      (hold) => hold.reservationId === reservationId && hold.lineId === lineId && hold.stockItemId === stockItemId,
    );
    const more = quantity - (known?.quantity ?? 0);
    return more > 0 ? [{ stockItemId, quantity: more }] : [];
  });
  return { lineId, quantity: added.reduce((sum, hold) => sum + hold.quantity, 0), holds: added };
};

/** What a whole report adds, line by line, or why it is refused. */
const findAdded = (
  command: RecordReservation,
  order: Reservable,
): { readonly added: readonly ReservedLine[] } | { readonly refusal: Decision<never> } => {
  const asked = askedOf(order);
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  const added: ReservedLine[] = [];
  for (const reported of command.lines ?? everything(order)) {
    const line = lines.get(reported.lineId);
    if (line === undefined) return { refusal: refuseUnknownLine(reported.lineId) };
    const refusal = refuseHolds(reported, line, order);
    if (refusal !== undefined) return { refusal };
    const { requested, reserved } = asked.get(reported.lineId) ?? { requested: 0, reserved: 0 };
    const more = addedBy(reported, reserved, order, command.reservationId);
    if (reserved + more.quantity > requested) {
      return {
        refusal: refuse(
          "ReservationMismatch",
          `Reservation ${command.reservationId} is for ${requested} units of line ${reported.lineId}.`,
        ),
      };
    }
    if (more.quantity > 0) added.push(more);
  }
  return { added };
};

const record = (
  command: RecordReservation,
  order: Reservable,
  { streamId, at }: DecisionContext,
): Decision<OrderEvent> => {
  const found = findAdded(command, order);
  if ("refusal" in found) return found.refusal;
  const { added } = found;
  if (added.length === 0) return accept(...shortageAfter(order));
  const reserved: OrderEvent = {
    type: "LinesReserved",
    data: {
      reservationId: command.reservationId,
      lines: added.map(({ lineId, quantity, holds }) => ({ lineId, quantity, holds: [...holds] })),
    },
  };
  const next = evolveOrder(order, reserved, at);
  if ("holds" in next && next.holds.length > orderBounds.holds) {
    return refuse("TooManyHolds", `The order's stock lies in more than ${orderBounds.holds} places.`);
  }
  if (next.status === "Reserved" && next.fulfilment === "managed") {
    return accept<OrderEvent>(reserved, requestPayment(streamId, 1, next));
  }
  return next.status === "Placed" ? accept<OrderEvent>(reserved, ...shortageAfter(next)) : accept(reserved);
};

/** The shortage of a placed order that does not wait for what is missing. */
const shortageAfter = (order: Reservable): OrderEventOf<"ShortageRaised">[] => {
  if (order.status === "AwaitingCustomer" || order.shortageChoice === "wait") return [];
  const lines = [...askedOf(order)].flatMap(([lineId, { requested, reserved }]) =>
    requested > reserved ? [{ lineId, missing: requested - reserved }] : [],
  );
  return [{ type: "ShortageRaised", data: { lines } }];
};

/** Nothing is open any more, so that a report can only tell what is recorded, or contradict it. */
const repeat = (
  { reservationId, lines = [] }: RecordReservation,
  { reservation }: OrderIn<"Reserved" | "Authorised" | "Fulfilling" | "Completed" | "Returning">,
): Decision<OrderEvent> => {
  const recorded = new Map(reservation?.lines.map(({ lineId, reserved }) => [lineId, reserved]));
  const other = lines.find(({ lineId, quantity }) => quantity > (recorded.get(lineId) ?? 0));
  return other === undefined
    ? accept()
    : refuse(
        "ReservationMismatch",
        `Of line ${other.lineId}, ${recorded.get(other.lineId) ?? 0} units are reserved under ${reservationId}.`,
      );
};
