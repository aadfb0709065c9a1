import { z } from "zod";
import { amountMinor, text } from "../../kernel/fields.ts";
import { identifier } from "../../kernel/stream-id.ts";
import { linesTerms, maximumLines, repetitionsIn, shippingTerms } from "../line-terms.ts";
import { orderBounds } from "../state.ts";

/** Units of one line, and of anything that is taken from one line. */
export const maximumUnits = 1_000_000;

/** An id that the order or the process manager derived from other ids, so that it is longer than those. */
export const derivedReference = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .regex(
      /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
      `must be 1 to ${maximum} printable ASCII characters without a space at either end`,
    );

/** `<orderId>~r<n>` for a managed order; whatever the systems outside call theirs for an external one. */
export const reservationId = derivedReference(140);

/** `<orderId>~a<n>` of an authorisation, `<orderId>~<shipmentId>~c<n>` of a capture. */
export const paymentRequestId = derivedReference(270);

/** `<orderId>~<returnId>`. */
export const refundId = derivedReference(260);

export const fulfilmentId = derivedReference(140);

/** `<sku>~<location>`, or `<sku>~<location>~<shard>`. */
export const stockItemId = derivedReference(260);

/** A reason for people. */
export const reason = text(500);

/** A list of `minimum` to `maximum` items of which no two have the same key; `path` is where the key stands in an item. */
export const listWithout = <Item extends z.ZodType>(
  item: Item,
  maximum: number,
  keyOf: (item: z.output<Item>) => string,
  path: readonly string[],
  message: string,
  minimum = 1,
) =>
  z
    .array(item)
    .min(minimum)
    .max(maximum)
    .check((context) => {
      for (const index of repetitionsIn(context.value.map(keyOf))) {
        context.issues.push({ code: "custom", path: [index, ...path], message, input: context.value });
      }
    });

const quantity = z.int().min(1).max(maximumUnits);

export const lineQuantity = z.strictObject({ lineId: identifier, quantity });

/** So many units of lines, each named once. */
export const lineQuantities = listWithout(
  lineQuantity,
  maximumLines,
  ({ lineId }) => lineId,
  ["lineId"],
  "is named twice",
);

export const lineIds = listWithout(identifier, maximumLines, (lineId) => lineId, [], "is named twice");

/** An amount that is nothing if it is not told. */
export const amountOrNone = amountMinor.default(0);

/** Lines from no more locations than can be planned: each of them sends what it has as a fulfilment of its own. */
const plannableLines = linesTerms.check((context) => {
  const locations = new Set<string>();
  for (const [index, { location }] of context.value.entries()) {
    if (locations.size < orderBounds.fulfilments) locations.add(location);
    if (locations.has(location)) continue;
    const message = `is one location too many: an order is sent from at most ${orderBounds.fulfilments}`;
    context.issues.push({ code: "custom", path: [index, "location"], message, input: context.value });
  }
});

/** What the customer is to get and to pay. */
export const orderTerms = {
  lines: plannableLines,
  discountMinor: amountOrNone,
  shipping: shippingTerms.optional(),
  pricesIncludeTax: z.boolean().default(false),
};
