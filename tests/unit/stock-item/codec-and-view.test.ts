import { describe, expect, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import { stockItemCommandSchemas, stockItemProcessCommandSchemas } from "../../../actors/stock-item/schemas.ts";
import { stockItemView, stockItemViewSchema } from "../../../actors/stock-item/view.ts";
import { withoutOneField, withOneFieldMore } from "../../support/altered-fields.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import { commit, committed, receive, received, release, released, reserve, reserved } from "./examples.ts";
import { storedStockItemEvents } from "./stored-events.ts";

const wrongFields = (type: string, fields: unknown): string[] => {
  const parsed = stockItemAggregate.parseCommand(type, fields);
  return parsed.valid ? [] : parsed.issues.map((issue) => issue.field);
};

describe("a command of a stock item", () => {
  test.each([receive(1), reserve(1_000_000_000), release(), commit(1)])(
    "$type is parsed from its fields",
    (command) => {
      const fields = Object.fromEntries(Object.entries(command).filter(([name]) => name !== "type"));
      expect(stockItemAggregate.parseCommand(command.type, fields)).toEqual({ valid: true, command });
    },
  );
  test.each([receive(1), reserve(1), release(), commit(1)])(
    "$type takes no field more and no field less",
    (command) => {
      const fields = Object.fromEntries(Object.entries(command).filter(([name]) => name !== "type"));
      for (const other of withOneFieldMore(fields)) expect(wrongFields(command.type, other)).toEqual(["unexpected"]);
      for (const other of withoutOneField(fields)) expect(wrongFields(command.type, other)).toHaveLength(1);
    },
  );
  test("of an unknown type is refused", () => {
    const types = [...Object.keys(stockItemCommandSchemas), ...Object.keys(stockItemProcessCommandSchemas)].join(", ");
    expect(stockItemAggregate.parseCommand("PlaceOrder", {})).toEqual({
      valid: false,
      issues: [{ field: "type", message: `must be one of ${types}` }],
    });
  });
  test("names every wrong field", () => {
    expect(wrongFields("ReceiveStock", {})).toEqual(["receiptId", "quantity"]);
    expect(wrongFields("CommitStock", { reservationId: "", commitId: 1, quantity: 0, when: 1 })).toEqual([
      "reservationId",
      "commitId",
      "quantity",
      "when",
    ]);
  });
  test.each([0, -1, 1.5, 1_000_000_001, "1", null])("cannot have the quantity %p", (quantity) =>
    expect(wrongFields("ReceiveStock", { receiptId: "receipt-1", quantity })).toEqual(["quantity"]),
  );
});

describe("a stored stock item event", () => {
  test.each(storedStockItemEvents)("$type of schema version $schemaVersion is read", ({ type, schemaVersion, data }) =>
    expect(stockItemAggregate.decodeEvent(type, schemaVersion, data)).toEqual({ type, data }),
  );
  test("of an unknown type or version is an error", () => {
    const data = { receiptId: "receipt-1", quantity: 1 };
    expect(() => stockItemAggregate.decodeEvent("StockReceived", 2, data)).toThrow("Schema version 2");
    expect(() => stockItemAggregate.decodeEvent("StockLost", 1, data)).toThrow();
  });
  test.each(storedStockItemEvents)("$type with a field more or less is an error", ({ type, schemaVersion, data }) => {
    for (const other of withoutOneField(data)) {
      expect(() => stockItemAggregate.decodeEvent(type, schemaVersion, other)).toThrow("invalid_type");
    }
    for (const other of withOneFieldMore(data)) {
      expect(() => stockItemAggregate.decodeEvent(type, schemaVersion, other)).toThrow("unrecognized_keys");
    }
  });
  test("tells when the item changed last", () => {
    const events = [received(10), reserved(8), committed(3), released(5), released(0, "late"), reserved(1, "order-2")];
    let state = stockItemAggregate.initial;
    [...events, committed(1, "shipment-1", "order-2")].forEach((event, index) => {
      const at = `2026-01-0${index + 1}T00:00:00.000Z`;
      state = stockItemAggregate.evolve(state, event, at);
      expect(state).toMatchObject({ updatedAt: at });
    });
  });
  test("is never refused as history, whatever came before", () => {
    const histories = [
      [],
      [released(0)],
      [received(10)],
      [received(10), reserved(8)],
      [received(10), reserved(8), released(8)],
    ];
    for (const history of histories) {
      const state = stateAfter(stockItemAggregate, history);
      for (const { type, schemaVersion, data } of storedStockItemEvents) {
        const event = stockItemAggregate.decodeEvent(type, schemaVersion, data);
        const next = stockItemAggregate.evolve(state, event, specificationTime);
        expect(stockItemAggregate.decodeState(next)).toEqual(next);
      }
    }
  });
});

describe("a stored stock item state", () => {
  test("with a field more or less is an error", () => {
    const state: unknown = stateAfter(stockItemAggregate, [
      received(20),
      reserved(8, "reservation-0"),
      committed(8, "shipment-0", "reservation-0"),
      released(0, "late"),
      reserved(8),
      committed(3),
    ]);
    for (const each of [state, stateAfter(stockItemAggregate, [released(0, "late")])]) {
      expect(stockItemAggregate.decodeState(each)).toEqual(each);
      for (const other of withoutOneField(each)) {
        expect(() => stockItemAggregate.decodeState(other)).toThrow(/invalid_(type|union)/);
      }
      for (const other of withOneFieldMore(each)) {
        expect(() => stockItemAggregate.decodeState(other)).toThrow("unrecognized_keys");
      }
    }
  });
  test.each([null, {}, { status: "Unknown" }, { status: "Stocked" }])("is never %j", (state) =>
    expect(() => stockItemAggregate.decodeState(state)).toThrow(),
  );
});

describe("the view of a stock item", () => {
  test("shows what is on hand, reserved and available", () => {
    const state = stateAfter(stockItemAggregate, [received(10), reserved(8), committed(3)]);
    const view = stockItemView("cup~berlin", 3, state);
    expect(view).toEqual({ sku: "cup", location: "berlin", onHand: 7, reserved: 5, available: 2, version: 3 });
    expect(stockItemViewSchema.strict().parse(view)).toEqual(view);
    expect(stockItemAggregate.statusOf(state)).toBe("Stocked");
  });
  test("shows nothing of an item of which nothing was received", () => {
    for (const history of [[], [released(0)]]) {
      const state = stateAfter(stockItemAggregate, history);
      expect(stockItemView("cup~berlin", history.length, state)).toBeUndefined();
      expect(stockItemAggregate.statusOf(state)).toBe("Unknown");
    }
  });
  test("shows nothing of a stream that is no stock item's", () =>
    expect(stockItemView("order-1", 1, stateAfter(stockItemAggregate, [received(10)]))).toBeUndefined());
});
