import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { bodiesBy } from "../../../actors/host/publication/cloud-event.ts";
import { storedAs } from "../../../actors/kernel/upcasting.ts";
import { orderEventHistories } from "../../../actors/order/events.ts";
import { publicEvents, toPublicForms } from "../../../actors/public-contract/contract.ts";
import { formsOf, published, shape } from "../../../actors/public-contract/public-event.ts";
import { stockItemEventHistories } from "../../../actors/stock-item/events.ts";
import { breakingChanges } from "../../../contracts/compatibility/compare-schemas.ts";
import { currentContract } from "../../../contracts/current-contract.ts";
import { jsonSchemaOf } from "../../../contracts/json-schema.ts";
import { publishedEventProblems } from "../../support/asyncapi.ts";
import { eventFixtures, type EventFixture } from "../../support/event-fixtures.ts";
import { orderEvent } from "../publication/events.ts";

const streamIds = { Order: "order-1", StockItem: "cup~berlin" } as const;

const fixtures = (["Order", "StockItem"] as const).flatMap(eventFixtures);

const asStored = ({ streamType, type, schemaVersion, data }: EventFixture) => ({
  streamType,
  streamId: streamIds[streamType],
  type,
  schemaVersion,
  data,
});

describe("what is published", () => {
  test.each(fixtures)("of $name is what the AsyncAPI document says", (fixture) => {
    const bodies = bodiesBy(toPublicForms)(orderEvent(asStored(fixture)));
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies) {
      const event = z.looseObject({}).parse(JSON.parse(body));
      expect(publishedEventProblems(event)).toEqual([]);
      expect(publishedEventProblems({ ...event, data: null })).not.toEqual([]);
      expect(publishedEventProblems({ ...event, type: "orders.event.Other" })).not.toEqual([]);
    }
  });

  test("of any event never names what is ours alone", () => {
    const schemas = currentContract.filter(({ direction }) => direction === "published");
    const names = schemas.flatMap(({ schema }) =>
      [...JSON.stringify(schema).matchAll(/"(\w+)":/g)].map(([, name]) => name),
    );
    for (const internal of [
      "holds",
      "releases",
      "commits",
      "superseded",
      "hostEpoch",
      "hostSeq",
      "requestHash",
      "statusAfter",
    ]) {
      expect(names).not.toContain(internal);
    }
  });

  // An event that cannot be published would keep its command from ever being carried out.
  test("can be made of whatever can be stored today", () => {
    const histories = { Order: orderEventHistories, StockItem: stockItemEventHistories };
    const needsMore = (["Order", "StockItem"] as const).flatMap((streamType) =>
      Object.values(histories[streamType]).flatMap(({ type, schemas }) => {
        const stored = jsonSchemaOf(schemas.at(-1) ?? z.never());
        return (publicEvents[streamType][type]?.versions ?? []).flatMap(({ schema }) =>
          breakingChanges(stored, jsonSchemaOf(schema), "accepted").map(({ path, what }) => `${type}: ${path} ${what}`),
        );
      }),
    );
    // What an entry adds or makes of it by itself, as the tests below show; and formats, for which nothing is refused.
    expect(needsMore).toEqual([
      "OrderPlaced: currencyExponent is required now",
      'LinesReserved: lines was of type "string" and is of type "array"',
      'ShortageRaised: lines was of type "object" and is of type "array"',
      "ShortageRaised: stockItems is required now",
      'ShipmentDispatched: lines was of type "object" and is of type "array"',
      "ShipmentDispatched: lineIds is required now",
      'SaleRecorded: soldAt does not have the format "date-time" on both sides',
      "SaleRecorded: currencyExponent is required now",
      "TenderRecorded: currencyExponent is required now",
      'StockReserved: expiresAt does not have the format "date-time" on both sides',
      'StockPartlyReserved: expiresAt does not have the format "date-time" on both sides',
      'StockBackordered: expiresAt does not have the format "date-time" on both sides',
    ]);
  });

  test.each([
    ["LinesReserved.v1", { reservationId: "reservation-1" }],
    [
      "LinesReserved.v2",
      {
        reservationId: "order-1~r1",
        lines: [
          { lineId: "line-1", quantity: 3 },
          { lineId: "line-2", quantity: 1 },
        ],
      },
    ],
    ["ShortageRaised.v1", { lines: [], stockItems: [{ sku: "pot", location: "berlin", requested: 1, available: 0 }] }],
    ["ShortageRaised.v2", { lines: [{ lineId: "line-1", missing: 1 }], stockItems: [] }],
    [
      "ShipmentDispatched.v1",
      { shipmentId: "shipment-1", carrier: "Parcel Co", trackingNumber: "P 1", lineIds: ["line-1"] },
    ],
    [
      "ShipmentDispatched.v2",
      {
        shipmentId: "shipment-1",
        carrier: "Parcel Co",
        trackingNumber: "P 1",
        lineIds: ["line-1"],
        lines: [{ lineId: "line-1", quantity: 3 }],
      },
    ],
  ])("of Order/%s is in today's form", (name, data) => {
    const fixture = fixtures.find((each) => each.name === `Order/${name}`);
    if (fixture === undefined) throw new Error("there is no fixture");
    expect(toPublicForms(asStored(fixture)).map((form) => form.data)).toStrictEqual([data]);
  });

  test("of an order says what its amounts are in", () => {
    const placed = fixtures.find(({ type }) => type === "OrderPlaced");
    if (placed === undefined) throw new Error("there is no fixture");
    const of = (currency: string) =>
      toPublicForms(asStored({ ...placed, data: { ...placed.data, currency } }))[0]?.data;
    expect(of("EUR")).toMatchObject({ currency: "EUR", currencyExponent: 2 });
    expect(of("JPY")).toMatchObject({ currency: "JPY", currencyExponent: 0 });
  });

  test.each([
    [
      "an unknown type",
      { type: "OrderExploded" },
      "The event type OrderExploded is unknown for a stream of type Order.",
    ],
    [
      "a type of another stream",
      { type: "StockReceived" },
      "The event type StockReceived is unknown for a stream of type Order.",
    ],
    ["a version of newer code", { schemaVersion: 99 }, "Schema version 99 of the event OrderCompleted is unknown"],
    ["data of another shape", { data: { more: 1 } }, "unrecognized_keys"],
  ])("is nothing of an event with %s", (_, change, message) => {
    const event = {
      streamType: "Order",
      streamId: "order-1",
      type: "OrderCompleted",
      schemaVersion: 1,
      data: {},
    } as const;
    expect(() => toPublicForms({ ...event, ...change })).toThrow(message);
  });
});

