import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderEventHistories } from "../../../actors/order/events.ts";
import { withoutOneField, withOneFieldMore } from "../../support/altered-fields.ts";
import { eventFixtures } from "../../support/event-fixtures.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import { histories } from "./histories.ts";
import { saleHistories } from "./sale/examples.ts";

const storedOrderEvents = eventFixtures("Order");
const today = storedOrderEvents.filter(({ type, schemaVersion }) =>
  Object.entries(orderEventHistories).some(([name, known]) => name === type && known.schemaVersion === schemaVersion),
);
const everyHistory = Object.entries({ ...histories, ...saleHistories });

describe("a stored order event", () => {
  test.each(today)(
    "$type of schema version $schemaVersion is read as it was written",
    ({ type, schemaVersion, data }) =>
      expect(orderAggregate.decodeEvent(type, schemaVersion, data)).toEqual({ type, data }),
  );

  test("of every type and version has an example", () => {
    const known = Object.entries(orderEventHistories).flatMap(([type, { schemaVersion }]) =>
      Array.from({ length: schemaVersion }, (_, index) => `${type} ${index + 1}`),
    );
    const kept = storedOrderEvents.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`);
    expect(kept.toSorted()).toEqual(known.toSorted());
  });

  test("of an unknown version is an error", () =>
    expect(() => orderAggregate.decodeEvent("OrderCompleted", 2, {})).toThrow("Schema version 2"));

  test.each(["OrderExploded", "toString"])("of the unknown type %s is an error", (type) =>
    expect(() => orderAggregate.decodeEvent(type, 1, {})).toThrow("unknown"),
  );

  test.each(storedOrderEvents)(
    "$type of version $schemaVersion with a field more or less is an error",
    ({ type, schemaVersion, data }) => {
      for (const other of withoutOneField(data)) {
        expect(() => orderAggregate.decodeEvent(type, schemaVersion, other)).toThrow(/invalid_(type|value|union)/);
      }
      for (const other of withOneFieldMore(data)) {
        expect(() => orderAggregate.decodeEvent(type, schemaVersion, other)).toThrow(/unrecognized_keys|invalid_union/);
      }
    },
  );
});

describe("a stored order state", () => {
  test.each(everyHistory)("is read as it was written: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    expect(orderAggregate.decodeState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  test.each(everyHistory)("with a field more or less is an error: %s", (_, history) => {
    const state: unknown = JSON.parse(JSON.stringify(stateAfter(orderAggregate, history)));
    for (const other of withoutOneField(state)) {
      expect(() => orderAggregate.decodeState(other)).toThrow(/invalid_(type|value|union)/);
    }
    for (const other of withOneFieldMore(state)) {
      expect(() => orderAggregate.decodeState(other)).toThrow("unrecognized_keys");
    }
  });

  test.each([null, {}, { status: "Gone" }, { status: "NotPlaced", more: 1 }, { status: "Placed" }])(
    "is never %j",
    (state) => expect(() => orderAggregate.decodeState(state)).toThrow(),
  );
});

describe("history", () => {
  const everyEvent = storedOrderEvents.map(({ type, schemaVersion, data }) =>
    orderAggregate.decodeEvent(type, schemaVersion, data),
  );

  test.each(everyHistory)("is never refused, whatever follows: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    for (const event of everyEvent) {
      const next = orderAggregate.evolve(state, event, specificationTime);
      expect(orderAggregate.decodeState(next)).toEqual(next);
    }
  });

  const ofOrders = Object.entries(histories).filter(([name]) => name !== "NotPlaced" && name !== "Withdrawn");

  test.each(ofOrders)("keeps when the order was placed and when it changed last: %s", (_, history) => {
    let state = orderAggregate.initial;
    history.forEach((event, index) => {
      const at = `2026-01-${String(index + 1).padStart(2, "0")}T00:00:00.000Z`;
      state = orderAggregate.evolve(state, event, at);
      expect(state).toMatchObject({ placedAt: "2026-01-01T00:00:00.000Z", updatedAt: at });
    });
  });
});
