import { z } from "zod";
import { storedAs } from "../../kernel/upcasting.ts";
import { carrierOutcome, heldUnits, lineUnits, minorUnits } from "./shapes.ts";

const planned = z.strictObject({
  fulfilments: z
    .array(z.strictObject({ fulfilmentId: z.string(), location: z.string(), lines: z.array(lineUnits).min(1) }))
    .min(1),
});

const picked1 = z.strictObject({ fulfilmentId: z.string(), lines: z.array(lineUnits).min(1) });
/** `pickId` is null of a pick that was told without one, as all were by version 1. */
const picked2 = picked1.extend({ pickId: z.string().nullable() });

const packed = z.strictObject({
  shipmentId: z.string(),
  /** Null for an external order, whose fulfilments are planned elsewhere. */
  fulfilmentId: z.string().nullable(),
  lines: z.array(lineUnits).min(1),
  /** What is to be captured for it. */
  amountMinor: minorUnits,
});

const sentBy = { shipmentId: z.string(), carrier: z.string(), trackingNumber: z.string() };
const dispatched1 = z.strictObject({ ...sentBy, lineIds: z.array(z.string()).min(1) });
const dispatched2 = z.strictObject({
  ...sentBy,
  /** What is in it; version 1 sent whole lines, named by their ids, and packed them at the same moment. */
  lines: z.union([z.array(lineUnits).min(1), z.strictObject({ whole: z.array(z.string()).min(1) })]),
  /** What the process manager takes out of stock; version 1 left that to the lines. */
  commits: z.array(heldUnits),
});

/** What the goods of the order go through on their way to the customer. */
export const fulfilmentEventHistories = {
  FulfilmentPlanned: storedAs("FulfilmentPlanned", planned),
  LinesPicked: storedAs("LinesPicked", picked1).thenStoredAs(picked2, (pick) => ({ ...pick, pickId: null })),
  ShipmentPacked: storedAs("ShipmentPacked", packed),
  ShipmentUnpacked: storedAs("ShipmentUnpacked", z.strictObject({ shipmentId: z.string() })),
  ShipmentDispatched: storedAs("ShipmentDispatched", dispatched1).thenStoredAs(
    dispatched2,
    ({ lineIds, ...shipment }) => ({ ...shipment, lines: { whole: lineIds }, commits: [] }),
  ),
  /** The carrier told of a shipment before anybody told that it was dispatched; the dispatch applies it. */
  DeliveryReportedEarly: storedAs(
    "DeliveryReportedEarly",
    z.strictObject({
      shipmentId: z.string(),
      outcome: carrierOutcome,
      /** Why it failed; null of a delivery. */
      reason: z.string().nullable(),
    }),
  ),
  ShipmentDelivered: storedAs("ShipmentDelivered", z.strictObject({ shipmentId: z.string() })),
  DeliveryFailed: storedAs("DeliveryFailed", z.strictObject({ shipmentId: z.string(), reason: z.string() })),
} as const;
