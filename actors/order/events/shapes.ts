import { z } from "zod";

/** A number of units as it was stored; what was stored once is never refused, so these bounds are the widest possible. */
export const units = z.int().min(0);

/** An amount in minor units as it was stored. */
export const minorUnits = z.int().min(0);

/** So many units of a line. */
export const lineUnits = z.strictObject({ lineId: z.string(), quantity: units });

/** So many units that a stock item (`<sku>~<location>[~<shard>]`) holds, or held, under a reservation. */
export const heldUnits = z.strictObject({ reservationId: z.string(), stockItemId: z.string(), quantity: units });

/** `external`: other systems send every step. `managed`: the process manager reserves stock and authorises the payment. */
export const fulfilment = z.enum(["external", "managed"]);

/** Why an order is being, or was, ended before it was fulfilled. */
export const cancellationCause = z.enum([
  "customer",
  "shortageRefused",
  "expired",
  "paymentDeclined",
  "reservationRejected",
]);

/** What a customer may want of an order of which not everything is there. */
export const shortageChoice = z.enum(["accept", "refuse", "wait"]);

/** What became of goods that came back: whether they can be sold again, or never really came, since their parcel got lost. */
export const condition = z.enum(["resalable", "damaged", "lost"]);

/** What a carrier tells of a shipment. */
export const carrierOutcome = z.enum(["delivered", "failed"]);
