import { z } from "zod";
import { minorUnits, units } from "../events/shapes.ts";

const none = z.strictObject({ status: z.literal("none") });

const requested = z.strictObject({
  status: z.literal("requested"),
  requestId: z.string(),
  attempt: units,
  amountMinor: minorUnits,
  requestedAt: z.string(),
});

const declined = z.strictObject({
  status: z.literal("declined"),
  /** Null if nobody told which request was declined. */
  requestId: z.string().nullable(),
  attempt: units,
  code: z.string(),
  declinedAt: z.string(),
});

/** What is authorised: captured + voided ≤ authorised, refunded ≤ captured. */
export const authorisation = z.strictObject({
  status: z.literal("authorised"),
  authorisationId: z.string(),
  /** The attempt that brought it. */
  attempt: units,
  authorisedMinor: minorUnits,
  capturedMinor: minorUnits,
  voidedMinor: minorUnits,
  refundedMinor: minorUnits,
});
export type Authorisation = Readonly<z.output<typeof authorisation>>;

/** The payment of an order that is reserved, but not authorised. */
export const unpaid = z.discriminatedUnion("status", [none, requested, declined]);
export type Unpaid = Readonly<z.output<typeof unpaid>>;

export const payment = z.discriminatedUnion("status", [none, requested, declined, authorisation]);
export type Payment = Readonly<z.output<typeof payment>>;

/** What of an authorisation is neither captured nor voided. */
export const liveMinorOf = ({ authorisedMinor, capturedMinor, voidedMinor }: Authorisation): number =>
  authorisedMinor - capturedMinor - voidedMinor;
