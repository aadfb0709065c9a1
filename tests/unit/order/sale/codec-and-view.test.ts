import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { orderAggregate } from "../../../../actors/order/aggregate.ts";
import { saleEventHistories } from "../../../../actors/order/sale/events.ts";
import { isSale } from "../../../../actors/order/sale/state.ts";
import type { RecordedSale } from "../../../../actors/order/sale/state.ts";
import {
  saleListRow,
  saleListRowSchema,
  saleStatuses,
  saleView,
  saleViewSchema,
} from "../../../../actors/order/sale/view.ts";
import { withoutOneField, withOneFieldMore } from "../../../support/altered-fields.ts";
import { specificationTime, stateAfter } from "../../../support/specification.ts";
import * as example from "./examples.ts";
import type { SaleHistoryName } from "./examples.ts";

const storedEvent = z.strictObject({ type: z.string(), schemaVersion: z.int(), data: z.unknown() });
const storedEvents = Object.keys(saleEventHistories).map((type) =>
  storedEvent.parse(
    JSON.parse(readFileSync(new URL(`../../../fixtures/events/Order/${type}.v1.json`, import.meta.url), "utf8")),
  ),
);

const recordedHistories = Object.entries(example.saleHistories).filter(([name]) => name !== "nothing recorded");

const stateOf = (history: SaleHistoryName): RecordedSale => {
  const state = stateAfter(orderAggregate, example.saleHistories[history]);
  if (!isSale(state)) throw new Error(`${history} is no sale`);
  return state;
};

describe("a stored event of a sale", () => {
  test.each(storedEvents)("$type of schema version $schemaVersion is read", ({ type, schemaVersion, data }) =>
    expect(orderAggregate.decodeEvent(type, schemaVersion, data)).toEqual({ type, data }),
  );

  test("is written as it was stored first", () =>
    expect(storedEvents.map(({ data }) => data)).toEqual([
      example.recorded.data,
      example.tenderedCash.data,
      example.completed.data,
      example.takenBack.data,
    ]));

  test.each(storedEvents)("$type with a field more or less is an error", ({ type, schemaVersion, data }) => {
    for (const other of withoutOneField(data)) {
      expect(() => orderAggregate.decodeEvent(type, schemaVersion, other)).toThrow(/invalid_(type|value)/);
    }
    for (const other of withOneFieldMore(data)) {
      expect(() => orderAggregate.decodeEvent(type, schemaVersion, other)).toThrow("unrecognized_keys");
    }
  });

  test("of a sale of nothing is an error", () =>
    expect(() => orderAggregate.decodeEvent("SaleRecorded", 1, { ...example.recorded.data, lines: [] })).toThrow(
      "too_small",
    ));
});

describe("a stored state of a sale", () => {
  test.each(recordedHistories)("is read as it was written, and not with a field more or less: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    const stored: unknown = JSON.parse(JSON.stringify(state));
    expect(orderAggregate.decodeState(stored)).toEqual(state);
    for (const other of withoutOneField(stored)) expect(() => orderAggregate.decodeState(other)).toThrow();
    for (const other of withOneFieldMore(stored)) expect(() => orderAggregate.decodeState(other)).toThrow();
  });

  test("is told from that of an order", () => {
    expect(recordedHistories.every(([, history]) => isSale(stateAfter(orderAggregate, history)))).toBe(true);
    expect(["NotPlaced", "Placed", "toString"].some((status) => isSale({ status }))).toBe(false);
  });
});

