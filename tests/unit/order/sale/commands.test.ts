import { describe, expect, test } from "@jest/globals";
import { largestAmountMinor } from "../../../../actors/kernel/money.ts";
import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import { isSaleCommand, maximumTenders } from "../../../../actors/order/sale/schemas.ts";
import { withOneFieldMore } from "../../../support/altered-fields.ts";
import * as example from "./examples.ts";

const fieldsOf = (command: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(command).filter(([name]) => name !== "type"));
const saleFields = fieldsOf(example.recordSalePaid);
const tenderFields = fieldsOf(example.recordCash);

/** The fields named as wrong, in the order in which they are named. */
const wrongFields = (type: string, fields: unknown): string[] => {
  const parsed = orderAggregate.parseCommand(type, fields);
  return parsed.valid ? [] : parsed.issues.map((issue) => issue.field);
};
const messagesOf = (type: string, fields: unknown): string[] => {
  const parsed = orderAggregate.parseCommand(type, fields);
  return parsed.valid ? [] : parsed.issues.map((issue) => issue.message);
};
const withSale = (fields: object): string[] => wrongFields("RecordSale", { ...saleFields, ...fields });
const withTender = (fields: object): string[] => wrongFields("RecordTender", { ...tenderFields, ...fields });

const everyCommand = [example.recordSale, example.recordSalePaid, example.recordCash, example.voidSale];

describe("a command of a sale", () => {
  test.each(everyCommand)("of type $type is parsed from its fields", (command) =>
    expect(orderAggregate.parseCommand(command.type, fieldsOf(command))).toEqual({ valid: true, command }),
  );

  test.each(everyCommand)("of type $type takes no field more, at any depth", (command) => {
    for (const fields of withOneFieldMore(fieldsOf(command))) {
      expect(wrongFields(command.type, fields)).toEqual([expect.stringMatching(/(^|\.)unexpected$/)]);
    }
  });

  test("may leave out what is usual", () => {
    const usual = ["discountMinor", "pricesIncludeTax", "offline", "fulfilment", "cashier", "tenders"];
    const lines = [{ lineId: "1", sku: "cup", location: "berlin", quantity: 1, unitPriceMinor: 250 }];
    const fields = {
      ...Object.fromEntries(Object.entries(saleFields).filter(([name]) => !usual.includes(name))),
      lines,
    };
    expect(orderAggregate.parseCommand("RecordSale", fields)).toEqual({
      valid: true,
      command: {
        ...example.recordSale,
        cashier: undefined,
        lines: [{ ...lines[0], discountMinor: 0, taxRatePpm: 0 }],
        discountMinor: 0,
        pricesIncludeTax: false,
        offline: false,
        fulfilment: "managed",
        tenders: [],
      },
    });
  });

  test("must not leave out anything else", () => {
    for (const name of ["storeId", "terminalId", "receiptNumber", "currency", "lines", "soldAt"]) {
      expect(withSale({ [name]: undefined })).toEqual([name]);
    }
    for (const name of Object.keys(tenderFields)) expect(withTender({ [name]: undefined })).toEqual([name]);
    expect(wrongFields("VoidSale", {})).toEqual(["reason"]);
  });

  test("is told from a command of an order", () => {
    expect(everyCommand.every(isSaleCommand)).toBe(true);
    expect(["PlaceOrder", "toString"].some((type) => isSaleCommand({ type }))).toBe(false);
  });
});

describe("the receipt of a sale", () => {
  test.each([
    { storeId: "b" },
    { storeId: "Berlin.Mitte_2-x" },
    { storeId: "b".repeat(42) },
    { terminalId: "t".repeat(32) },
    { receiptNumber: "r".repeat(48) },
    { terminalId: "-", receiptNumber: "_" },
  ])("can have %j", (fields) => expect(withSale(fields)).toEqual([]));

  test.each([
    ["storeId", ["", ".b", "b".repeat(43), "b/c", "b c", "bär", 1]],
    ["terminalId", ["", "t.1", "t".repeat(33), "t/1", "t~1"]],
    ["receiptNumber", ["", "r.1", "r".repeat(49), "r 1", null]],
  ])("has no such %s", (name, values) => {
    for (const value of values) expect(withSale({ [name]: value })).toEqual([name]);
  });

  test("says what it may be", () => {
    expect(messagesOf("RecordSale", { ...saleFields, storeId: "", terminalId: "", receiptNumber: "" })).toEqual([
      "must be 1 to 42 characters of A-Z a-z 0-9 _ - . and not start with a dot",
      "must be 1 to 32 characters of A-Z a-z 0-9 _ -",
      "must be 1 to 48 characters of A-Z a-z 0-9 _ -",
    ]);
  });
});

