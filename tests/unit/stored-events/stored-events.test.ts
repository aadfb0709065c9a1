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
import { storedStreams, type StoredStream } from "./streams.ts";

const fixtures = (["Order", "StockItem"] as const).flatMap(eventFixtures);

/** When the event at `index` of a stream was recorded. */
const recordedAt = (index: number): string => new Date(Date.UTC(2026, 0, 2, 0, 0, index)).toISOString();

/** The states that the events of a stream lead to, from nothing on, each as it comes back from the store. */
const foldedBy: Readonly<Record<StreamType, (events: readonly EventFixture[]) => readonly unknown[]>> = {
  Order: (events) => folded(orderAggregate, events),
  StockItem: (events) => folded(stockItemAggregate, events),
};

const folded = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  events: readonly EventFixture[],
): readonly State[] => {
  const states = [aggregate.initial];
  for (const [index, { type, schemaVersion, data }] of events.entries()) {
    const event = aggregate.decodeEvent(type, schemaVersion, data);
    const state = aggregate.evolve(states[index] ?? aggregate.initial, event, recordedAt(index));
    const stored = aggregate.decodeState(JSON.parse(JSON.stringify(state)));
    expect(stored).toEqual(state);
    states.push(stored);
  }
  return states;
};

const byName = new Map(fixtures.map((fixture) => [fixture.name, fixture]));

const eventsOf = ({ streamType, events }: StoredStream): readonly EventFixture[] =>
  events.map((event) => {
    const fixture = byName.get(`${streamType}/${event}`);
    if (fixture === undefined) throw new Error(`No event ${event} was ever stored.`);
    return fixture;
  });

describe("every event that was ever stored", () => {
  test("has a fixture, for each version of its type, and no other has", () =>
    expect(fixtures.map(({ name }) => name).toSorted()).toEqual(Object.keys(readableShapes).toSorted()));

  test.each(fixtures)("$name is in the file of its name", ({ name, streamType, type, schemaVersion }) =>
    expect(`${streamType}/${type}.v${schemaVersion}`).toBe(name),
  );

  test.each(fixtures)("$name is read and folded into a state that can be stored", (fixture) => {
    expect(foldedBy[fixture.streamType]([fixture])).toHaveLength(2);
  });

  test.each(fixtures)("$name has a public form", (fixture) => {
    const forms = toPublicForms({ ...fixture, streamId: "stream-1" });
    expect(forms.map(({ type }) => type)).toContain(fixture.type);
  });
});

describe("a stream of stored events", () => {
  test.each(storedStreams)("adds up to what it always did: $title", (stream) => {
    const states = foldedBy[stream.streamType](eventsOf(stream));
    expect(states.at(-1)).toMatchObject(stream.state);
  });

  test.each(storedStreams)("is changed by each of its events: $title", (stream) => {
    const states = foldedBy[stream.streamType](eventsOf(stream));
    for (const [index, event] of stream.events.entries()) {
      // Named, so that a failure says which of them did nothing.
      expect({ event, state: states[index + 1] }).not.toEqual({ event, state: states[index] });
    }
  });

  test("is there for every event that was ever stored", () => {
    const names = storedStreams.flatMap(({ streamType, events }) => events.map((event) => `${streamType}/${event}`));
    expect([...new Set(names)].toSorted()).toEqual(Object.keys(readableShapes).toSorted());
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
