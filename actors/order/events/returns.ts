import { z } from "zod";
import { storedAs } from "../../kernel/upcasting.ts";
import { condition, lineUnits, minorUnits } from "./shapes.ts";

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
  ReturnReceived: storedAs(
    "ReturnReceived",
    z.strictObject({
      returnId: z.string(),
      lines: z.array(lineUnits.extend({ condition })).min(1),
      deductionMinor: minorUnits,
    }),
  ),
  RefundRequested: storedAs("RefundRequested", z.strictObject(refund)),
  RefundIssued: storedAs("RefundIssued", z.strictObject(refund)),
} as const;
