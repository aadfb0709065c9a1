import assert from "node:assert/strict";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { identifierPattern } from "../../../../actors/kernel/stream-id.ts";
import { isSaleId, parseSaleId, saleIdOf } from "../../../../actors/order/sale/sale-id.ts";

const receipt = fc.record(
  {
    storeId: fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,41}$/),
    terminalId: fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/),
    receiptNumber: fc.stringMatching(/^[A-Za-z0-9_-]{1,48}$/),
  },
  { noNullPrototype: true },
);

describe("the stream id of a sale", () => {
  test("names store, terminal and receipt", () =>
    expect(saleIdOf({ storeId: "berlin", terminalId: "till-1", receiptNumber: "1001" })).toBe(
      "pos.berlin.till-1.1001",
    ));

  test("is an id that an order could have, and tells its receipt", () =>
    fc.assert(
      fc.property(receipt, (receipt) => {
        const saleId = saleIdOf(receipt);
        assert.match(saleId, identifierPattern);
        assert.deepEqual(parseSaleId(saleId), receipt);
        assert.ok(isSaleId(saleId));
      }),
    ));

  test("can be as long as any", () => {
    const longest = saleIdOf({ storeId: "s".repeat(42), terminalId: "t".repeat(32), receiptNumber: "r".repeat(48) });
    expect(longest).toHaveLength(128);
    expect(isSaleId(longest)).toBe(true);
  });

  test("may have dots in the store", () =>
    expect(parseSaleId("pos.a.b.c.d")).toEqual({ storeId: "a.b", terminalId: "c", receiptNumber: "d" }));

  test.each([
    "order-1",
    "pos",
    "pos.",
    "pos.a",
    "pos.a.b",
    "pos..b.c",
    "pos.a.b.",
    "pos.a.b.c.",
    "pos.a.b.c..",
    "pos.a..c",
    "Pos.a.b.c",
    "xpos.a.b.c",
    "pos-a.b.c",
    "pos.a~b.c.d",
    "pos.a.b.c~1",
    `pos.${"a".repeat(43)}.b.c`,
    `pos.a.${"b".repeat(33)}.c`,
    `pos.a.b.${"c".repeat(49)}`,
    "pos.a.b.c\n",
  ])("is not %j", (streamId) => {
    expect(parseSaleId(streamId)).toBeUndefined();
    expect(isSaleId(streamId)).toBe(false);
  });
});
