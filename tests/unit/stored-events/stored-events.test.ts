import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Aggregate, DomainEvent, StreamType } from "../../../actors/kernel/aggregate.ts";
import { storedAs } from "../../../actors/kernel/upcasting.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { toPublicForms } from "../../../actors/public-contract/contract.ts";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import { jsonSchemaOf } from "../../../contracts/json-schema.ts";
import { readRecordedShapes } from "../../../contracts/recorded-shapes.ts";
import { compareShapes, readableShapes } from "../../../contracts/stored-shapes.ts";
import { eventFixtures, type EventFixture } from "../../support/event-fixtures.ts";
import { specificationTime } from "../../support/specification.ts";

const fixtures = (["Order", "StockItem"] as const).flatMap(eventFixtures);

/** The state after one event, as it comes back from the store. */
const folded = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  { type, schemaVersion, data }: EventFixture,
): { readonly state: State; readonly stored: State } => {
  const event = aggregate.decodeEvent(type, schemaVersion, data);
  const state = aggregate.evolve(aggregate.initial, event, specificationTime);
  return { state, stored: aggregate.decodeState(JSON.parse(JSON.stringify(state))) };
};

const foldedBy: Record<StreamType, (fixture: EventFixture) => { readonly state: unknown; readonly stored: unknown }> = {
  Order: (fixture) => folded(orderAggregate, fixture),
  StockItem: (fixture) => folded(stockItemAggregate, fixture),
};

describe("every event that was ever stored", () => {
  test("has a fixture, for each version of its type, and no other has", () =>
    expect(fixtures.map(({ name }) => name).toSorted()).toEqual(Object.keys(readableShapes).toSorted()));

  test.each(fixtures)("$name is in the file of its name", ({ name, streamType, type, schemaVersion }) =>
    expect(`${streamType}/${type}.v${schemaVersion}`).toBe(name),
  );

  test.each(fixtures)("$name is read and folded into a state that can be stored", (fixture) => {
    const { state, stored } = foldedBy[fixture.streamType](fixture);
    expect(stored).toEqual(state);
  });

  test.each(fixtures)("$name has a public form", (fixture) => {
    const forms = toPublicForms({ ...fixture, streamId: "stream-1" });
    expect(forms.map(({ type }) => type)).toContain(fixture.type);
  });
});

describe("the shapes in which events are stored", () => {
  test("are recorded, and are what they were (npm run events:record adds new ones)", () =>
    expect(compareShapes(readRecordedShapes(), readableShapes)).toEqual({ changed: [], gone: [], added: [] }));

  test("are told apart from what they were, from what is gone and from what is new", () => {
    const recorded = { "Order/A.v1": "1", "Order/B.v1": "2", "Order/C.v1": "3" };
    const readable = { "Order/A.v1": "1", "Order/B.v1": "another", "Order/D.v1": "4" };
    expect(compareShapes(recorded, readable)).toEqual({
      changed: ["Order/B.v1"],
      gone: ["Order/C.v1"],
      added: ["Order/D.v1"],
    });
  });

  test("change with the least of their fields", () => {
    const shapes = [
      z.strictObject({ id: z.string() }),
      z.strictObject({ id: z.string().min(1) }),
      z.strictObject({ id: z.string().nullable() }),
      z.strictObject({ id: z.string().optional() }),
      z.object({ id: z.string() }),
      z.strictObject({ id: z.enum(["a", "b"]) }),
      z.strictObject({ id: z.enum(["a", "b", "c"]) }),
    ];
    const texts = shapes.map((shape) => JSON.stringify(jsonSchemaOf(storedAs("A", shape).schemas[0] ?? z.never())));
    expect(new Set(texts).size).toBe(shapes.length);
  });
});
