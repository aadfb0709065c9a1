import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { withoutOneField, withOneFieldMore } from "../../support/altered-fields.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import { cancellationRequested, deliveredFirst, histories, placedManaged, reserved } from "./examples.ts";
import { storedOrderEvents } from "./stored-events.ts";

describe("a stored order event", () => {
  test.each(storedOrderEvents)("$type of schema version $schemaVersion is read", ({ type, schemaVersion, data }) =>
    expect(orderAggregate.decodeEvent(type, schemaVersion, data)).toEqual({ type, data }),
  );

  test("of an unknown version is an error", () =>
    expect(() => orderAggregate.decodeEvent("OrderCompleted", 2, {})).toThrow("Schema version 2"));

  test.each(["OrderExploded", "toString"])("of the unknown type %s is an error", (type) =>
    expect(() => orderAggregate.decodeEvent(type, 1, {})).toThrow(),
  );

  test.each(storedOrderEvents)("$type with a field more or less is an error", ({ type, schemaVersion, data }) => {
    for (const other of withoutOneField(data)) {
      expect(() => orderAggregate.decodeEvent(type, schemaVersion, other)).toThrow(/invalid_(type|value)/);
    }
    for (const other of withOneFieldMore(data)) {
      expect(() => orderAggregate.decodeEvent(type, schemaVersion, other)).toThrow("unrecognized_keys");
    }
  });

  test("that moves nothing is an error", () => {
    const shipment = { shipmentId: "shipment-1", carrier: "Parcel Co", trackingNumber: "P 1", lineIds: [] };
    expect(() => orderAggregate.decodeEvent("ShipmentDispatched", 1, shipment)).toThrow("too_small");
    const order = { customerId: "customer-1", currency: "EUR", fulfilment: "managed", lines: [], totalMinor: 0 };
    expect(() => orderAggregate.decodeEvent("OrderPlaced", 1, order)).toThrow("too_small");
  });
});

describe("a stored order state", () => {
  test.each(Object.entries(histories))("is read as it was written: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    expect(orderAggregate.decodeState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  test.each([
    ...Object.entries(histories),
    ["managed Cancelling, nothing held", [placedManaged, cancellationRequested]] as const,
    ["managed Cancelling, stock held", [placedManaged, reserved, cancellationRequested]] as const,
  ])("with a field more or less is an error: %s", (_, history) => {
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

  test.each(Object.entries(histories))("is never refused, whatever follows: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    for (const event of everyEvent) {
      const next = orderAggregate.evolve(state, event, specificationTime);
      expect(orderAggregate.decodeState(next)).toEqual(next);
    }
  });

  test.each(Object.entries(histories))("keeps when the order was placed and when it changed last: %s", (_, history) => {
    let state = orderAggregate.initial;
    history.forEach((event, index) => {
      const at = `2026-01-${String(index + 1).padStart(2, "0")}T00:00:00.000Z`;
      state = orderAggregate.evolve(state, event, at);
      expect(state).toMatchObject({ placedAt: "2026-01-01T00:00:00.000Z", updatedAt: at });
    });
  });

  test("of a shipment that is unknown or delivered already changes nothing", () => {
    const state = stateAfter(orderAggregate, [...histories["external Fulfilling, all sent"], deliveredFirst]);
    const unknown = { type: "ShipmentDelivered", data: { shipmentId: "shipment-9" } } as const;
    expect(orderAggregate.evolve(state, unknown, "2027-01-01T00:00:00.000Z")).toBe(state);
    expect(orderAggregate.evolve(state, deliveredFirst, "2027-01-01T00:00:00.000Z")).toBe(state);
  });
});
