import { z } from "zod";
import { orderEventHistories as stored } from "../order/events.ts";
import type { OrderEventType } from "../order/events.ts";
import { amountMinor, currencyFields, currencyOf, id, quantity } from "./fields.ts";
import { published, shape } from "./public-event.ts";
import type { PublicEvent } from "./public-event.ts";

const reason = z.string();

/** What is public of every event of an order. */
export const publicOrderEvents: { readonly [Type in OrderEventType]: PublicEvent<Type> } = {
  OrderPlaced: published(stored.OrderPlaced, "An order was placed.", {
    1: shape(
      {
        customerId: id,
        ...currencyFields,
        fulfilment: z.enum(["external", "managed"]),
        lines: z.array(z.object({ lineId: id, sku: id, location: id, quantity, unitPriceMinor: amountMinor })),
        totalMinor: amountMinor,
      },
      (data) => ({ ...data, ...currencyOf(data.currency) }),
    ),
  }),

  LinesReserved: published(stored.LinesReserved, "Stock is reserved for the order.", {
    1: shape({ reservationId: id }, (data) => data),
  }),

  ShortageRaised: published(stored.ShortageRaised, "Some of what the order needs is not in stock.", {
    1: shape(
      {
        reserved: z.array(z.object({ sku: id, location: id, quantity })),
        short: z.array(z.object({ sku: id, location: id, requested: quantity, available: quantity })),
      },
      (data) => data,
    ),
  }),

  PaymentAuthorised: published(stored.PaymentAuthorised, "Money for the order is set aside.", {
    1: shape({ authorisationId: id, amountMinor }, (data) => data),
  }),

  PaymentCaptured: published(stored.PaymentCaptured, "The money for a shipment was taken.", {
    1: shape({ shipmentId: id, amountMinor }, (data) => data),
  }),

  ShipmentDispatched: published(stored.ShipmentDispatched, "A shipment left with the carrier.", {
    1: shape({ shipmentId: id, carrier: z.string(), trackingNumber: z.string(), lineIds: z.array(id) }, (data) => data),
  }),

  ShipmentDelivered: published(stored.ShipmentDelivered, "A shipment arrived.", {
    1: shape({ shipmentId: id }, (data) => data),
  }),

  OrderCompleted: published(stored.OrderCompleted, "Nothing of the order is left to be done.", {
    1: shape({}, (data) => data),
  }),

  CancellationRequested: published(stored.CancellationRequested, "The order is being cancelled.", {
    1: shape({ reason }, (data) => data),
  }),

  OrderCancelled: published(stored.OrderCancelled, "The order is cancelled.", {
    1: shape({ reason }, (data) => data),
  }),
};
