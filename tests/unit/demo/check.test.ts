import { describe, expect, test } from "@jest/globals";
import { checkRun } from "../../demo/check.ts";
import type { Observed, ObservedOrder } from "../../demo/observe.ts";
import type { ScenarioName } from "../../demo/scenario-mix.ts";
import type { Sent, SentByHttp } from "../../demo/send.ts";
import { completed, failing, observed, orderOf, plan, sent } from "./perfect-run.ts";

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
