import { z } from "zod";
import { unreachable } from "../../kernel/decision.ts";
import { condition, lineUnits, minorUnits } from "../events/shapes.ts";

const refund = z.discriminatedUnion("status", [
  // Nothing is due, for example since the deduction is as large as what came back is worth.
  z.strictObject({ status: z.literal("none") }),
  // Some units are of shipments whose capture is not decided yet; `amountMinor` is due already.
  z.strictObject({ status: z.literal("awaited"), amountMinor: minorUnits }),
  z.strictObject({
    status: z.literal("requested"),
    refundId: z.string(),
    amountMinor: minorUnits,
    requestedAt: z.string(),
  }),
  z.strictObject({ status: z.literal("issued"), refundId: z.string(), amountMinor: minorUnits }),
]);
export type Refund = Readonly<z.output<typeof refund>>;

const asked = {
  returnId: z.string(),
  reason: z.string(),
  /** Whether someone asked for it beforehand, as opposed to a parcel that just came back. */
  announced: z.boolean(),
  requestedAt: z.string(),
};

export const orderReturn = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("Requested"), ...asked, lines: z.array(lineUnits) }),
  z.strictObject({
    status: z.literal("Approved"),
    ...asked,
    lines: z.array(lineUnits),
    refundShipping: z.boolean(),
    approvedAt: z.string(),
  }),
  z.strictObject({ status: z.literal("Declined"), ...asked, lines: z.array(lineUnits), declineReason: z.string() }),
  z.strictObject({
    status: z.literal("Received"),
    ...asked,
    /** What really came, which may be other than what was asked for. */
    lines: z.array(lineUnits.extend({ condition })),
    refundShipping: z.boolean(),
    deductionMinor: minorUnits,
    refund,
  }),
]);
export type OrderReturn = Readonly<z.output<typeof orderReturn>>;
export type ReturnIn<Status extends OrderReturn["status"]> = Extract<OrderReturn, { status: Status }>;

/** Whether a return is asked for, and nothing of it came back yet. */
export const isExpected = (known: OrderReturn): known is ReturnIn<"Requested" | "Approved"> =>
  known.status === "Requested" || known.status === "Approved";

/** Whether nothing is left to do for a return, so that it may be forgotten. */
export const isOver = (known: OrderReturn): boolean => {
  switch (known.status) {
    case "Requested":
    case "Approved":
      return false;
    case "Declined":
      return true;
    case "Received":
      return known.refund.status === "none" || known.refund.status === "issued";
    default:
      return unreachable(known);
  }
};
