import { z } from "zod";
import { returnEventHistories as stored } from "../../order/events/returns.ts";
import { amountMinor, id, lineUnits, oneOfMany, text } from "../fields.ts";
import { published, shape } from "../public-event.ts";

const refund = { refundId: id, returnId: id, amountMinor };

/** What is public of goods that come back, and of what is paid back for them. */
export const publicReturnEvents = {
  ReturnRequested: published(stored.ReturnRequested, "Units are to come back.", {
    1: shape(
      {
        returnId: id,
        reason: text,
        lines: z.array(lineUnits),
        announced: z.boolean().describe("Whether someone asked for it beforehand; a parcel may just come back."),
      },
      (data) => data,
    ),
  }),
  ReturnApproved: published(stored.ReturnApproved, "A return is accepted.", {
    1: shape({ returnId: id, refundShipping: z.boolean() }, (data) => data),
  }),
  ReturnDeclined: published(stored.ReturnDeclined, "A return is not accepted.", {
    1: shape({ returnId: id, reason: text }, (data) => data),
  }),
  ReturnReceived: published(stored.ReturnReceived, "Units came back, or are lost for good.", {
    1: shape(
      {
        returnId: id,
        lines: z.array(lineUnits.extend({ condition: oneOfMany("resalable", "damaged", "lost") })),
        deductionMinor: amountMinor.describe("What is kept of their value, in minor units."),
      },
      (data) => data,
    ),
  }),
  RefundRequested: published(stored.RefundRequested, "Money is to be paid back.", { 1: shape(refund, (data) => data) }),
  RefundIssued: published(stored.RefundIssued, "Money was paid back.", { 1: shape(refund, (data) => data) }),
} as const;
