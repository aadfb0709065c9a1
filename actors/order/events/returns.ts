import { z } from "zod";
import { storedAs } from "../../kernel/upcasting.ts";
import { condition, lineUnits, minorUnits } from "./shapes.ts";

const received1 = z.strictObject({
  returnId: z.string(),
  lines: z.array(lineUnits.extend({ condition: z.enum(["resalable", "damaged"]) })).min(1),
  deductionMinor: minorUnits,
});
const received2 = received1.extend({
  lines: z.array(lineUnits.extend({ condition })).min(1),
  /** What is paid back of what is captured already; null of version 1, which left that to the refund. */
  refundMinor: minorUnits.nullable(),
  /** What is due for units of shipments that are not paid yet: paid back if they are captured, and else not to be paid. */
  uncaptured: z.array(z.strictObject({ shipmentId: z.string(), amountMinor: minorUnits })),
});

const refund = { refundId: z.string(), returnId: z.string(), amountMinor: minorUnits };

/** What comes back, and what is paid back for it. */
export const returnEventHistories = {
  ReturnRequested: storedAs(
    "ReturnRequested",
    z.strictObject({
      returnId: z.string(),
      reason: z.string(),
      lines: z.array(lineUnits).min(1),
      /** Whether someone asked for it beforehand, as opposed to a parcel that just came back. */
      announced: z.boolean(),
    }),
  ),
  ReturnApproved: storedAs("ReturnApproved", z.strictObject({ returnId: z.string(), refundShipping: z.boolean() })),
  ReturnDeclined: storedAs("ReturnDeclined", z.strictObject({ returnId: z.string(), reason: z.string() })),
  ReturnReceived: storedAs("ReturnReceived", received1).thenStoredAs(received2, (received) => ({
    ...received,
    refundMinor: null,
    uncaptured: [],
  })),
  RefundRequested: storedAs("RefundRequested", z.strictObject(refund)),
  RefundIssued: storedAs("RefundIssued", z.strictObject(refund)),
} as const;
