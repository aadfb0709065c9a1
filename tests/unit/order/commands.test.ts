import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderCommandSchemas, orderProcessCommandSchemas } from "../../../actors/order/schemas.ts";
import { withoutOneField, withOneFieldMore } from "../../support/altered-fields.ts";
import * as example from "./examples.ts";

const fieldsOf = (command: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(command).filter(([name]) => name !== "type"));
const placeFields = fieldsOf(example.placeExternal);
const [line] = example.lines;

/** The fields named as wrong, in the order in which they are named. */
const wrongFields = (type: string, fields: unknown): string[] => {
  const parsed = orderAggregate.parseCommand(type, fields);
  return parsed.valid ? [] : parsed.issues.map((issue) => issue.field);
};

const withLines = (lines: unknown): string[] => wrongFields("PlaceOrder", { ...placeFields, lines });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ ...line, lineId: `l${index}` }));
const withLineIds = (lineIds: unknown): string[] =>
  wrongFields("DispatchShipment", { ...fieldsOf(example.dispatchRest), lineIds });

/** The customer as the command carries it, or undefined if the command is refused. */
const parsedCustomer = (customerId: unknown): unknown => {
  const parsed = orderAggregate.parseCommand("PlaceOrder", { ...placeFields, customerId });
  return parsed.valid && parsed.command.type === "PlaceOrder" ? parsed.command.customerId : undefined;
};

const everyCommand = [
  example.placeExternal,
  example.placeManaged,
  example.recordReservation,
  example.recordAuthorisation,
  example.dispatchFirst,
  example.dispatchRest,
  example.deliverFirst,
  example.requestCancel,
  example.recordShortage,
  example.completeCancel,
];

