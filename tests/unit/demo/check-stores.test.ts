import { describe, expect, test } from "@jest/globals";
import { completed, failing, observed } from "./perfect-run.ts";

describe("the stock", () => {
  const [item] = [...observed.stock.keys()];

  test.each(["onHand", "reserved", "available"] as const)("shows that %s does not add up", (part) => {
    const stock = new Map(observed.stock);
    const view = stock.get(item ?? "");
    if (view === undefined) throw new Error("there is no stock");
    stock.set(item ?? "", { ...view, [part]: view[part] + 1 });
    expect(failing({ observed: { stock } })).toEqual([
      `stock of ${view.sku} at ${view.location}`,
      "stock snapshots that equal the fold of the events",
    ]);
  });
});

describe("Kafka", () => {
  const inOrder = "order events in Kafka, in order";

  test("shows an event that never arrived", () => {
    expect(failing({ observed: { orderEvents: observed.orderEvents.slice(1) } })).toEqual([inOrder]);
    expect(failing({ observed: { stockEvents: observed.stockEvents.slice(1) } })).toEqual([
      "stock snapshots that equal the fold of the events",
      "stock events in Kafka, in order",
    ]);
  });

  test("shows events in the wrong order", () => {
    const index = observed.orderEvents.findIndex(({ id }) => id === `${completed}/2`);
    const moved = observed.orderEvents.toSpliced(index, 1);
    const event = observed.orderEvents[index];
    if (event === undefined) throw new Error("there is no second event");
    expect(failing({ observed: { orderEvents: [...moved, event] } })).toEqual([inOrder]);
  });

  test.each([
    ["under another key", { key: "somebody" }],
    ["about another order", { subject: "somebody" }],
    ["as another type", { type: "orders.event.OrderForgotten" }],
    ["with other data", { data: {} }],
    ["with another time", { time: "2031-01-01T00:00:00.000Z" }],
    ["in another partition", { partition: 5 }],
  ])("shows an event %s", (_, change) => {
    const index = observed.orderEvents.findIndex(({ id }) => id === `${completed}/2`);
    const orderEvents = observed.orderEvents.map((event, at) => (at === index ? { ...event, ...change } : event));
    expect(failing({ observed: { orderEvents } })).toEqual([inOrder]);
  });

  test("shows an event that nobody caused", () => {
    const [event] = observed.orderEvents;
    if (event === undefined) throw new Error("there is no event");
    const stranger = { ...event, id: "run-stranger/1", subject: "run-stranger", key: "run-stranger" };
    expect(failing({ observed: { orderEvents: [...observed.orderEvents, stranger] } })).toEqual([inOrder]);
  });
});

describe("the dead letters", () => {
  const [letter, ...others] = observed.deadLetters;
  if (letter === undefined) throw new Error("there is no dead letter");

  test("show a message that was lost", () => {
    expect(failing({ observed: { deadLetters: others } })).toEqual(["dead letters"]);
  });

  test("show a message that should have been carried out", () => {
    const headers = { ...letter.headers, "dlq-offset": "99999" };
    expect(failing({ observed: { deadLetters: [...observed.deadLetters, { ...letter, headers }] } })).toEqual([
      "dead letters",
    ]);
  });

  test.each([
    ["other bytes", { value: Buffer.from("other") }],
    ["another key", { key: "run-other" }],
    ["no reason", { headers: { ...letter.headers, "dlq-reason": "" } }],
    ["a reason of two lines", { headers: { ...letter.headers, "dlq-reason": "a\nb" } }],
    ["another topic", { headers: { ...letter.headers, "dlq-topic": "orders" } }],
  ])("show %s", (_, change) => {
    expect(failing({ observed: { deadLetters: [{ ...letter, ...change }, ...others] } })).toEqual(["dead letters"]);
  });
});

describe("the lists", () => {
  test("show an order that is missing, one that is stale, and one that is listed twice", () => {
    const [[customer, rows] = ["", []]] = [...observed.byCustomer];
    const [first, ...rest] = rows;
    if (first === undefined) throw new Error("there is no customer");
    const listing = (members: typeof rows): string[] =>
      failing({ observed: { byCustomer: new Map(observed.byCustomer).set(customer, members) } });
    expect(listing(rest)).toEqual(["orders listed by customer"]);
    expect(listing([...rest, { ...first, version: 99 }])).toEqual(["orders listed by customer"]);
    expect(listing([first, ...rows])).toEqual(["orders listed by customer"]);
  });

  test("show an order that is still under an earlier status", () => {
    const row = observed.byStatus.get("Completed")?.[0];
    if (row === undefined) throw new Error("nothing is completed");
    const byStatus = new Map(observed.byStatus).set("Fulfilling", [row]);
    expect(failing({ observed: { byStatus } })).toEqual(["orders listed by status"]);
  });
});
