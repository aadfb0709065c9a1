import { z } from "zod";
import { saleEventHistories as stored } from "../../order/sale/events.ts";
import { amountMinor, currencyFields, currencyOf, fulfilment, id, pricedLine, text } from "../fields.ts";
import { published, shape } from "../public-event.ts";

/** What is public of a sale at a register. Who sat at it is not. */
export const publicSaleEvents = {
  SaleRecorded: published(stored.SaleRecorded, "Something was sold at a register.", {
    1: shape(
      {
        storeId: id,
        terminalId: id,
        receiptNumber: id,
        ...currencyFields,
        fulfilment,
        offline: z.boolean().describe("Whether the register was offline, so that nobody knew what was in stock."),
        lines: z.array(pricedLine),
        discountMinor: amountMinor.describe(
          "The discount on the whole sale, which the lines' discounts include, in minor units.",
        ),
        pricesIncludeTax: z.boolean(),
        totalMinor: amountMinor,
        soldAt: text.meta({ format: "date-time" }).describe("As the register told it, with its own offset."),
      },
      (data) => ({ ...data, ...currencyOf(data.currency) }),
    ),
  }),
  TenderRecorded: published(stored.TenderRecorded, "Something was paid at a register.", {
    1: shape({ tenderId: id, method: text, amountMinor, ...currencyFields }, (data) => ({
      ...data,
      ...currencyOf(data.currency),
    })),
  }),
  SaleCompleted: published(stored.SaleCompleted, "The sale is paid, and the goods are the customer's.", {
    1: shape({}, (data) => data),
  }),
  SaleVoided: published(stored.SaleVoided, "The sale is void.", {
    1: shape(
      {
        reason: text,
        wasCompleted: z.boolean().describe("Whether it was complete, so that its goods are back in stock."),
      },
      (data) => data,
    ),
  }),
} as const;
