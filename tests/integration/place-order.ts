import type { OrderCommandBody } from "../support/api.ts";

/** An external order of two units, worth 900 minor units of EUR, for a customer of the test's own. */
export const placeOrderOf = (customerId: string): OrderCommandBody => ({
  type: "PlaceOrder",
  customerId,
  currency: "EUR",
  fulfilment: "external",
  lines: [{ lineId: "1", sku: "tea", location: "berlin", quantity: 2, unitPriceMinor: 450 }],
});
