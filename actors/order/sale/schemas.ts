import { z } from "zod";
import { text, reference } from "../../kernel/fields.ts";
import { commandOf } from "../../kernel/parse-command.ts";
import { currency } from "../currency.ts";
import { fulfilment } from "../events/shapes.ts";
import { checkPricing, linesTerms, repetitionsIn } from "../line-terms.ts";
import { receiptNumber, storeId, terminalId } from "./sale-id.ts";

/** No customer pays in more parts. */
export const maximumTenders = 50;

/** A part of the price that was paid. What was handed back as change is no part of it. */
const tender = {
  tenderId: reference,
  method: text(64),
  amountMinor: z.int().min(1),
};

const tenders = z
  .array(z.strictObject(tender))
  .max(maximumTenders)
  .check((context) => {
    for (const index of repetitionsIn(context.value.map((one) => one.tenderId))) {
      context.issues.push({
        code: "custom",
        path: [index, "tenderId"],
        message: "is the id of an earlier tender",
        input: context.value,
      });
    }
  });

/** When the register says that it was, with its own offset, since the day of a sale is the day at its store. */
const soldAt = z.iso.datetime({ offset: true }).max(35);

/** The fields of every command of a sale, by command type. Anyone may send them. */
export const saleCommandSchemas = {
  RecordSale: z
    .strictObject({
      storeId,
      terminalId,
      receiptNumber,
      currency,
      lines: linesTerms,
      discountMinor: z.int().min(0).default(0),
      pricesIncludeTax: z.boolean().default(false),
      soldAt,
      offline: z.boolean().default(false),
      fulfilment: fulfilment.default("managed"),
      cashier: text(128).optional(),
      tenders: tenders.default([]),
    })
    .check(checkPricing),
  RecordTender: z.strictObject({ ...tender, currency }),
  VoidSale: z.strictObject({ reason: text(500) }),
} as const;

const recordSale = commandOf("RecordSale", saleCommandSchemas.RecordSale);
const recordTender = commandOf("RecordTender", saleCommandSchemas.RecordTender);
const voidSale = commandOf("VoidSale", saleCommandSchemas.VoidSale);

export type RecordSale = z.output<typeof recordSale>;
export type RecordTender = z.output<typeof recordTender>;
export type VoidSale = z.output<typeof voidSale>;
export type SaleCommand = RecordSale | RecordTender | VoidSale;

/** The parser of every command of a sale, by command type. */
export const saleParsers: { readonly [Type in SaleCommand["type"]]: z.ZodType<SaleCommand> } = {
  RecordSale: recordSale,
  RecordTender: recordTender,
  VoidSale: voidSale,
};

/** Whether a command is one of a sale. */
export const isSaleCommand = (command: { readonly type: string }): command is SaleCommand =>
  Object.hasOwn(saleParsers, command.type);