describe("a command", () => {
  test.each(everyCommand)("of type $type is parsed from its fields", (command) =>
    expect(orderAggregate.parseCommand(command.type, fieldsOf(command))).toEqual({ valid: true, command }),
  );

  test.each(everyCommand)("of type $type takes no field more, at any depth", (command) => {
    for (const fields of withOneFieldMore(fieldsOf(command))) {
      expect(wrongFields(command.type, fields)).toEqual([expect.stringMatching(/(^|\.)unexpected$/)]);
    }
  });

  test.each(everyCommand.filter((command) => command !== example.dispatchFirst))(
    "of type $type takes no field less, at any depth",
    (command) => {
      for (const fields of withoutOneField(fieldsOf(command))) {
        expect(wrongFields(command.type, fields)).toHaveLength(1);
      }
    },
  );

  test("of an unknown type names the known ones", () => {
    const parsed = orderAggregate.parseCommand("constructor", {});
    const types = [...Object.keys(orderCommandSchemas), ...Object.keys(orderProcessCommandSchemas)].join(", ");
    expect(parsed).toEqual({ valid: false, issues: [{ field: "type", message: `must be one of ${types}` }] });
  });

  test.each([undefined, null, "text", 1, []])("needs an object of fields, not %p", (fields) =>
    expect(wrongFields("RecordDelivery", fields)).toEqual([""]),
  );

  test("is refused with the name of every unknown field", () => {
    const fields: unknown = JSON.parse(
      JSON.stringify({ ...placeFields, lines: [{ ...line, colour: "red" }], total: 1 }).replace("total", "__proto__"),
    );
    expect(wrongFields("PlaceOrder", fields)).toEqual(["lines.0.colour", "__proto__"]);
    expect(wrongFields("RecordDelivery", { shipmentId: "", a: 1, b: 2 })).toEqual(["shipmentId", "a", "b"]);
  });

  test("cannot carry its type as a field", () =>
    expect(wrongFields("CompleteCancel", { type: "CompleteCancel" })).toEqual(["type"]));

  test("is refused with the names of every missing field", () => {
    expect(wrongFields("PlaceOrder", {})).toEqual(["customerId", "currency", "fulfilment", "lines"]);
    expect(wrongFields("DispatchShipment", {})).toEqual(["shipmentId", "carrier", "trackingNumber"]);
  });

  test("names a bounded number of wrong fields", () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field-${index}`, 1]));
    expect(wrongFields("CompleteCancel", many)).toHaveLength(1_000);
  });
});

describe("the customer", () => {
  test("is trimmed", () => expect(parsedCustomer("  Zoë & sons ")).toBe("Zoë & sons"));
  test("may have 128 characters", () => expect(parsedCustomer("x".repeat(128))).toHaveLength(128));
  test.each(["", "   ", "x".repeat(129), "a\u0000b", "a\nb", "\ud800", 7, null])("cannot be %j", (customerId) =>
    expect(wrongFields("PlaceOrder", { ...placeFields, customerId })).toContain("customerId"),
  );
});

describe("the currency", () => {
  test.each(["EUR", "USD", "JPY", "KWD", "CLF"])("can be %s", (currency) =>
    expect(wrongFields("PlaceOrder", { ...placeFields, currency })).toEqual([]),
  );
  test.each(["eur", "EURO", "XXX", "DEM", "", 978])("cannot be %p", (currency) =>
    expect(wrongFields("PlaceOrder", { ...placeFields, currency })).toEqual(["currency"]),
  );
});

describe("the lines", () => {
  test("can be 200", () => expect(withLines(numbered(200))).toEqual([]));
  test("cannot be 201 or none", () => {
    expect(withLines(numbered(201))).toEqual(["lines"]);
    expect(withLines([])).toEqual(["lines"]);
  });
  test("have ids of their own", () =>
    expect(withLines([line, { ...line, lineId: "other" }, line, line])).toEqual(["lines.2.lineId", "lines.3.lineId"]));
  test.each([
    { quantity: 0 },
    { quantity: -1 },
    { quantity: 1_000_001 },
    { quantity: 1.5 },
    { quantity: "1" },
    { unitPriceMinor: -1 },
    { unitPriceMinor: 0.5 },
    { sku: "a~b" },
    { sku: "." },
    { sku: "" },
    { location: "a/b" },
    { lineId: "x".repeat(129) },
  ])("cannot have %j", (fields) =>
    expect(withLines([{ ...line, ...fields }])).toEqual([`lines.0.${Object.keys(fields).join()}`]),
  );
  test("cannot have a price that is no safe integer", () =>
    expect(withLines([{ ...line, unitPriceMinor: Number.MAX_SAFE_INTEGER + 1 }])).toContain("lines.0.unitPriceMinor"));
  test("can be worth the largest safe integer, and no more", () => {
    const dearest = { ...line, lineId: "dearest", quantity: 1, unitPriceMinor: Number.MAX_SAFE_INTEGER };
    expect(withLines([dearest])).toEqual([]);
    expect(withLines([dearest, { ...line, unitPriceMinor: 0 }])).toEqual([]);
    expect(withLines([dearest, { ...line, quantity: 1, unitPriceMinor: 1 }])).toEqual(["lines"]);
    expect(withLines([{ ...dearest, quantity: 1_000_000 }])).toEqual(["lines"]);
  });
});

describe("the ids of other systems", () => {
  test.each(["a", "pi_3N:x/y", "Receipt 7", "x".repeat(128), '"\\'])("can be %j", (reservationId) =>
    expect(wrongFields("RecordReservation", { reservationId })).toEqual([]),
  );
  test.each(["", " a", "a ", "x".repeat(129), "é", "a\tb", 1])("cannot be %j", (reservationId) =>
    expect(wrongFields("RecordReservation", { reservationId })).toEqual(["reservationId"]),
  );
});

describe("the lines of a shipment", () => {
  test("cannot be none, or more than an order has", () => {
    const many = numbered(201).map(({ lineId }) => lineId);
    expect(withLineIds([])).toEqual(["lineIds"]);
    expect(withLineIds(many.slice(1))).toEqual([]);
    expect(withLineIds(many)).toEqual(["lineIds"]);
  });
  test("cannot be named twice", () => expect(withLineIds(["a", "b", "a"])).toEqual(["lineIds.2"]));
  test("cannot be null", () => expect(withLineIds(null)).toEqual(["lineIds"]));
});

describe("a shortage", () => {
  test("names at least one stock item that is short", () =>
    expect(wrongFields("RecordShortage", { reserved: [], short: [] })).toEqual(["short"]));

  test("names no more stock items than an order has lines", () => {
    const { reserved, short } = example.shortage;
    const many = Array.from({ length: 201 }, () => 0);
    const fields = { reserved: many.flatMap(() => reserved), short: many.flatMap(() => short) };
    expect(wrongFields("RecordShortage", fields)).toEqual(["reserved", "short"]);
  });

  test("is one of at least one unit", () => {
    const [taken] = example.shortage.reserved;
    const [missing] = example.shortage.short;
    const fields = { reserved: [{ ...taken, quantity: 0 }], short: [{ ...missing, requested: 0, available: -1 }] };
    expect(wrongFields("RecordShortage", fields)).toEqual([
      "reserved.0.quantity",
      "short.0.requested",
      "short.0.available",
    ]);
  });
});
