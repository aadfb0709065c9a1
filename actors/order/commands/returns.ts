import { z } from "zod";
import { amountMinor, reference } from "../../kernel/fields.ts";
import { commandOf } from "../../kernel/parse-command.ts";
import { condition } from "../events/shapes.ts";
import { amountOrNone, lineQuantities, lineQuantity, listWithout, reason, refundId } from "./fields.ts";
import { maximumLines } from "../line-terms.ts";

/** Units of a line may come back in more than one condition. */
const receivedLines = listWithout(
  lineQuantity.extend({ condition }),
  2 * maximumLines,
  (line) => `${line.lineId} ${line.condition}`,
  ["lineId"],
  "is named twice in this condition",
);

/** What becomes of goods that come back and of the money for them; anyone may send it. */
export const returnCommandSchemas = {
  RequestReturn: z.strictObject({ returnId: reference, reason, lines: lineQuantities }),
  ApproveReturn: z.strictObject({ returnId: reference, refundShipping: z.boolean().default(false) }),
  DeclineReturn: z.strictObject({ returnId: reference, reason }),
  ReceiveReturn: z.strictObject({ returnId: reference, lines: receivedLines, deductionMinor: amountOrNone }),
  RecordRefund: z.strictObject({ refundId, amountMinor }),
} as const;

const requestReturn = commandOf("RequestReturn", returnCommandSchemas.RequestReturn);
const approveReturn = commandOf("ApproveReturn", returnCommandSchemas.ApproveReturn);
const declineReturn = commandOf("DeclineReturn", returnCommandSchemas.DeclineReturn);
const receiveReturn = commandOf("ReceiveReturn", returnCommandSchemas.ReceiveReturn);
const recordRefund = commandOf("RecordRefund", returnCommandSchemas.RecordRefund);

export type RequestReturn = z.output<typeof requestReturn>;
export type ApproveReturn = z.output<typeof approveReturn>;
export type DeclineReturn = z.output<typeof declineReturn>;
export type ReceiveReturn = z.output<typeof receiveReturn>;
export type RecordRefund = z.output<typeof recordRefund>;

export type ReturnCommand = RequestReturn | ApproveReturn | DeclineReturn | ReceiveReturn | RecordRefund;

export const returnParsers: { readonly [Type in ReturnCommand["type"]]: z.ZodType<ReturnCommand> } = {
  RequestReturn: requestReturn,
  ApproveReturn: approveReturn,
  DeclineReturn: declineReturn,
  ReceiveReturn: receiveReturn,
  RecordRefund: recordRefund,
};
