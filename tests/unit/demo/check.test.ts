import { describe, expect, test } from "@jest/globals";
import { checkRun } from "../../demo/check.ts";
import { makePlan } from "../../demo/make-plan.ts";
import type { Observed, ObservedOrder } from "../../demo/observe.ts";
import type { OrderPlan } from "../../demo/plan.ts";
import type { ScenarioName } from "../../demo/scenario-mix.ts";
import type { Sent, SentByHttp } from "../../demo/send.ts";
import { runPerfectly } from "./perfect-stack.ts";

const plan = makePlan({ run: "run", seed: 7, orders: 200 });
const { sent, observed } = runPerfectly(plan);

/** The checks that fail if the run had looked like this instead. */
const failing = (changes: { sent?: Partial<Sent>; observed?: Partial<Observed> }): string[] =>
  checkRun(plan, { ...sent, ...changes.sent }, { ...observed, ...changes.observed })
    .filter(({ ok }) => !ok)
    .map(({ check }) => check);

const orderOf = (scenario: ScenarioName, channel?: string): OrderPlan => {
  const found = plan.orders.find(
    (order) => order.scenario === scenario && (channel ?? order.channel) === order.channel,
  );
  if (found === undefined) throw new Error(`the plan has no ${scenario}`);
  return found;
};

const completed = orderOf("external-completed").orderId;

const withOrder = (orderId: string, change: (order: ObservedOrder) => ObservedOrder): Partial<Observed> => {
  const orders = new Map(observed.orders);
  const order = orders.get(orderId);
  if (order === undefined) throw new Error(`nothing is observed of ${orderId}`);
  return { orders: orders.set(orderId, change(order)) };
};

/** Changes the first step of a scenario that was sent by HTTP and expects this. */
const withReply = (
  scenario: ScenarioName,
  expected: string,
  change: (sentStep: SentByHttp) => SentByHttp,
): Partial<Sent> => {
  const { orderId } = orderOf(scenario, "http");
  const index = sent.steps.findIndex(
    (sentStep) =>
      sentStep.orderId === orderId &&
      (sentStep.step.kind === "command" ? sentStep.step.expected : "malformed") === expected,
  );
  const step = sent.steps[index];
  if (step?.via !== "http") throw new Error(`nothing ${expected} was sent`);
  return { steps: sent.steps.with(index, change(step)) };
};

const withLastEventTwice = (order: ObservedOrder): ObservedOrder => {
  const last = order.events.at(-1);
  return last === undefined ? order : { ...order, events: [...order.events, { ...last, version: last.version + 1 }] };
};

describe("a run without a fault", () => {
  test("passes every check", () => {
    expect(checkRun(plan, sent, observed).filter(({ ok }) => !ok)).toEqual([]);
  });

  test("passes also when events arrive twice, as long as the first of each is in order", () => {
    expect(failing({ observed: { orderEvents: [...observed.orderEvents, ...observed.orderEvents] } })).toEqual([]);
  });
});

describe("the answers", () => {
  const checks: [what: string, failing: string[], changes: Partial<Sent>][] = [
    [
      "a command that was not carried out",
      ["commands carried out, by HTTP (200)"],
      withReply("external-completed", "accepted", (step) => ({
        ...step,
        reply: { ...step.reply, httpStatus: 503, accepted: undefined },
      })),
    ],
    [
      "a command that had no effect",
      ["commands carried out, by HTTP (200)"],
      withReply("external-completed", "accepted", (step) => ({
        ...step,
        reply: {
          ...step.reply,
          accepted: step.reply.accepted && { ...step.reply.accepted, events: [] },
        },
      })),
    ],
    [
      "an ETag that is not the version",
      ["commands carried out, by HTTP (200)"],
      withReply("external-completed", "accepted", (step) => ({ ...step, reply: { ...step.reply, etag: '"99"' } })),
    ],
    [
      "a command that was carried out and must be rejected",
      ["commands rejected, by HTTP (409)"],
      withReply("managed-open", "rejected", (step) => ({ ...step, reply: { ...step.reply, httpStatus: 200 } })),
    ],
    [
      "a malformed request that was not refused",
      ["malformed requests (400)"],
      withReply("malformed-only", "malformed", (step) => ({ ...step, reply: { ...step.reply, httpStatus: 500 } })),
    ],
    [
      "a repetition that was answered otherwise",
      ["repeated commands answered as at first"],
      withReply("external-all-repeated", "repeated", (step) => ({ ...step, reply: { ...step.reply, text: "{}" } })),
    ],
    [
      "a repetition that was taken for a new command",
      ["repeated commands answered as at first"],
      withReply("external-all-repeated", "repeated", (step) => ({
        ...step,
        reply: { ...step.reply, replayed: false },
      })),
    ],
    [
      "an order that could not be sent",
      ["orders that could not be sent whole"],
      { failures: [{ orderId: completed, reason: "no answer" }] },
    ],
    [
      "a message that Kafka did not take",
      ["messages that Kafka took"],
      {
        steps: sent.steps.toSpliced(
          sent.steps.findIndex(
            (step) => step.via === "kafka" && step.step.kind === "command" && step.step.expected === "accepted",
          ),
          1,
        ),
      },
    ],
    [
      "a stock receipt that was booked twice",
      ["stock receipts answered, twice alike"],
      {
        receipts: sent.receipts.map((receipt) => ({ ...receipt, repeated: { ...receipt.repeated, replayed: false } })),
      },
    ],
  ];
  test.each(checks)("show %s", (_, expected, changes) => expect(failing({ sent: changes })).toEqual(expected));
});

