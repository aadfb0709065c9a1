import { z } from "zod";
import { cancellationCause, fulfilment, minorUnits, shortageChoice, units } from "./events/shapes.ts";
import type { lineUnits } from "./events/shapes.ts";
import { saleStates } from "./sale/state.ts";
import { payment, unpaid, authorisation } from "./state/payment.ts";
import { plannedFulfilment, shipment } from "./state/shipment.ts";
import { valueOrder } from "./value-order.ts";
import { orderReturn } from "./state/return.ts";

/**
 * What an order may hold at most, so that its state, with the events of one command, fits one atomic batch. What would
 * go beyond is refused.
 */
export const orderBounds = {
  amendments: 50,
  authorisationAttempts: 10,
  holds: 600,
  fulfilments: 64,
  /** Lines of all fulfilments together. */
  plannedLines: 400,
  /** Ids of picks; the oldest are forgotten. */
  knownPicks: 100,
  /** Unpacked ones too. */
  shipments: 128,
  /** Lines of all shipments together, unpacked ones too. */
  shippedLines: 500,
  /** Those of which nothing is left to do are forgotten, the oldest first, as soon as others need their room. */
  returns: 24,
  /**
   * Lines of all returns together.
   *
   * What comes back is a fact, so that wishes leave room for it: beside as many as there may be, the largest parcel fits (every
   * line in two conditions: 200 + 400 lines), or 12 of one unit each, as long as none of their refunds is paid. Once they are,
   * there is room for any number. With all that, an order in the longest words takes 1.87 of the 1.9 MB of its document.
   */
  returnedLines: 600,
  /** Returns that were asked for and are not back yet. */
  wishes: 12,
  wishedLines: 200,
} as const;

/**
 * A line and where its units are: `quantity = open + reserved + shipped + cancelled` at any time. `packed` are all units
 * that were packed and not unpacked again, delivered and returned units are shipped units too.
 */
const line = z.strictObject({
  lineId: z.string(),
  sku: z.string(),
  location: z.string(),
  quantity: units,
  unitPriceMinor: minorUnits,
  discountMinor: minorUnits,
  taxMinor: minorUnits,
  includedTaxMinor: minorUnits,
  open: units,
  reserved: units,
  packed: units,
  shipped: units,
  delivered: units,
  returned: units,
  cancelled: units,
  valueOrder,
});

/** What a stock item still holds for a line. An external order has none. */
const hold = z.strictObject({
  reservationId: z.string(),
  lineId: z.string(),
  stockItemId: z.string(),
  quantity: units,
});

/** The reservation that is being made, or was made last, and how much of it is recorded, whatever became of it since. */
const reservation = z.strictObject({
  reservationId: z.string(),
  backorder: z.boolean(),
  requestedAt: z.string(),
  lines: z.array(z.strictObject({ lineId: z.string(), requested: units, reserved: units })),
});

const shipping = z.strictObject({ amountMinor: minorUnits, taxMinor: minorUnits, includedTaxMinor: minorUnits });

/** What every placed order has, whatever its status. */
const terms = {
  customerId: z.string(),
  currency: z.string(),
  fulfilment,
  channel: z.string().nullable(),
  pricesIncludeTax: z.boolean(),
  lines: z.array(line),
  /** The discount on the whole order, which the lines' discounts include. */
  discountMinor: minorUnits,
  shipping: shipping.nullable(),
  /** Of everything ordered, cancelled units too. */
  totalMinor: minorUnits,
  amendments: units,
  /** What the customer chose of the last shortage of these lines; null if nothing was short, or as long as it is open. */
  shortageChoice: shortageChoice.nullable(),
  placedAt: z.string(),
  /** When the order came to its status. */
  since: z.string(),
  updatedAt: z.string(),
};

/** What an order has as long as it may hold stock. */
const stock = {
  /** Null until a reservation is requested, or of an external order recorded, for the lines as they are. */
  reservation: reservation.nullable(),
  /** How many reservations were requested. */
  reservationRound: units,
  /** Reservations of an external order that an amendment replaced. */
  supersededIds: z.array(z.string()),
  holds: z.array(hold),
};

