import { equal, partialDeepStrictEqual } from "node:assert/strict";
import type { Story } from "../story.ts";

/** In local runs, stock is held for a quarter of a minute for orders of this channel (RESERVATION_TTL_BY_CHANNEL). */
const channel = "flash-sale";

export const expiredReservation: Story = {
  name: "expired",
  title: "Nobody pays: after its time the stock comes back by itself, and the order is over.",
  providerRules: (prefix) => [
    {
      on: "authorisation",
      orderIdPrefix: prefix,
      decline: { code: "InsufficientFunds", retryable: true },
      pending: false,
    },
  ],
  play: async ({ id, world, customer, warehouse, untilStatus, untilStock }) => {
    const [orderId, sku] = [id("order"), id("lamp")];
    await warehouse.receive(sku, "south", 2);
    await untilStock(sku, "south", { available: 2 });
    await customer.place(orderId, {
      channel,
      lines: [{ lineId: "1", sku, location: "south", quantity: 2, unitPriceMinor: 2_750 }],
    });
    partialDeepStrictEqual(await untilStatus(orderId, "Expired"), {
      cancelCause: "expired",
      lines: [{ reserved: 0, cancelled: 2 }],
    });
    // The time for which it is held may pass unseen; the history has it.
    const history = await world.gateway.readEvents(orderId);
    equal(
      history.some(({ type }) => type === "LinesReserved"),
      true,
    );
    await untilStock(sku, "south", { onHand: 2, reserved: 0, available: 2 });
    equal((await world.provider.readAccount(orderId))?.balance.authorisedMinor ?? 0, 0);
    await customer.sendInVain(orderId, { type: "RequestAuthorisation" });
  },
};
