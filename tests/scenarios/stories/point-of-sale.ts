import { equal } from "node:assert/strict";
import { saleIdOf } from "../../../actors/order/sale/sale-id.ts";
import type { Story } from "../story.ts";

export const pointOfSale: Story = {
  name: "register",
  title: "A register that was offline uploads its sales in any order and twice; goods it sold are gone, there or not.",
  play: async ({ id, backEnd, books, warehouse, untilSale, untilStock }) => {
    const [store, sku] = [id("store"), id("mug")];
    const register = backEnd("register");
    const receiptOf = (receiptNumber: string) => ({ storeId: store, terminalId: "till-1", receiptNumber });
    const sale = (receiptNumber: string, quantity: number, more: object = {}) => ({
      ...receiptOf(receiptNumber),
      currency: "EUR",
      lines: [{ lineId: "1", sku, location: store, quantity, unitPriceMinor: 1_000, taxRatePpm: 190_000 }],
      pricesIncludeTax: true,
      soldAt: "2026-05-04T17:58:00+02:00",
      offline: true,
      ...more,
    });
    await warehouse.receive(sku, store, 3);
    await untilStock(sku, store, { available: 3 });

    // Half of the money comes before the sale, the rest after it, everything twice.
    const first = saleIdOf(receiptOf("0001"));
    const uploads = [
      await register.tell("orders.command.RecordTender", first, {
        tenderId: "t-1",
        method: "cash",
        amountMinor: 500,
        currency: "EUR",
      }),
      await register.tell("pos.sale", first, sale("0001", 2)),
      await register.tell("orders.command.RecordTender", first, {
        tenderId: "t-2",
        method: "card",
        amountMinor: 1_500,
        currency: "EUR",
      }),
    ];
    for (const { content } of uploads) await register.repeat(first, content);
    const { totalMinor, tenderedMinor } = await untilSale(first, "SaleCompleted");
    equal(totalMinor, 2_000);
    equal(tenderedMinor, 2_000);
    await untilStock(sku, store, { onHand: 1, oversold: 0 });

    // Voided at the register before anyone heard of it.
    const voided = saleIdOf(receiptOf("0002"));
    await register.tell("orders.command.VoidSale", voided, { reason: "wrong price" });
    await register.tell("pos.sale", voided, sale("0002", 1, { tenders: [] }));
    await untilSale(voided, "SaleVoided");

    // Four have gone over the counter, although one was left by the books.
    const more = saleIdOf(receiptOf("0003"));
    const tenders = [{ tenderId: "t-1", method: "card", amountMinor: 4_000 }];
    await register.tell("pos.sale", more, sale("0003", 4, { tenders }));
    await untilSale(more, "SaleCompleted");
    await untilStock(sku, store, { onHand: 0, oversold: 3 });
    await warehouse.receive(sku, store, 10);
    await untilStock(sku, store, { onHand: 7, oversold: 0, available: 7 });
    equal(books.orders.size, 3);
  },
};
