import { describe, expect, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import { stockItemEventHistories, type StockItemEvent } from "../../../actors/stock-item/events.ts";
import {
  stockItemCommandSchemas,
  stockItemProcessCommandSchemas,
  stockItemReminderCommandSchemas,
} from "../../../actors/stock-item/schemas.ts";
import {
  stockItemView,
  stockItemViewSchema,
  stockOverShards,
  storedStockItemView,
} from "../../../actors/stock-item/view.ts";
import { withoutOneField, withOneFieldMore } from "../../support/altered-fields.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import { later, stockItemCommands, stockItemStates } from "./decision-examples.ts";
import {
  allocated,
  backordered,
  committed,
  expire,
  oversell,
  oversold,
  received,
  release,
  released,
  releasePart,
  reserve,
  reserved,
  sharded,
} from "./examples.ts";
import { storedStockItemEvents, upcastStockItemEvents } from "./stored-events.ts";

const wrongFields = (type: string, fields: unknown): string[] => {
  const parsed = stockItemAggregate.parseCommand(type, fields);
  return parsed.valid ? [] : parsed.issues.map((issue) => issue.field);
};
const fieldsOf = (command: object): object =>
  Object.fromEntries(Object.entries(command).filter(([name]) => name !== "type"));

const commands = [
  ...Object.values(stockItemCommands).map(({ command }) => command),
  reserve(1_000_000_000, "r".repeat(140), "backorder", later),
];
/** Fields that a command may do without. */
const optional = new Set(["mayOversell", "mode", "expiresAt", "part"]);

describe("a command of a stock item", () => {
  test.each(commands)("$type is parsed from its fields", (command) => {
    expect(stockItemAggregate.parseCommand(command.type, fieldsOf(command))).toEqual({ valid: true, command });
  });
  test.each(commands)("$type takes no field more and no field less", (command) => {
    const fields = fieldsOf(command);
    for (const other of withOneFieldMore(fields)) {
      expect(wrongFields(command.type, other)).toEqual([expect.stringContaining("unexpected")]);
    }
    for (const name of Object.keys(fields)) {
      const less = Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
      expect(wrongFields(command.type, less)).toEqual(optional.has(name) ? [] : [name]);
    }
  });
  test("does without what is usual", () => {
    const reservation = { reservationId: "order-1~r1", quantity: 1 };
    expect(stockItemAggregate.parseCommand("ReserveStock", reservation)).toEqual({
      valid: true,
      command: { type: "ReserveStock", ...reservation, mode: "all" },
    });
    const adjustment = { adjustmentId: "a", delta: -1, reason: "broken" };
    expect(stockItemAggregate.parseCommand("AdjustStock", adjustment)).toEqual({
      valid: true,
      command: { type: "AdjustStock", ...adjustment, mayOversell: false },
    });
  });
  test("of an unknown type is refused", () => {
    const types = [stockItemCommandSchemas, stockItemProcessCommandSchemas, stockItemReminderCommandSchemas]
      .flatMap((schemas) => Object.keys(schemas))
      .join(", ");
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
    expect(wrongFields("ReleaseStock", { reservationId: "r", part: { releaseId: " ", quantity: 0 } })).toEqual([
      "part.releaseId",
      "part.quantity",
    ]);
  });
  test.each([0, -1, 1.5, 1_000_000_001, "1", null])("cannot have the quantity %p", (quantity) =>
    expect(wrongFields("ReceiveStock", { receiptId: "receipt-1", quantity })).toEqual(["quantity"]),
  );
  test.each([0, 1.5, -1_000_000_001, 1_000_000_001, "1", null])("cannot have the delta %p", (delta) =>
    expect(wrongFields("AdjustStock", { adjustmentId: "a", delta, reason: "counted" })).toEqual(["delta"]),
  );
  test.each([-1_000_000_000, 1_000_000_000])("can have the delta %p", (delta) =>
    expect(wrongFields("AdjustStock", fieldsOf(oversell(delta)))).toEqual([]),
  );
  test.each([1, 65, 2.5])("cannot ask for %p shards", (shards) =>
    expect(wrongFields("ShardStock", { shards })).toEqual(["shards"]),
  );
  test.each([2, 64])("can ask for %p shards", (shards) => expect(wrongFields("ShardStock", { shards })).toEqual([]));
  test.each(["2026-01-02T03:04:05Z", "2026-01-02", "2026-01-02T03:04:05.678+01:00", "soon", 1])(
    "cannot expire at %p, which would not sort as time does",
    (expiresAt) => expect(wrongFields("ReserveStock", { ...fieldsOf(reserve(1)), expiresAt })).toEqual(["expiresAt"]),
  );
  test.each([
    ["ReserveStock", "reservationId", 140, reserve(1)],
    ["CommitStock", "commitId", 128, { reservationId: "r", commitId: "c", quantity: 1 }],
    ["ReceiveStock", "receiptId", 280, { receiptId: "r", quantity: 1 }],
    ["RestockItems", "restockId", 280, { restockId: "r", quantity: 1 }],
    ["AdjustStock", "adjustmentId", 280, oversell(1)],
  ])("%s has a %s of at most %i printable characters", (type, name, most, example) => {
    const withId = (id: unknown): string[] => wrongFields(type, { ...fieldsOf(example), [name]: id });
    for (const id of ["a", "a b", "x".repeat(most)]) expect(withId(id)).toEqual([]);
    for (const id of ["", " a", "a ", "a\n", "é", "x".repeat(most + 1), 1]) expect(withId(id)).toEqual([name]);
  });
  test("names a part of a reservation by a reference", () => {
    expect(wrongFields("ReleaseStock", fieldsOf(releasePart(1, "x".repeat(128))))).toEqual([]);
    expect(wrongFields("ReleaseStock", fieldsOf(releasePart(1, "x".repeat(129))))).toEqual(["part.releaseId"]);
    expect(wrongFields("ReleaseStock", fieldsOf(release()))).toEqual([]);
    expect(wrongFields("ExpireReservations", fieldsOf(expire))).toEqual([]);
  });
});

/**
 * The types of which events were stored before there was anything but receipts and reservations of all or nothing, in the
 * order in which they happened.
 */
const firstTypes = ["StockReserved", "ReservationReleased", "StockCommitted"];

describe("a stored stock item event", () => {
  test.each(storedStockItemEvents)("$type of schema version $schemaVersion is read", (stored) => {
    const { type, schemaVersion, data } = stored;
    const means = upcastStockItemEvents.find((each) => each.type === type && each.schemaVersion === schemaVersion);
    expect(stockItemAggregate.decodeEvent(type, schemaVersion, data)).toEqual({ type, data: (means ?? stored).data });
  });
  test("of every type and version has a fixture", () => {
    const fixed = storedStockItemEvents.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`);
    const known = Object.values(stockItemEventHistories).flatMap(({ type, schemas }) =>
      schemas.map((_, index) => `${type} ${index + 1}`),
    );
    expect(fixed.toSorted()).toEqual(known.toSorted());
  });
  test("of an older version leaves the stock as it left it then", () => {
    const state = stateAfter(stockItemAggregate, [received(10)]);
    const folded = firstTypes
      .flatMap((first) =>
        storedStockItemEvents.filter(({ type, schemaVersion }) => type === first && schemaVersion === 1),
      )
      .reduce(
        (before, { type, schemaVersion, data }) =>
          stockItemAggregate.evolve(
            before,
            stockItemAggregate.decodeEvent(type, schemaVersion, data),
            specificationTime,
          ),
        state,
      );
    expect(stockItemView("cup~berlin", 4, folded)).toMatchObject({ onHand: 10, reserved: 0, available: 10 });
    expect(folded).toMatchObject({ endedReservations: [{ reservationId: "order-1", parts: [] }] });
  });
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
    for (const history of Object.values(stockItemStates)) {
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
  const states: readonly unknown[] = [
    ...Object.values(stockItemStates).map((history) => stateAfter(stockItemAggregate, history)),
    stateAfter(stockItemAggregate, [
      received(20),
      reserved(8, "reservation-0"),
      committed(8, "shipment-0", "reservation-0"),
      released(0, "late"),
      reserved(8),
      committed(3),
    ]),
  ];
  test("with a field more or less is an error", () => {
    for (const each of states) {
      expect(stockItemAggregate.decodeState(each)).toEqual(each);
      for (const other of withoutOneField(each)) {
        expect(() => stockItemAggregate.decodeState(other)).toThrow(/invalid_(type|union|value)/);
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

const viewAfter = (...history: readonly StockItemEvent[]) =>
  stockItemView("cup~berlin", 3, stateAfter(stockItemAggregate, history));
const calm = { oversold: 0, backordered: 0, shards: 0 };

describe("the view of a stock item", () => {
  test("shows what is on hand, reserved and available", () => {
    const view = viewAfter(received(10), reserved(8), committed(3));
    const expected = { sku: "cup", location: "berlin", onHand: 7, reserved: 5, available: 2, ...calm, version: 3 };
    expect(view).toEqual(expected);
    expect(stockItemViewSchema.strict().parse(view)).toEqual(view);
  });
  test("shows what is owed and waited for, and that none of it is available", () => {
    expect(viewAfter(received(10), reserved(8), oversold(-5, 3), released(8))).toMatchObject({
      onHand: 8,
      reserved: 0,
      available: 5,
      oversold: 3,
    });
    expect(viewAfter(backordered(3), backordered(2, "b"), received(4))).toMatchObject({
      onHand: 4,
      reserved: 0,
      available: 0,
      backordered: 5,
    });
  });
  test("shows the shards, and of a shard what is its own", () => {
    const state = stateAfter(stockItemAggregate, [received(10), reserved(8), sharded(2), allocated(1, 1)]);
    expect(stockItemView("cup~berlin", 4, state)).toMatchObject({ onHand: 8, reserved: 8, available: 0, shards: 2 });
    const shard = stockItemView("cup~berlin~1", 1, stateAfter(stockItemAggregate, [received(1)]));
    expect(shard).toEqual({
      sku: "cup",
      location: "berlin",
      onHand: 1,
      reserved: 0,
      available: 1,
      ...calm,
      version: 1,
    });
  });
  test("shows nothing of an item of which nothing was received", () => {
    for (const history of [[], [released(0)]]) {
      const state = stateAfter(stockItemAggregate, history);
      expect(stockItemView("cup~berlin", history.length, state)).toBeUndefined();
      expect(stockItemAggregate.statusOf(state)).toBe("Unknown");
    }
    expect(stockItemAggregate.statusOf(stateAfter(stockItemAggregate, [received(1)]))).toBe("Stocked");
    expect(stockItemAggregate.statusOf(stateAfter(stockItemAggregate, [sharded(2)]))).toBe("Sharded");
  });
  test("shows nothing of a stream that is no stock item's", () =>
    expect(stockItemView("order-1", 1, stateAfter(stockItemAggregate, [received(10)]))).toBeUndefined());
  test("adds up over the shards, under the version of the item itself", () => {
    const base = { sku: "cup", location: "berlin" };
    const root = { ...base, onHand: 1, reserved: 1, available: 0, oversold: 2, backordered: 4, shards: 2, version: 9 };
    const shard = {
      ...base,
      onHand: 5,
      reserved: 3,
      available: 2,
      oversold: 1,
      backordered: 7,
      shards: 0,
      version: 40,
    };
    expect(stockOverShards(root, [shard, { ...shard, onHand: 6, available: 3 }])).toEqual({
      ...root,
      onHand: 12,
      reserved: 7,
      available: 5,
      oversold: 4,
      backordered: 18,
    });
    expect(stockOverShards(root, [])).toEqual(root);
  });
  test("written before there were backorders and shards had none", () => {
    const older = { sku: "cup", location: "berlin", onHand: 7, reserved: 5, available: 2, version: 3 };
    expect(storedStockItemView.parse(older)).toEqual({ ...older, ...calm });
    expect(storedStockItemView.parse({ ...older, ...calm, oversold: 4 })).toMatchObject({ oversold: 4 });
  });
});
