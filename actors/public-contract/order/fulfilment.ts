import { z } from "zod";
import { fulfilmentEventHistories as stored } from "../../order/events/fulfilment.ts";
import { amountMinor, id, lineUnits, oneOfMany, text } from "../fields.ts";
import { published, shape } from "../public-event.ts";

const lines = z.array(lineUnits);

/** What is public of the goods on their way to the customer. */
export const publicFulfilmentEvents = {
  FulfilmentPlanned: published(stored.FulfilmentPlanned, "It is settled from which locations the order is fulfilled.", {
    1: shape({ fulfilments: z.array(z.object({ fulfilmentId: id, location: id, lines })) }, (data) => data),
  }),
  LinesPicked: published(stored.LinesPicked, "Units were taken from the shelf.", {
    1: shape({ fulfilmentId: id, lines }, (data) => data),
  }),
  ShipmentPacked: published(stored.ShipmentPacked, "A shipment is packed.", {
    1: shape(
      {
        shipmentId: id,
        fulfilmentId: id.nullable().describe("Null if the fulfilment was planned elsewhere."),
        lines,
        amountMinor: amountMinor.describe("What is to be captured for it, in minor units."),
      },
      (data) => data,
    ),
  }),
  ShipmentUnpacked: published(
    stored.ShipmentUnpacked,
    "A packed shipment was taken apart again: it is not sent, and its units are packed anew or cancelled.",
    { 1: shape({ shipmentId: id }, (data) => data) },
  ),
  ShipmentDispatched: published(stored.ShipmentDispatched, "A shipment left with the carrier.", {
    1: shape(
      {
        shipmentId: id,
        carrier: text,
        trackingNumber: text,
        lineIds: z.array(id).describe("The lines of which something is in it."),
        lines: lines.optional().describe("What is in it; absent in old events: the whole lines."),
      },
      ({ lines, ...data }) =>
        "whole" in lines
          ? { ...data, lineIds: lines.whole }
          : { ...data, lineIds: [...new Set(lines.map(({ lineId }) => lineId))], lines },
    ),
  }),
  DeliveryReportedEarly: published(
    stored.DeliveryReportedEarly,
    "The carrier told of a shipment that is not known to have left; it counts once that is known.",
    {
      1: shape(
        {
          shipmentId: id,
          outcome: oneOfMany("delivered", "failed"),
          reason: text.nullable().describe("Why it failed; null of a delivery."),
        },
        (data) => data,
      ),
    },
  ),
  ShipmentDelivered: published(stored.ShipmentDelivered, "A shipment arrived.", {
    1: shape({ shipmentId: id }, (data) => data),
  }),
  DeliveryFailed: published(stored.DeliveryFailed, "A shipment could not be delivered this time.", {
    1: shape({ shipmentId: id, reason: text }, (data) => data),
  }),
} as const;