const shortage = z.strictObject({ lines: z.array(z.strictObject({ lineId: z.string(), missing: units })) });

const shipped = {
  ...terms,
  ...stock,
  payment: authorisation,
  fulfilments: z.array(plannedFulfilment),
  /** The newest picks that were told with an id. */
  pickIds: z.array(z.string()),
  /** First those that were sent, as they were sent, then those that are packed: the order in which their units are paid for. */
  shipments: z.array(shipment),
  /** The shipment that pays for shipping, which is the first one that stays packed; null as long as there is none, or if nobody is to pay. */
  shippingPaidBy: z.string().nullable(),
  /** Whether shipping was paid back with a return, or is not to be paid since it would have been. */
  shippingPaidBack: z.boolean(),
  /** Shipments that were unpacked, and how many lines they had: their ids are used up. */
  unpacked: z.array(z.strictObject({ shipmentId: z.string(), lines: units })),
  /** But for those that were forgotten. */
  returns: z.array(orderReturn),
};

const orderState = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("NotPlaced") }),
  z.strictObject({ status: z.literal("Withdrawn"), reason: z.string(), updatedAt: z.string() }),
  z.strictObject({ status: z.literal("Placed"), ...terms, ...stock }),
  z.strictObject({ status: z.literal("AwaitingCustomer"), ...terms, ...stock, shortage }),
  z.strictObject({ status: z.literal("Reserved"), ...terms, ...stock, payment: unpaid }),
  z.strictObject({ status: z.literal("Authorised"), ...terms, ...stock, payment: authorisation }),
  z.strictObject({ status: z.literal("Fulfilling"), ...shipped }),
  z.strictObject({ status: z.literal("Completed"), ...shipped }),
  z.strictObject({ status: z.literal("Returning"), ...shipped }),
  z.strictObject({
    status: z.literal("Cancelling"),
    ...terms,
    ...stock,
    payment,
    cause: cancellationCause,
    reason: z.string(),
  }),
  z.strictObject({ status: z.literal("Cancelled"), ...terms, reason: z.string() }),
  z.strictObject({
    status: z.literal("Rejected"),
    ...terms,
    cause: z.enum(["paymentDeclined", "reservationRejected"]),
    reason: z.string(),
  }),
  z.strictObject({ status: z.literal("Expired"), ...terms, reason: z.string() }),
  ...saleStates,
]);

export type OrderState = Readonly<z.output<typeof orderState>>;
export type OrderStatus = OrderState["status"];
export type OrderIn<Status extends OrderStatus> = Extract<OrderState, { status: Status }>;

/** An order proper, as opposed to a sale, that was placed. */
export type PlacedOrder = OrderIn<
  | "Placed"
  | "AwaitingCustomer"
  | "Reserved"
  | "Authorised"
  | "Fulfilling"
  | "Completed"
  | "Returning"
  | "Cancelling"
  | "Cancelled"
  | "Rejected"
  | "Expired"
>;

/** An order of which something was packed, or may be. */
export type ShippingOrder = OrderIn<"Fulfilling" | "Completed" | "Returning">;

/** An order that can still be cancelled as a whole. */
export type CancellableOrder = OrderIn<"Placed" | "AwaitingCustomer" | "Reserved" | "Authorised" | "Fulfilling">;

/** An order that may hold stock. */
export type StockedOrder = CancellableOrder | ShippingOrder | OrderIn<"Cancelling">;

export type OrderLine = Readonly<z.output<typeof line>>;
export type Hold = Readonly<z.output<typeof hold>>;
export type LineUnits = Readonly<z.output<typeof lineUnits>>;
export type Reservation = Readonly<z.output<typeof reservation>>;
export type Shortage = Readonly<z.output<typeof shortage>>;

/** An order of which nothing is recorded yet. */
export const notPlaced: OrderState = { status: "NotPlaced" };

/** Parses the state of a stored snapshot. Throws if it is not a state of an order. */
export const decodeOrderState = (state: unknown): OrderState => orderState.parse(state);
