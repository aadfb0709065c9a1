import { unreachable } from "../kernel/decision.ts";
import { isSale } from "./sale/state.ts";
import { unpackedUnits } from "./lines.ts";
import type { OrderIn, OrderState, PlacedOrder, ShippingOrder } from "./state.ts";
import { liveMinorOf } from "./state/payment.ts";
import type { Authorisation, Unpaid } from "./state/payment.ts";
import type { OrderReturn } from "./state/return.ts";
import { cameBack } from "./state/shipment.ts";
import type { Shipment } from "./state/shipment.ts";

/** What can hold an order up. How long each may take is for whoever watches to say. */
export type WaitingStep =
  | "reservation"
  | "backorder"
  | "customer"
  | "authorisation"
  | "payment-retry"
  | "plan"
  | "pack"
  | "capture"
  | "capture-retry"
  | "dispatch"
  | "delivery"
  | "redelivery"
  | "return-decision"
  | "return-receipt"
  | "refund"
  | "void"
  | "release"
  | "cancel";

/** Something that a managed order waits for. */
export interface Waiting {
  readonly step: WaitingStep;
  /** One sentence for people: who has to do what. */
  readonly what: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** How long it has waited, in milliseconds. */
  readonly forMs: number;
}

type Wait = Omit<Waiting, "forMs">;

/**
 * What a managed order waits for, what it has waited for longest first.
 *
 * @param now ISO 8601.
 * @returns nothing for an order that is over, for an external one, whose steps are taken elsewhere, and for a sale.
 */
export const waitingFor = (order: OrderState, now: string): Waiting[] => {
  if (order.status === "NotPlaced" || order.status === "Withdrawn" || isSale(order)) return [];
  if (order.fulfilment === "external") return [];
  return waitsOf(order)
    .map((wait) => ({ ...wait, forMs: Date.parse(now) - Date.parse(wait.since) }))
    .toSorted((a, b) => b.forMs - a.forMs);
};

const waitsOf = (order: PlacedOrder): Wait[] => {
  switch (order.status) {
    case "Placed":
      return [reservationOf(order)];
    case "AwaitingCustomer":
      return [
        {
          step: "customer",
          what: `The customer has to say what becomes of ${missingIn(order)} missing units.`,
          since: order.since,
        },
      ];
    case "Reserved":
      return [authorisationOf(order.payment, order.since)];
    case "Authorised":
      return [planOf(order)];
    case "Fulfilling":
      return [...packingOf(order), ...shippingOf(order)];
    case "Completed":
    case "Returning":
      return [...shippingOf(order), ...voidOf(order.payment, order.since)];
    case "Cancelling":
      return cancellingOf(order);
    case "Cancelled":
    case "Rejected":
    case "Expired":
      return [];
    default:
      return unreachable(order);
  }
};

const reservationOf = ({ reservation, since }: OrderIn<"Placed">): Wait => {
  if (reservation === null) return { step: "reservation", what: "The stock has to be reserved.", since };
  const { reservationId, backorder, requestedAt, lines } = reservation;
  const units = lines.reduce((sum, { requested, reserved }) => sum + requested - reserved, 0);
  return backorder
    ? {
        step: "backorder",
        what: `Reservation ${reservationId} waits for ${units} units to arrive.`,
        since: requestedAt,
      }
    : {
        step: "reservation",
        what: `The stock items have to reserve ${units} units under ${reservationId}.`,
        since: requestedAt,
      };
};

const missingIn = ({ shortage }: OrderIn<"AwaitingCustomer">): number =>
  shortage.lines.reduce((sum, { missing }) => sum + missing, 0);

const authorisationOf = (payment: Unpaid, since: string): Wait => {
  switch (payment.status) {
    case "none":
      return { step: "authorisation", what: "The payment has to be asked for.", since };
    case "requested":
      return {
        step: "authorisation",
        what: `The payment provider has to authorise ${payment.amountMinor} minor units for ${payment.requestId}.`,
        since: payment.requestedAt,
      };
    case "declined":
      return {
        step: "payment-retry",
        what: `Attempt ${payment.attempt} to authorise the payment was declined (${payment.code}); it has to be asked for again.`,
        since: payment.declinedAt,
      };
    default:
      return unreachable(payment);
  }
};