describe("the orders", () => {
  test("show one that is in a status nobody planned", () => {
    const early = observed.orders.get(orderOf("external-open").orderId);
    const failed = failing({
      observed: withOrder(completed, () => early ?? { snapshot: undefined, strong: undefined, events: [] }),
    });
    expect(failed).toContain("orders that are Completed");
    expect(failed).toContain("orders in the status that was planned");
  });

  test("show one that should not exist", () => {
    const order = observed.orders.get(completed);
    const malformed = orderOf("malformed-only").orderId;
    const failed = failing({ observed: withOrder(malformed, (unknown) => order ?? unknown) });
    expect(failed).toContain("orders that are unknown");
  });

  test("show a snapshot that is not the fold of the events", () => {
    const changes = withOrder(completed, ({ snapshot, ...rest }) => {
      if (snapshot === undefined) throw new Error("there is no snapshot");
      return { ...rest, snapshot: { ...snapshot, version: snapshot.version + 1 } };
    });
    expect(failing({ observed: changes })).toEqual([
      "snapshots that equal the fold of the events",
      "strong reads that equal the snapshot",
      "orders listed by customer",
      "orders listed by status",
    ]);
  });

  test("show an actor that says something else than the snapshot", () => {
    const changes = withOrder(completed, (order) => ({ ...order, strong: undefined }));
    expect(failing({ observed: changes })).toEqual(["strong reads that equal the snapshot"]);
  });

  test("show a gap in a history, and the event that was acknowledged and is gone", () => {
    const placed = orderOf("external-completed", "http").orderId;
    const failed = failing({
      observed: withOrder(placed, (order) => ({ ...order, events: order.events.toSpliced(1, 1) })),
    });
    expect(failed).toEqual(expect.arrayContaining(["histories without a gap", "acknowledged events in the history"]));
  });

  test("show a command that had two effects", () => {
    expect(failing({ observed: withOrder(completed, withLastEventTwice) })).toContain("orders with every effect once");
    const managed = orderOf("managed-completed").orderId;
    expect(failing({ observed: withOrder(managed, withLastEventTwice) })).toContain("orders with every effect once");
  });

  test("show money that does not add up", () => {
    const changes = withOrder(completed, (order) => ({
      ...order,
      events: order.events.map((event) =>
        event.type === "PaymentCaptured" ? { ...event, data: { ...event.data, amountMinor: 1 } } : event,
      ),
    }));
    expect(failing({ observed: changes })).toContain("orders whose lines and money add up");
  });

  test("show that more orders won scarce stock than there was", () => {
    const contenders = plan.orders.filter(({ scenario }) => scenario === "managed-contended");
    const winner = contenders
      .map(({ orderId }) => observed.orders.get(orderId))
      .find((order) => order?.snapshot?.status === "Authorised");
    const orders = new Map(observed.orders);
    for (const { orderId } of contenders) if (winner !== undefined) orders.set(orderId, winner);
    expect(failing({ observed: { orders } })).toContain("orders that won scarce stock, of 8");
  });
});

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
