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
const from = (locations: number) =>
  numbered(locations + 1).map((one, index) => ({ ...one, location: `location-${index % locations}` }));
const withLineIds = (lineIds: unknown): string[] =>
  wrongFields("DispatchShipment", { ...fieldsOf(example.dispatch("shipment-1")), lineIds });

/** The command as it is parsed, or undefined if it is refused. */
const parsed = (type: string, fields: unknown): unknown => {
  const result = orderAggregate.parseCommand(type, fields);
  return result.valid ? result.command : undefined;
};
const parsedCustomer = (customerId: unknown): unknown => parsed("PlaceOrder", { ...placeFields, customerId });

/** Every command of an order with all fields that it may have. */
const everyCommand = [
  { ...example.placeExternal, shipping: { amountMinor: 490, taxRatePpm: 190_000 }, channel: "web" },
  {
    type: "AmendOrder",
    lines: example.lines,
    discountMinor: 1,
    shipping: { amountMinor: 490, taxRatePpm: 0 },
    pricesIncludeTax: true,
  },
  example.expire,
  { ...example.cancelUnits(1, 1) },
  example.completeCancel,
  example.recordReserved(3, 1),
  example.rejectReservation,
  example.confirm("wait"),
  example.release(),
  example.requestPayment,
  { ...example.authorise(), requestId: "order-1~a1" },
  { ...example.declineCapture("shipment-1"), requestId: "order-1~shipment-1~c1" },
  example.requestCapture("shipment-1"),
  example.capture("shipment-1", 750),
  example.waiveCapture("shipment-1"),
  example.voidPayment,
  example.plan,
  example.pick(1, 1),
  example.pack("shipment-1", 1, 1),
  example.unpack("shipment-1"),
  { ...example.dispatch("shipment-1"), lines: [{ lineId: "line-1", quantity: 1 }] },
  example.deliver("shipment-1"),
  example.failDelivery("shipment-1"),
  example.requestReturn("return-1", 1, 1),
  example.approveReturn("return-1", true),
  example.declineReturn("return-1"),
  example.receiveReturn("return-1", 1, 1, 5),
  example.refund("return-1", 250),
];

/** Fields that a command does without, and what it takes them for. */
const optional = [
  "discountMinor",
  "taxRatePpm",
  "shipping",
  "pricesIncludeTax",
  "channel",
  "requestId",
  "refundShipping",
  "deductionMinor",
  "holds",
];
const alsoOptional: Readonly<Record<string, readonly string[]>> = {
  RequestCancel: ["lines"],
  RecordReservation: ["lines"],
  RecordPaymentFailure: ["shipmentId"],
  DispatchShipment: ["lines"],
};

/** The name of the one field, at whatever depth, that the second of two values lacks. */
const lostField = (before: unknown, after: unknown): string | undefined => {
  if (typeof before !== "object" || before === null || typeof after !== "object" || after === null) return undefined;
  const left = new Map<string, unknown>(Object.entries(after));
  for (const [name, member] of Object.entries(before)) {
    const lost = left.has(name) ? lostField(member, left.get(name)) : name;
    if (lost !== undefined) return lost;
  }
  return undefined;
};