describe("the time of a sale", () => {
  test.each([
    "2026-01-01T10:00:00Z",
    "2026-01-01T10:00:00.123Z",
    "2026-02-28T23:59:59+05:45",
    "2026-01-01T10:00:00.123456789-11:30",
  ])("can be %s", (soldAt) => expect(withSale({ soldAt })).toEqual([]));
  test.each([
    "2026-01-01",
    "2026-01-01T10:00:00",
    "2026-02-30T10:00:00Z",
    "10:00",
    "2026-01-01T10:00:00.1234567891-11:30",
    "",
  ])("cannot be %p", (soldAt) => expect(withSale({ soldAt })).toContain("soldAt"));
});

describe("what is sold", () => {
  const [line] = example.recordSale.lines;
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ ...line, lineId: `l${index}` }));

  test("is 1 to 200 lines", () => {
    expect(withSale({ lines: [] })).toEqual(["lines"]);
    expect(withSale({ lines: numbered(200) })).toEqual([]);
    expect(withSale({ lines: numbered(201) })).toEqual(["lines"]);
  });
  test("has a line id but once", () => {
    expect(withSale({ lines: [line, line] })).toEqual(["lines.1.lineId"]);
    expect(messagesOf("RecordSale", { ...saleFields, lines: [line, line] })).toEqual(["is the id of an earlier line"]);
  });
  test.each([
    ["quantity", [0, 1_000_001, 1.5, -1]],
    ["unitPriceMinor", [-1, 0.5, 2 ** 53]],
    ["discountMinor", [-1, 0.5]],
    ["taxRatePpm", [-1, 1_000_001, 0.19]],
    ["sku", ["", "c p"]],
    ["location", ["", "b~1"]],
  ])("has no such %s", (name, values) => {
    for (const value of values) {
      expect(withSale({ lines: [{ ...line, [name]: value }] })).toEqual([`lines.0.${name}`]);
      expect(withSale({ lines: [{ ...line, [name]: value }], discountMinor: -1 })).toContain(`lines.0.${name}`);
    }
  });
  test.each([
    { quantity: 1_000_000, unitPriceMinor: 1 },
    { taxRatePpm: 1_000_000 },
    { unitPriceMinor: 100, quantity: 2, discountMinor: 200 },
  ])("can have %j", (fields) => expect(withSale({ lines: [{ ...line, ...fields }], discountMinor: 0 })).toEqual([]));
  test("is refused if it cannot be priced", () => {
    expect(withSale({ discountMinor: 1_701 })).toEqual(["discountMinor"]);
    expect(withSale({ discountMinor: 1_700 })).toEqual([]);
    expect(withSale({ lines: [{ ...line, discountMinor: 751 }] })).toEqual(["lines.0.discountMinor"]);
    expect(withSale({ lines: [{ ...line, unitPriceMinor: largestAmountMinor }] })).toEqual(["lines"]);
  });
});

const tenders = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...example.cash, tenderId: `t${index}` }));

describe("a tender", () => {
  test.each([
    ["tenderId", ["", " a", "a".repeat(129), "ä"]],
    ["method", ["", " ", "m".repeat(65), "a\nb"]],
    ["amountMinor", [0, -1, 1.5, 2 ** 53, "1"]],
    ["currency", ["eur", "XAU", ""]],
  ])("has no such %s", (name, values) => {
    for (const value of values) expect(withTender({ [name]: value })).toEqual([name]);
  });
  test.each([{ amountMinor: 1 }, { amountMinor: largestAmountMinor }, { method: "m".repeat(64) }, { tenderId: "a b" }])(
    "can have %j",
    (fields) => expect(withTender(fields)).toEqual([]),
  );
  test("comes with its sale at most 50 times, each with an id of its own", () => {
    expect(withSale({ tenders: tenders(maximumTenders) })).toEqual([]);
    expect(withSale({ tenders: tenders(51) })).toEqual(["tenders"]);
    expect(withSale({ tenders: [...tenders(2), ...tenders(1)] })).toEqual(["tenders.2.tenderId"]);
    expect(messagesOf("RecordSale", { ...saleFields, tenders: [example.cash, example.cash] })).toEqual([
      "is the id of an earlier tender",
    ]);
    expect(withSale({ tenders: [{ ...example.cash, currency: "EUR" }] })).toEqual(["tenders.0.currency"]);
  });
});

describe("other fields of a sale", () => {
  test.each([
    ["cashier", ["", "a\u0000", "c".repeat(129), null]],
    ["offline", ["yes", 1, null]],
    ["pricesIncludeTax", ["yes", null]],
    ["fulfilment", ["pos", null]],
    ["discountMinor", [-1, 0.5, null]],
    ["currency", ["eur", null]],
  ])("are no such %s", (name, values) => {
    for (const value of values) expect(withSale({ [name]: value })).toEqual([name]);
  });
  test("are trimmed if they are for people", () => {
    expect(orderAggregate.parseCommand("VoidSale", { reason: " wrong " })).toMatchObject({
      command: { reason: "wrong" },
    });
    expect(wrongFields("VoidSale", { reason: "r".repeat(500) })).toEqual([]);
    expect(wrongFields("VoidSale", { reason: "r".repeat(501) })).toEqual(["reason"]);
    expect(withSale({ cashier: "c".repeat(128) })).toEqual([]);
  });
});
