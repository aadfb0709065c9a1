import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderView } from "../../../actors/order/view.ts";
import type { RecordedEvent } from "../../../actors/kernel/recorded-event.ts";
import { checkHistory, type History, type Invariant, type Operation, type StoredOrder } from "../../support/history.ts";
import type { PublishedEvent } from "../../support/kafka.ts";
import { publicFormOf } from "../../support/public-form.ts";

const at = "2030-01-01T00:00:00.000Z";
const streamId = "order-1";
const line = { lineId: "1", sku: "mug", location: "north", quantity: 2, unitPriceMinor: 500 };

const recorded = (version: number, type: string, data: Record<string, unknown>, commandId: string): RecordedEvent => ({
  kind: "event",
  streamType: "Order",
  streamId,
  version,
  type,
  schemaVersion: 1,
  data,
  at,
  commandId,
  commandType: "Some",
  requestHash: `hash-of-${commandId}`,
  statusAfter: "Some",
  correlationId: "c",
  causationId: "c",
  by: "gateway",
  hostEpoch: "e",
  hostSeq: version,
});

const placement = { customerId: "c", currency: "EUR", fulfilment: "external", lines: [line], totalMinor: 1_000 };
const events = [
  recorded(1, "OrderPlaced", placement, "place"),
  recorded(2, "LinesReserved", { reservationId: "r" }, "reserve"),
  recorded(3, "PaymentAuthorised", { authorisationId: "a", amountMinor: 1_000 }, "authorise"),
];
const state = events.reduce(
  (folded, { type, data }) => orderAggregate.evolve(folded, orderAggregate.decodeEvent(type, 1, data), at),
  orderAggregate.initial,
);

const order: StoredOrder = {
  streamId,
  events,
  snapshot: {
    kind: "snapshot",
    streamType: "Order",
    streamId,
    version: 3,
    stateVersion: 1,
    state,
    recentCommands: [],
    recentCommandsComplete: true,
    updatedAt: at,
  },
  view: orderView(streamId, 3, state),
};

const answered = (event: RecordedEvent | undefined): Operation => ({
  streamId,
  commandId: event?.commandId ?? "",
  type: "Some",
  outcome: "accepted",
  httpStatus: 200,
  events: [{ type: event?.type ?? "", version: event?.version ?? 0 }],
  text: `answer to ${event?.commandId}`,
});
const [placed, reserved, authorised] = [answered(events[0]), answered(events[1]), answered(events[2])];
const unanswered: Operation = {
  ...reserved,
  outcome: "unknown",
  httpStatus: undefined,
  events: [],
  text: "",
};

const published = events.map(
  (event): PublishedEvent => ({
    specversion: "1.0",
    id: `${streamId}/${event.version}`,
    source: "/orders",
    ...publicFormOf(event),
    subject: streamId,
    time: at,
    key: streamId,
    partition: 4,
  }),
);

const history: History = { operations: [placed, reserved, authorised], orders: [order], published };

const violated = (changes: Partial<History>): Invariant[] =>
  checkHistory({ ...history, ...changes }).map(({ invariant }) => invariant);

const storing = (changes: Partial<StoredOrder>): Partial<History> => ({ orders: [{ ...order, ...changes }] });

describe("a history", () => {
  test("without a fault has no violation", () => expect(checkHistory(history)).toEqual([]));

  test("may have requests without an answer, with or without an effect", () => {
    expect(violated({ operations: [placed, unanswered, reserved, authorised] })).toEqual([]);
    expect(violated({ operations: [placed, unanswered, { ...unanswered, commandId: "never arrived" }] })).toEqual([]);
  });

  test("may have events in Kafka more than once, if the first of each are in order", () => {
    expect(violated({ published: [...published, ...published] })).toEqual([]);
  });

  test("may have a refusal that is repeated", () => {
    const refused: Operation = {
      ...placed,
      commandId: "again",
      outcome: "refused",
      httpStatus: 409,
      events: [],
      text: "no",
    };
    expect(violated({ operations: [refused, refused] })).toEqual([]);
  });
});