describe("a command", () => {
  test("has an example here, whatever its type", () => {
    const sales = ["RecordSale", "RecordTender", "VoidSale"];
    const types = [...Object.keys(orderCommandSchemas), ...Object.keys(orderProcessCommandSchemas)];
    expect([...everyCommand.map(({ type }) => type), ...sales].toSorted()).toEqual(types.toSorted());
  });

  test.each(everyCommand)("of type $type is parsed from its fields", (command) =>
    expect(orderAggregate.parseCommand(command.type, fieldsOf(command))).toEqual({ valid: true, command }),
  );

  test.each(everyCommand)("of type $type takes no field more, at any depth", (command) => {
    for (const fields of withOneFieldMore(fieldsOf(command))) {
      expect(wrongFields(command.type, fields)).toEqual([expect.stringMatching(/(^|\.)unexpected$/)]);
    }
  });

  test.each(everyCommand)("of type $type takes no field less, but those that it does without", (command) => {
    const free = [...optional, ...(alsoOptional[command.type] ?? [])];
    for (const fields of withoutOneField(fieldsOf(command))) {
      const isFree = free.includes(lostField(fieldsOf(command), fields) ?? "");
      expect(wrongFields(command.type, fields)).toHaveLength(isFree ? 0 : 1);
    }
  });

  test("takes what it is not told for nothing", () => {
    const bare = { customerId: "c", currency: "EUR", fulfilment: "external" };
    const lines = [{ lineId: "a", sku: "cup", location: "berlin", quantity: 1, unitPriceMinor: 1 }];
    expect(parsed("PlaceOrder", { ...bare, lines, shipping: { amountMinor: 1 } })).toEqual({
      type: "PlaceOrder",
      ...bare,
      lines: lines.map((one) => ({ ...one, discountMinor: 0, taxRatePpm: 0 })),
      shipping: { amountMinor: 1, taxRatePpm: 0 },
      discountMinor: 0,
      pricesIncludeTax: false,
    });
    expect(parsed("ApproveReturn", { returnId: "r" })).toEqual({
      type: "ApproveReturn",
      returnId: "r",
      refundShipping: false,
    });
    expect(parsed("RecordReservation", { reservationId: "r", lines: [{ lineId: "a", quantity: 0 }] })).toEqual({
      type: "RecordReservation",
      reservationId: "r",
      lines: [{ lineId: "a", quantity: 0, holds: [] }],
    });
  });

  test("of an unknown type names the known ones", () => {
    const refused = orderAggregate.parseCommand("constructor", {});
    expect(refused).toEqual({
      valid: false,
      issues: [
        { field: "type", message: expect.stringMatching(/^must be one of PlaceOrder, .*CompleteCancel.*VoidSale/) },
      ],
    });
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

  test("cannot carry its type as a field", () => {
    expect(wrongFields("CompleteCancel", { type: "CompleteCancel" })).toEqual(["type"]);
    expect(wrongFields("RequestAuthorisation", { type: "RequestAuthorisation" })).toEqual(["type"]);
  });

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
  test("is trimmed", () => expect(parsedCustomer("  Zoë & sons ")).toMatchObject({ customerId: "Zoë & sons" }));
  test("may have 128 characters", () =>
    expect(parsedCustomer("x".repeat(128))).toMatchObject({ customerId: "x".repeat(128) }));
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
  test("are sent from at most 64 locations, placed as well as amended", () => {
    expect(withLines(from(64))).toEqual([]);
    expect(withLines(from(65))).toEqual(["lines.64.location"]);
    expect(wrongFields("AmendOrder", { lines: from(64) })).toEqual([]);
    expect(wrongFields("AmendOrder", { lines: from(66) })).toEqual(["lines.64.location", "lines.65.location"]);
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

const wrongShipment = (shipmentId: unknown) => wrongFields("RecordDelivery", { shipmentId });

describe("the ids of other systems", () => {
  test.each(["a", "pi_3N:x/y", "Receipt 7", "x".repeat(128), '"\\'])("can be %j", (id) =>
    expect(wrongShipment(id)).toEqual([]),
  );
  test.each(["", " a", "a ", "x".repeat(129), "é", "a\tb", 1])("cannot be %j", (id) =>
    expect(wrongShipment(id)).toEqual(["shipmentId"]),
  );
});

const withHold = (stockItemId: unknown) =>
  wrongFields("RecordReservation", {
    reservationId: "r",
    lines: [{ lineId: "a", quantity: 1, holds: [{ stockItemId, quantity: 1 }] }],
  });

describe("ids that are derived from an order's", () => {
  const limits = [
    ["RecordReservation", "reservationId", 140],
    ["RejectReservation", "reservationId", 140],
    ["ReleaseReservation", "reservationId", 140],
    ["RecordAuthorisation", "requestId", 270],
    ["RecordPaymentFailure", "requestId", 270],
    ["RecordPick", "fulfilmentId", 140],
    ["RecordPack", "fulfilmentId", 140],
    ["RecordRefund", "refundId", 260],
  ] as const;
  test.each(limits)("of %s, %s, may be longer than those of other systems, and no longer", (type, field, longest) => {
    const command = everyCommand.find((one) => one.type === type) ?? {};
    const withId = (id: unknown) => wrongFields(type, { ...fieldsOf(command), [field]: id });
    expect(withId("x".repeat(longest))).toEqual([]);
    expect(withId('"~ a')).toEqual([]);
    expect(withId("a")).toEqual([]);
    for (const wrong of ["x".repeat(longest + 1), "", " a", "a ", "é", 1]) expect(withId(wrong)).toContain(field);
  });
  test("name where stock lies", () => {
    expect(withHold("x".repeat(260))).toEqual([]);
    expect(withHold("x".repeat(261))).toEqual(["lines.0.holds.0.stockItemId"]);
    expect(withHold(" x")).toEqual(["lines.0.holds.0.stockItemId"]);
  });
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
  test("are named by their ids or with quantities, not both", () =>
    expect(
      wrongFields("DispatchShipment", {
        ...fieldsOf(example.dispatch("shipment-1")),
        lineIds: ["a"],
        lines: [{ lineId: "a", quantity: 1 }],
      }),
    ).toEqual(["lineIds"]));
});

const units = (count: number, quantity: unknown = 1) =>
  Array.from({ length: count }, (_, index) => ({ lineId: `l${index}`, quantity }));

const wrongReceipt = (lines: unknown) => wrongFields("ReceiveReturn", { returnId: "r", lines });
const wrongReservation = (lines: unknown) => wrongFields("RecordReservation", { reservationId: "r", lines });
const wrongPlan = (fulfilments: unknown) => wrongFields("PlanFulfilment", { fulfilments });
const holdsIn = (count: number, quantity: unknown = 1) =>
  Array.from({ length: count }, (_, index) => ({ stockItemId: `cup~berlin~${index}`, quantity }));
const reservedLine = (more: object) => [{ lineId: "a", quantity: 1, ...more }];
const plannedIn = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ fulfilmentId: `f${index}`, location: "berlin", lines: units(1) }));

describe("quantities of lines", () => {
  const withUnits: readonly [string, (lines: unknown) => string[]][] = [
    ["a cancel", (lines) => wrongFields("RequestCancel", { reason: "r", lines })],
    ["a pick", (lines) => wrongFields("RecordPick", { fulfilmentId: "f", lines })],
    ["a pack", (lines) => wrongFields("RecordPack", { shipmentId: "s", fulfilmentId: "f", lines })],
    ["a dispatch", (lines) => wrongFields("DispatchShipment", { ...fieldsOf(example.dispatch("s")), lines })],
    ["a return", (lines) => wrongFields("RequestReturn", { returnId: "r", reason: "r", lines })],
  ];
  test.each(withUnits)("of %s are those of 1 to 200 lines, each named once", (_, wrong) => {
    expect(wrong(units(200))).toEqual([]);
    expect(wrong(units(201))).toEqual(["lines"]);
    expect(wrong([])).toEqual(["lines"]);
    expect(wrong([...units(2), ...units(1)])).toEqual(["lines.2.lineId"]);
    expect(wrong(units(1, 1_000_000))).toEqual([]);
    for (const quantity of [0, -1, 1.5, 1_000_001, "1"])
      expect(wrong(units(1, quantity))).toEqual(["lines.0.quantity"]);
  });

  test("that came back are told by line and condition", () => {
    const both = units(200).flatMap((one) => [
      { ...one, condition: "resalable" },
      { ...one, condition: "damaged" },
    ]);
    expect(wrongReceipt(both)).toEqual([]);
    expect(wrongReceipt([...both, { lineId: "l201", quantity: 1, condition: "damaged" }])).toEqual(["lines"]);
    expect(wrongReceipt([...both.slice(0, 2), ...both.slice(0, 1)])).toEqual(["lines.2.lineId"]);
    expect(wrongReceipt([{ lineId: "a", quantity: 1, condition: "worn" }])).toEqual(["lines.0.condition"]);
    expect(wrongReceipt([])).toEqual(["lines"]);
  });

  test("that are reserved may be 0, and lie in an item and its 64 shards", () => {
    expect(wrongReservation([])).toEqual([]);
    expect(wrongReservation(units(200, 0))).toEqual([]);
    expect(wrongReservation(units(201, 0))).toEqual(["lines"]);
    expect(wrongReservation(units(1, -1))).toEqual(["lines.0.quantity"]);
    expect(wrongReservation(units(1, 1_000_001))).toEqual(["lines.0.quantity"]);
    expect(wrongReservation([...units(1), ...units(1)])).toEqual(["lines.1.lineId"]);
    expect(wrongReservation(reservedLine({ holds: holdsIn(65) }))).toEqual([]);
    expect(wrongReservation(reservedLine({ holds: holdsIn(66) }))).toEqual(["lines.0.holds"]);
    expect(wrongReservation(reservedLine({ holds: holdsIn(1, 0) }))).toEqual(["lines.0.holds.0.quantity"]);
    expect(wrongReservation(reservedLine({ holds: [...holdsIn(1), ...holdsIn(1)] }))).toEqual([
      "lines.0.holds.1.stockItemId",
    ]);
  });

  test("that are planned are told by fulfilment", () => {
    expect(wrongPlan(plannedIn(200))).toEqual([]);
    expect(wrongPlan(plannedIn(201))).toEqual(["fulfilments"]);
    expect(wrongPlan([])).toEqual(["fulfilments"]);
    expect(wrongPlan([...plannedIn(2), ...plannedIn(1)])).toEqual(["fulfilments.2.fulfilmentId"]);
    expect(wrongPlan(plannedIn(1).map((one) => ({ ...one, lines: [] })))).toEqual(["fulfilments.0.lines"]);
  });
});

describe("texts and amounts", () => {
  test.each([
    ["ExpireOrder", "reason", 500],
    ["RequestCancel", "reason", 500],
    ["RejectReservation", "reason", 500],
    ["RecordDeliveryFailure", "reason", 500],
    ["RequestReturn", "reason", 500],
    ["DeclineReturn", "reason", 500],
    ["RecordPaymentFailure", "code", 64],
    ["PlaceOrder", "channel", 64],
    ["DispatchShipment", "carrier", 128],
    ["DispatchShipment", "trackingNumber", 128],
  ] as const)("%s: %s has at most %d characters", (type, field, longest) => {
    const command = everyCommand.find((one) => one.type === type) ?? {};
    expect(wrongFields(type, { ...fieldsOf(command), [field]: "x".repeat(longest) })).toEqual([]);
    expect(wrongFields(type, { ...fieldsOf(command), [field]: "x".repeat(longest + 1) })).toEqual([field]);
  });
  test.each([
    ["RecordAuthorisation", "amountMinor"],
    ["RecordCapture", "amountMinor"],
    ["RecordRefund", "amountMinor"],
    ["ReceiveReturn", "deductionMinor"],
    ["PlaceOrder", "discountMinor"],
  ] as const)("%s: %s is an integer from 0", (type, field) => {
    const command = everyCommand.find((one) => one.type === type) ?? {};
    expect(wrongFields(type, { ...fieldsOf(command), [field]: 0 })).toEqual([]);
    for (const wrong of [-1, 0.5, "1", Number.MAX_SAFE_INTEGER + 1]) {
      expect(wrongFields(type, { ...fieldsOf(command), [field]: wrong })).toContain(field);
    }
  });
  test("say where a discount is too large", () => {
    expect(withLines([{ ...line, discountMinor: 751 }])).toEqual(["lines.0.discountMinor"]);
    expect(wrongFields("AmendOrder", { lines: [line], discountMinor: 751 })).toEqual(["discountMinor"]);
    expect(wrongFields("AmendOrder", { lines: [line], discountMinor: 750 })).toEqual([]);
  });
});
