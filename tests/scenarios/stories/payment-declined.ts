import { deepEqual, partialDeepStrictEqual } from "node:assert/strict";
import type { Story } from "../story.ts";

export const paymentDeclined: Story = {
  name: "declined",
  title: "A payment is declined and then made with another card; one with a stolen card is never made.",
  providerRules: (prefix) => [
    {
      on: "authorisation",
      orderIdPrefix: `${prefix}stolen`,
      decline: { code: "StolenCard", retryable: false },
      pending: false,
    },
    {
      on: "authorisation",
      orderIdPrefix: `${prefix}order`,
      times: 1,
      decline: { code: "InsufficientFunds", retryable: true },
      pending: false,
    },
  ],
  play: async ({ id, customer, warehouse, untilOrder, untilStatus, untilStock, ledgerOf }) => {
    const [orderId, stolen, sku] = [id("order"), id("stolen"), id("kettle")];
    const lines = [{ lineId: "1", sku, location: "north", quantity: 2, unitPriceMinor: 4_500 }];
    await warehouse.receive(sku, "north", 4);
    await untilStock(sku, "north", { available: 4 });
    await customer.place(stolen, { lines });
    await customer.place(orderId, { lines });

    const declined = await untilOrder(orderId, "declined", ({ payment }) => payment?.status === "declined");
    partialDeepStrictEqual(declined, { status: "Reserved", payment: { attempt: 1, declineCode: "InsufficientFunds" } });
    await customer.send(orderId, { type: "RequestAuthorisation" });
    await warehouse.packAll(await untilStatus(orderId, "Fulfilling"));
    await untilStatus(orderId, "Completed");
    const { authorisations, balance } = await ledgerOf(orderId);
    deepEqual(
      authorisations.map(({ status }) => status),
      ["declined", "authorised"],
    );
    partialDeepStrictEqual(balance, { authorisedMinor: 9_000, capturedMinor: 9_000, voidedMinor: 0 });

    partialDeepStrictEqual(await untilStatus(stolen, "Rejected"), { cancelCause: "paymentDeclined" });
    partialDeepStrictEqual((await ledgerOf(stolen)).balance, { authorisedMinor: 0, capturedMinor: 0 });
    await untilStock(sku, "north", { onHand: 2, reserved: 0 });
  },
};