describe("an entry of the contract", () => {
  const history = storedAs("Renamed", z.strictObject({ name: z.string(), secret: z.string() })).thenStoredAs(
    z.strictObject({ first: z.string(), last: z.string(), secret: z.string() }),
    ({ name, secret }) => ({ first: name, last: "", secret }),
  );
  const entry = published(history, "Somebody has another name.", {
    1: shape({ name: z.string() }, ({ first, last }) => ({ name: `${first} ${last}`.trim() })),
    2: shape({ first: z.string(), last: z.string() }, (data) => data),
  });
  const forms = (schemaVersion: number, data: Record<string, string>) =>
    formsOf(entry, { streamType: "Order", streamId: "order-1", type: "Renamed", schemaVersion, data });

  test("gives every version of the public form, whatever version is stored", () => {
    expect(forms(1, { name: "Ann", secret: "s" }).map(({ data }) => data)).toEqual([
      { name: "Ann" },
      { first: "Ann", last: "" },
    ]);
    expect(forms(2, { first: "Ann", last: "Lee", secret: "s" })).toEqual([
      { type: "Renamed", version: 1, dataschema: "urn:orders:event:Order:Renamed:1", data: { name: "Ann Lee" } },
      {
        type: "Renamed",
        version: 2,
        dataschema: "urn:orders:event:Order:Renamed:2",
        data: { first: "Ann", last: "Lee" },
      },
    ]);
  });

  test("publishes something", () =>
    expect(() => published(history, "Nothing.", {})).toThrow("Nothing would be published of Renamed."));

  test("never gives what its form does not name", () =>
    expect(JSON.stringify(forms(2, { first: "Ann", last: "Lee", secret: "hidden" }))).not.toContain("hidden"));
});
