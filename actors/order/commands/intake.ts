import { z } from "zod";
import { text } from "../../kernel/fields.ts";
import { commandOf } from "../../kernel/parse-command.ts";
import { currency } from "../currency.ts";
import { fulfilment } from "../events/shapes.ts";
import { checkPricing } from "../line-terms.ts";
import { lineQuantities, orderTerms, reason } from "./fields.ts";

/** Placement, amendment, and everything that ends an order before it is fulfilled, as far as anyone may send it. */
export const intakeCommandSchemas = {
  PlaceOrder: z
    .strictObject({ customerId: text(128), currency, fulfilment, ...orderTerms, channel: text(64).optional() })
    .check(checkPricing),
  AmendOrder: z.strictObject(orderTerms).check(checkPricing),
  ExpireOrder: z.strictObject({ reason }),
  RequestCancel: z.strictObject({ reason, lines: lineQuantities.optional() }),
} as const;

export const intakeProcessCommandSchemas = { CompleteCancel: z.strictObject({}) } as const;

const placeOrder = commandOf("PlaceOrder", intakeCommandSchemas.PlaceOrder);
const amendOrder = commandOf("AmendOrder", intakeCommandSchemas.AmendOrder);
const expireOrder = commandOf("ExpireOrder", intakeCommandSchemas.ExpireOrder);
const requestCancel = commandOf("RequestCancel", intakeCommandSchemas.RequestCancel);
const completeCancel = intakeProcessCommandSchemas.CompleteCancel.transform(() => ({
  type: "CompleteCancel" as const,
}));

export type PlaceOrder = z.output<typeof placeOrder>;
export type AmendOrder = z.output<typeof amendOrder>;
export type ExpireOrder = z.output<typeof expireOrder>;
export type RequestCancel = z.output<typeof requestCancel>;
export type CompleteCancel = z.output<typeof completeCancel>;

export type IntakeCommand = PlaceOrder | AmendOrder | ExpireOrder | RequestCancel | CompleteCancel;

export const intakeParsers: { readonly [Type in IntakeCommand["type"]]: z.ZodType<IntakeCommand> } = {
  PlaceOrder: placeOrder,
  AmendOrder: amendOrder,
  ExpireOrder: expireOrder,
  RequestCancel: requestCancel,
  CompleteCancel: completeCancel,
};
