import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { confirm, resolved, missingCancelled, requested, reserved, reservedElsewhere, short, paymentRequested } =
  example;
const managed = histories["managed AwaitingCustomer"];
const external = histories["external AwaitingCustomer"];
const refusal = "the customer refused a shortage";

/** What follows when the customer takes what is there of a managed order. */
const taken = (missingCups: number, dueMinor: number): OrderEvent[] => [
  resolved("accept"),
  missingCancelled(missingCups, 0),
  paymentRequested(dueMinor),
];

describe("a customer who is told that something is missing", () => {
  test("may take what is there", () => {
    given(...managed)
      .when(confirm("accept"))
      .then(...taken(1, 1_500));
    given(...external)
      .when(confirm("accept"))
      .then(resolved("accept"), missingCancelled(1, 0));
  });
  test("then has an order of what is there", () => {
    const state = { status: "Reserved", lines: [{ quantity: 3, reserved: 2, cancelled: 1 }, { reserved: 1 }] };
    expect(stateAfter(orderAggregate, [...managed, resolved("accept"), missingCancelled(1, 0)])).toMatchObject(state);
    expect(stateAfter(orderAggregate, [...external, resolved("accept"), missingCancelled(1, 0)])).toMatchObject({
      ...state,
      payment: { status: "none" },
    });
  });
  test("may take one line of two", () =>
    given(...histories["managed Placed"], reserved(0, 1), short(3, 0))
      .when(confirm("accept"))
      .then(...taken(3, 1_000)));
  test("cannot take nothing", () => {
    given(...histories["managed Placed"], short(3, 1))
      .when(confirm("accept"))
      .thenRejected("NothingReserved");
    given(example.placedExternal, short(3, 1)).when(confirm("accept")).thenRejected("NothingReserved");
  });
  test("may refuse, which gives the order up", () => {
    given(...managed)
      .when(confirm("refuse"))
      .then(resolved("refuse"), example.cancelling("shortageRefused", refusal));
    given(...external)
      .when(confirm("refuse"))
      .then(resolved("refuse"), { type: "OrderCancelled", data: { reason: refusal } });
  });
  test("may wait for what is missing", () => {
    given(...managed)
      .when(confirm("wait"))
      .then(resolved("wait"), requested(2, 1, 0, true));
    given(...external)
      .when(confirm("wait"))
      .then(resolved("wait"));
  });
  test("then has a placed order again, that keeps what it has", () => {
    expect(stateAfter(orderAggregate, [...managed, resolved("wait"), requested(2, 1, 0, true)])).toMatchObject({
      status: "Placed",
      lines: [
        { open: 1, reserved: 2 },
        { open: 0, reserved: 1 },
      ],
      reservationRound: 2,
      reservation: {
        reservationId: "order-1~r2",
        backorder: true,
        lines: [{ lineId: "line-1", requested: 1, reserved: 0 }],
      },
    });
    expect(stateAfter(orderAggregate, [...external, resolved("wait")])).toMatchObject({
      status: "Placed",
      reservation: { backorder: true },
    });
    expect(stateAfter(orderAggregate, [...external, resolved("accept")])).toMatchObject({
      reservation: { backorder: false },
    });
  });
  test("may wait even if nothing is there", () => {
    given(example.placedExternal, short(3, 1)).when(confirm("wait")).then(resolved("wait"));
    expect(stateAfter(orderAggregate, [example.placedExternal, short(3, 1), resolved("wait")])).toMatchObject({
      shortageChoice: "wait",
      reservation: null,
    });
  });
  test("may be answered for by the process manager", () =>
    given(...managed)
      .whenProcessManager(confirm("refuse"))
      .then(resolved("refuse"), example.cancelling("shortageRefused", refusal)));
});

describe("an answer about what is missing", () => {
  test.each(["accept", "refuse", "wait"] as const)("is the same again, wherever the order went since: %s", (choice) => {
    for (const history of [managed, external]) {
      const isManaged = history === managed;
      const anyEnd = isManaged ? [example.cancelling(), example.cancelled] : [example.cancelled];
      const answered: Record<typeof choice, OrderEvent[]> = {
        accept: [resolved("accept"), missingCancelled(1, 0)],
        refuse: [resolved("refuse")],
        wait: [resolved("wait"), ...(isManaged ? [requested(2, 1, 0, true)] : [])],
      };
      for (const end of [[], anyEnd.slice(0, 1), anyEnd]) {
        const since = [...history, ...answered[choice], ...end];
        given(...since)
          .when(confirm(choice))
          .thenNothing();
        const other = choice === "wait" ? "accept" : "wait";
        given(...since)
          .when(confirm(other))
          .thenRejected(end.length === 0 ? "NoShortage" : "AlreadyCancelled");
      }
    }
  });
  test("is of the lines as they are, and of what is missing now", () => {
    const [line] = example.lines;
    const amended: OrderEvent = {
      type: "OrderAmended",
      data: {
        lines: [
          {
            ...line,
            lineId: "line-1",
            sku: "cup",
            location: "berlin",
            quantity: 3,
            unitPriceMinor: 250,
            discountMinor: 0,
            taxRatePpm: 0,
            taxMinor: 0,
            includedTaxMinor: 0,
          },
        ],
        discountMinor: 0,
        shipping: null,
        pricesIncludeTax: false,
        totalMinor: 750,
        superseded: [],
      },
    };
    given(...external, resolved("wait"), amended)
      .when(confirm("wait"))
      .thenRejected("NoShortage");
    given(...external, resolved("wait"), amended, short(3, 0))
      .when(confirm("wait"))
      .then(resolved("wait"));
    // Orders of the first kind are reserved anew when their customer takes what is there, and may be short again.
    given(...external, resolved("accept"), short(1, 0))
      .when(confirm("wait"))
      .then(resolved("wait"));
    given(...external, resolved("accept"), short(1, 0), example.cancelled)
      .when(confirm("accept"))
      .thenRejected("AlreadyCancelled");
  });
  test.each([
    "managed Placed",
    "managed Reserved",
    "managed Authorised",
    "managed Fulfilling, planned",
    "managed Completed",
    "managed Returning",
  ] as const)("is refused of an order that lacks nothing: %s", (name) =>
    given(...histories[name])
      .when(confirm("accept"))
      .thenRejected("NoShortage"),
  );
  test.each(["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const)(
    "is refused of an order that is over: %s",
    (name) =>
      given(...histories[name])
        .when(confirm("accept"))
        .thenRejected("AlreadyCancelled"),
  );
});

describe("a shortage of an order", () => {
  test("is what the order waits with", () =>
    expect(stateAfter(orderAggregate, managed)).toMatchObject({
      status: "AwaitingCustomer",
      shortage: { lines: [{ lineId: "line-1", missing: 1 }] },
      lines: [
        { open: 1, reserved: 2 },
        { open: 0, reserved: 1 },
      ],
    }));
  test("is of an external order too", () =>
    expect(stateAfter(orderAggregate, [example.placedExternal, reservedElsewhere(0, 1), short(3, 0)])).toMatchObject({
      status: "AwaitingCustomer",
      shortage: { lines: [{ lineId: "line-1", missing: 3 }] },
    }));
});
