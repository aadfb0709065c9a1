import { z } from "zod";
import { intakeEventHistories as stored } from "../../order/events/intake.ts";
import {
  amountMinor,
  currencyFields,
  currencyOf,
  fulfilment,
  id,
  lineUnits,
  oneOfMany,
  pricedLine,
  text,
} from "../fields.ts";
import { published, shape } from "../public-event.ts";

/** What the customer is to get and to pay. */
const terms = {
  lines: z.array(pricedLine),
  discountMinor: amountMinor.describe(
    "The discount on the whole order, which the lines' discounts include, in minor units.",
  ),
  shipping: z
    .object({
      amountMinor,
      taxRatePpm: z.int().min(0),
      taxMinor: amountMinor,
      includedTaxMinor: amountMinor,
    })
    .nullable(),
  pricesIncludeTax: z.boolean(),
  totalMinor: amountMinor,
};

const reason = { reason: text };

/** What is public of placement, amendment, and all the ways in which an order ends before it is fulfilled. */
export const publicIntakeEvents = {
  OrderPlaced: published(stored.OrderPlaced, "An order was placed.", {
    1: shape({ customerId: id, ...currencyFields, fulfilment, channel: text.nullable(), ...terms }, (data) => ({
      ...data,
      ...currencyOf(data.currency),
    })),
  }),
  OrderAmended: published(stored.OrderAmended, "Other lines took the place of the order's.", {
    1: shape(terms, (data) => data),
  }),
  LinesCancelled: published(stored.LinesCancelled, "Units of the order are cancelled; the rest goes on.", {
    1: shape({ lines: z.array(lineUnits), cause: oneOfMany("customer", "shortage"), ...reason }, (data) => data),
  }),
  CancellationRequested: published(
    stored.CancellationRequested,
    "The order is being ended: what it holds is given back first.",
    {
      1: shape(
        {
          cause: oneOfMany("customer", "shortageRefused", "expired", "paymentDeclined", "reservationRejected"),
          ...reason,
        },
        (data) => data,
      ),
    },
  ),
  OrderCancelled: published(stored.OrderCancelled, "The order is cancelled.", { 1: shape(reason, (data) => data) }),
  OrderExpired: published(stored.OrderExpired, "The order was not paid or answered in time.", {
    1: shape(reason, (data) => data),
  }),
  OrderRejected: published(stored.OrderRejected, "The order cannot be carried out.", {
    1: shape({ cause: oneOfMany("paymentDeclined", "reservationRejected"), ...reason }, (data) => data),
  }),
  OrderWithdrawn: published(
    stored.OrderWithdrawn,
    "The order was cancelled before it came; one that comes under this id is refused.",
    { 1: shape(reason, (data) => data) },
  ),
  OrderCompleted: published(stored.OrderCompleted, "Nothing of the order is left to be done.", {
    1: shape({}, (data) => data),
  }),
  MessageIgnored: published(stored.MessageIgnored, "A message came too late to matter, or told again what was known.", {
    1: shape(
      { command: text, reference: id.describe("The id that the message was about."), reason: text },
      (data) => data,
    ),
  }),
} as const;