describe("a broken history", () => {
  const withoutLast = { events: events.slice(0, 2) };
  const second = events[1];
  if (second === undefined) throw new Error("there are three events");

  test("lost an acknowledged command", () => {
    expect(violated(storing(withoutLast))).toEqual(expect.arrayContaining(["I1"]));
    expect(violated({ orders: [] })).toEqual(expect.arrayContaining(["I1"]));
  });

  test("acknowledged an event of somebody else", () => {
    const other = { ...second, commandId: "other" };
    expect(violated(storing({ events: events.with(1, other) }))).toEqual(["I1", "I2"]);
  });

  test("answered one command id in two ways", () => {
    expect(violated({ operations: [placed, { ...placed, text: "something else" }] })).toEqual(["I2"]);
  });

  test("carried a command out that it refused", () => {
    const refused: Operation = { ...placed, outcome: "refused", httpStatus: 409, events: [] };
    expect(violated({ operations: [refused] })).toEqual(["I2"]);
  });

  test("carried a command out twice", () => {
    const again = { ...second, version: 4 };
    const changes = storing({ events: [...events, again] });
    expect(violated(changes)).toEqual(expect.arrayContaining(["I2"]));
    expect(violated({ ...changes, operations: [unanswered] })).toEqual(expect.arrayContaining(["I2"]));
  });

  test("has one command id for two requests", () => {
    const stolen = { ...second, commandId: "place" };
    const changes = {
      ...storing({ events: events.with(1, stolen) }),
      operations: [{ ...unanswered, commandId: "place" }],
    };
    expect(violated(changes)).toEqual(["I2"]);
  });

  test("has a gap, or a version twice", () => {
    expect(violated(storing({ events: events.toSpliced(1, 1) }))).toEqual(expect.arrayContaining(["I3"]));
    expect(violated(storing({ events: events.with(2, { ...second, type: "LinesReserved" }) }))).toEqual(
      expect.arrayContaining(["I3"]),
    );
  });

  test("has a snapshot that is late, that is missing, or that is something else", () => {
    const { snapshot } = order;
    if (snapshot === undefined) throw new Error("there is a snapshot");
    expect(violated(storing({ snapshot: { ...snapshot, version: 2 } }))).toEqual(["I4"]);
    expect(violated(storing({ snapshot: undefined }))).toEqual(["I4"]);
    expect(violated(storing({ snapshot: { ...snapshot, state: orderAggregate.initial } }))).toEqual(["I4"]);
    expect(violated({ ...storing({ events: [], view: undefined }), operations: [], published: [] })).toEqual(["I4"]);
  });

  test("has a read model that did not converge", () => {
    expect(violated(storing({ view: undefined }))).toEqual(["I5"]);
    expect(violated(storing({ view: orderView(streamId, 2, state) }))).toEqual(["I5"]);
  });

  test.each<[string, PublishedEvent[]]>([
    ["without one event", published.slice(1)],
    ["in another order", published.toReversed()],
    [
      "with an event too many",
      [...published, ...published.slice(0, 1).map((event) => ({ ...event, id: "order-1/4" }))],
    ],
    ["under another key", published.map((event) => ({ ...event, key: "k" }))],
    ["as another type", published.map((event) => ({ ...event, type: "orders.event.Other" }))],
    ["with other data", published.map((event) => ({ ...event, data: {} }))],
    ["in two partitions", published.map((event, partition) => ({ ...event, partition }))],
  ])("is in Kafka %s", (_, changed) => {
    expect(violated({ published: changed })).toEqual(["I6"]);
  });

  test.each([404, 500, 502])("has an answer %d that is not honest", (httpStatus) => {
    expect(violated({ operations: [{ ...unanswered, httpStatus }] })).toEqual(["I7"]);
  });
});
