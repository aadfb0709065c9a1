import { unreachable } from "../kernel/decision.ts";
import { isSale } from "./sale/state.ts";
import { unpackedUnits } from "./lines.ts";
import type { OrderIn, OrderState, PlacedOrder } from "./state.ts";
import { liveMinorOf } from "./state/payment.ts";
import type { Authorisation, Unpaid } from "./state/payment.ts";
import { shippingOf } from "./waiting/goods.ts";
import type { Wait, Waiting } from "./waiting/wait.ts";

export type { Waiting, WaitingStep } from "./waiting/wait.ts";

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