describe("the history of a sale", () => {
  test.each(Object.entries(example.saleHistories))("is never refused, whatever follows: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    for (const { type, schemaVersion, data } of storedEvents) {
      const event = orderAggregate.decodeEvent(type, schemaVersion, data);
      const next = orderAggregate.evolve(state, event, specificationTime);
      expect(orderAggregate.decodeState(next)).toEqual(next);
    }
  });

  test.each<[SaleHistoryName, (typeof example)["completed" | "recorded" | "tenderedCash" | "voided"]]>([
    ["nothing recorded", example.completed],
    ["SaleTendered", example.completed],
    ["SaleOpen", example.recorded],
    ["SaleCompleted", example.recorded],
    ["SaleCompleted", example.tenderedCash],
    ["SaleCompleted", example.completed],
    ["SaleVoided, the sale unknown", example.tenderedCash],
    ["SaleVoided, the sale unknown", example.completed],
    ["SaleVoided, the sale unknown", example.voided],
    ["SaleVoided, complete before", example.recorded],
  ])("of a sale is not moved by what cannot happen: %s, %#", (history, event) => {
    const state = stateAfter(orderAggregate, example.saleHistories[history]);
    expect(orderAggregate.evolve(state, event, "2027-01-01T00:00:00.000Z")).toBe(state);
  });

  test("keeps the first content of a voided sale, and the last of a tender", () => {
    const { data } = example.recorded;
    const again = { type: "SaleRecorded", data: { ...data, cashier: "Bert" } } as const;
    expect(stateAfter(orderAggregate, [example.voided, example.recorded, again])).toMatchObject({ terms: data });
    const dearer = { type: "TenderRecorded", data: { ...example.tenderedCash.data, amountMinor: 2_000 } } as const;
    expect(stateAfter(orderAggregate, [example.tenderedCash, dearer])).toMatchObject({
      tenders: [{ ...example.cash, amountMinor: 2_000 }],
    });
  });

  test.each(recordedHistories)("keeps when it began and when it changed last: %s", (_, history) => {
    let state = orderAggregate.initial;
    history.forEach((event, index) => {
      const at = `2026-01-${String(index + 1).padStart(2, "0")}T00:00:00.000Z`;
      state = orderAggregate.evolve(state, event, at);
      expect(state).toMatchObject({ recordedAt: "2026-01-01T00:00:00.000Z", updatedAt: at });
    });
  });

  test("of a voided sale keeps when its content came", () => {
    const voided = orderAggregate.evolve(orderAggregate.initial, example.voided, "2026-01-01T00:00:00.000Z");
    expect(orderAggregate.evolve(voided, example.recorded, "2026-01-02T00:00:00.000Z")).toMatchObject({
      recordedAt: "2026-01-01T00:00:00.000Z",
      updatedAt: "2026-01-02T00:00:00.000Z",
    });
  });
});

const listed = {
  orderId: example.saleId,
  status: "SaleOpen",
  version: 7,
  storeId: "berlin",
  currency: "EUR",
  currencyExponent: 2,
  totalMinor: 1_904,
  fulfilment: "managed",
  placedAt: specificationTime,
  updatedAt: specificationTime,
};
const unknown = { storeId: null, currency: null, currencyExponent: null, totalMinor: null, fulfilment: null };
const terms = {
  terminalId: "till-1",
  receiptNumber: "1001",
  soldAt: "2026-01-01T23:59:58+01:00",
  offline: true,
  cashier: "Anna",
  pricesIncludeTax: false,
  discountMinor: 100,
  lines: example.recorded.data.lines,
};
const noTerms = {
  terminalId: null,
  receiptNumber: null,
  soldAt: null,
  offline: null,
  cashier: null,
  pricesIncludeTax: null,
  discountMinor: null,
  lines: [],
};

const viewOf = (history: SaleHistoryName) => saleView(example.saleId, 7, stateOf(history));

describe("the view of a sale", () => {
  test.each(recordedHistories)("has the shape that is documented: %s", (name) => {
    const history = name as SaleHistoryName;
    expect(saleViewSchema.strict().parse(viewOf(history))).toEqual(viewOf(history));
    const row = saleListRow(example.saleId, 7, stateOf(history));
    expect(saleListRowSchema.strict().parse(row)).toEqual(row);
    expect(viewOf(history)).toMatchObject(row);
    expect(saleStatuses).toContain(row.status);
  });

  test("in a list has what matters of its terms", () => {
    expect(saleListRow(example.saleId, 7, stateOf("SaleOpen"))).toEqual(listed);
    expect(saleListRow(example.saleId, 7, stateOf("SaleVoided, the sale unknown"))).toEqual({
      ...listed,
      ...unknown,
      status: "SaleVoided",
    });
  });

  test("shows what is sold and tendered", () =>
    expect(viewOf("SaleCompleted")).toEqual({
      ...listed,
      ...terms,
      status: "SaleCompleted",
      tenders: [example.cash, example.card],
      tenderedMinor: 1_904,
      voidReason: null,
    }));

  test("shows what is tendered before anything is known to be sold", () =>
    expect(viewOf("SaleTendered")).toEqual({
      ...listed,
      ...unknown,
      ...noTerms,
      status: "SaleTendered",
      currency: "EUR",
      currencyExponent: 2,
      tenders: [example.cash],
      tenderedMinor: 1_000,
      voidReason: null,
    }));

  test("shows why it was voided, and no tenders", () => {
    const voided = { status: "SaleVoided", tenders: [], tenderedMinor: 0, voidReason: "wrong article" };
    expect(viewOf("SaleVoided, complete before")).toEqual({ ...listed, ...terms, ...voided });
    expect(viewOf("SaleVoided, the sale unknown")).toEqual({ ...listed, ...unknown, ...noTerms, ...voided });
  });
});
