import { describe, expect, test } from "@jest/globals";
import { eventItemId } from "../../../actors/kernel/recorded-event.ts";
import { isOrderId, parseStockStreamId, stockStreamId } from "../../../actors/kernel/stream-id.ts";

describe("a stream id", () => {
  test.each(["a", "A-1", "_x", "order.1", "9".repeat(128)])("%s names an order", (id) => {
    expect(isOrderId(id)).toBe(true);
  });

  test.each(["", ".", "..", ".hidden", "a b", "a/b", "a~b", "é", "9".repeat(129), "a\n"])("%j does not", (id) => {
    expect(isOrderId(id)).toBe(false);
  });

  test("of a stock item holds its SKU and location", () => {
    expect(parseStockStreamId(stockStreamId("sku-1", "berlin"))).toEqual({ sku: "sku-1", location: "berlin" });
  });

  test.each([0, 7, 63])("of a shard holds its number too: %i", (shard) => {
    const stream = { sku: "sku-1", location: "berlin", shard };
    expect(parseStockStreamId(stockStreamId("sku-1", "berlin", shard))).toEqual(stream);
  });

  test.each(["", "64", "-1", "01", "1.5", " 1", "x", "100"])("has no shard %j", (shard) => {
    expect(parseStockStreamId(`sku-1~berlin~${shard}`)).toBeUndefined();
  });

  test("of a stock item is never an order id", () => {
    expect(isOrderId(stockStreamId("a", "b"))).toBe(false);
    expect(isOrderId(stockStreamId("a", "b", 1))).toBe(false);
    expect(parseStockStreamId("a")).toBeUndefined();
    expect(parseStockStreamId("a~b~1~2")).toBeUndefined();
    expect(parseStockStreamId("~b")).toBeUndefined();
  });

  test("and a version make an item id that sorts as the versions do", () => {
    const ids = [1, 2, 10, 99, 100, 1_000_000].map((version) => eventItemId("o", version));
    expect(ids.toSorted()).toEqual(ids);
  });
});