const planOf = ({ since }: PlacedOrder): Wait => ({ step: "plan", what: "The fulfilment has to be planned.", since });

const packingOf = (order: OrderIn<"Fulfilling">): Wait[] => {
  const { fulfilments, lines, since } = order;
  if (fulfilments.length === 0) return lines.some((line) => unpackedUnits(line) > 0) ? [planOf(order)] : [];
  return fulfilments.flatMap(({ fulfilmentId, location, lines }) => {
    const units = lines.reduce((sum, { planned, packed }) => sum + planned - packed, 0);
    const what = `Location ${location} has to pack ${units} units of fulfilment ${fulfilmentId}.`;
    return units === 0 ? [] : [{ step: "pack" as const, what, since }];
  });
};

const shippingOf = ({ shipments, returns }: ShippingOrder): Wait[] => [
  ...shipments.flatMap(captureOf),
  ...shipments.flatMap(carriageOf),
  ...returns.flatMap(returnOf),
];

const captureOf = ({ shipmentId, capture, amountMinor }: Shipment): Wait[] => {
  switch (capture.status) {
    case "requested":
      return [
        {
          step: "capture",
          what: `The payment provider has to capture ${amountMinor} minor units for shipment ${shipmentId}.`,
          since: capture.requestedAt,
        },
      ];
    case "declined":
      return [
        {
          step: "capture-retry",
          what: `The capture for shipment ${shipmentId} was declined (${capture.code}); it has to be asked for again.`,
          since: capture.declinedAt,
        },
      ];
    case "captured":
      return [];
    default:
      return unreachable(capture);
  }
};

const carriageOf = (shipment: Shipment): Wait[] => {
  const { shipmentId } = shipment;
  switch (shipment.status) {
    case "Packed":
      // A packed shipment whose money is not there waits for that.
      return shipment.capture.status === "captured"
        ? [{ step: "dispatch", what: `Shipment ${shipmentId} has to be dispatched.`, since: shipment.packedAt }]
        : [];
    case "Dispatched":
      return cameBack(shipment)
        ? []
        : [
            {
              step: "delivery",
              what: `${shipment.carrier} has to deliver shipment ${shipmentId}.`,
              since: shipment.dispatchedAt,
            },
          ];
    case "Failed":
      return cameBack(shipment)
        ? []
        : [
            {
              step: "redelivery",
              what: `${shipment.carrier} has to deliver shipment ${shipmentId} after ${shipment.failures} failures, or bring it back.`,
              since: shipment.failedAt,
            },
          ];
    case "Delivered":
      return [];
    default:
      return unreachable(shipment);
  }
};

const returnOf = (known: OrderReturn): Wait[] => {
  const { returnId } = known;
  switch (known.status) {
    case "Requested":
      return [{ step: "return-decision", what: `Return ${returnId} has to be decided.`, since: known.requestedAt }];
    case "Approved":
      return [{ step: "return-receipt", what: `Return ${returnId} has to come back.`, since: known.approvedAt }];
    case "Declined":
      return [];
    case "Received":
      return known.refund.status === "requested"
        ? [
            {
              step: "refund",
              what: `The payment provider has to pay ${known.refund.amountMinor} minor units back as ${known.refund.refundId}.`,
              since: known.refund.requestedAt,
            },
          ]
        : [];
    default:
      return unreachable(known);
  }
};

const voidOf = (payment: Authorisation, since: string): Wait[] => {
  const liveMinor = liveMinorOf(payment);
  return liveMinor === 0
    ? []
    : [{ step: "void", what: `${liveMinor} minor units of ${payment.authorisationId} have to be voided.`, since }];
};

const cancellingOf = ({ holds, payment, since }: OrderIn<"Cancelling">): Wait[] => {
  const waits: Wait[] = [];
  const units = holds.reduce((sum, { quantity }) => sum + quantity, 0);
  if (units > 0) waits.push({ step: "release", what: `Stock items have to release ${units} units.`, since });
  if (payment.status === "authorised") waits.push(...voidOf(payment, since));
  return waits.length > 0 ? waits : [{ step: "cancel", what: "The cancel has to be completed.", since }];
};
