import { describe, expect, test } from "@jest/globals";
import { checkAll } from "../../scenarios/check.ts";
import type { Account } from "../../scenarios/actors/provider.ts";
import type { Books } from "../../scenarios/books.ts";
import type { Observed, ObservedOrder } from "../../scenarios/observe.ts";
import { books, item, letter, observed, orderId, run, saleId } from "./perfect-run.ts";

/** The checks that fail when the stack shows something else, or the books say something else. */
const failing = (changes: Partial<Observed>, otherBooks: Partial<Books> = {}): string[] =>
  checkAll({ ...books, ...otherBooks }, { ...observed, ...changes }, run)
    .filter(({ ok }) => !ok)
    .map(({ check }) => check);

const must = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error("it is not there");
  return value;
};

const withOrder = (id: string, change: (order: ObservedOrder) => ObservedOrder): Partial<Observed> => ({
  orders: new Map(observed.orders).set(id, change(must(observed.orders.get(id)))),
});

const withAccount = (change: (account: Account) => Account): Partial<Observed> => ({
  accounts: new Map([[orderId, change(must(observed.accounts.get(orderId)))]]),
});

const withStock = (units: { onHand?: number; reserved?: number; oversold?: number }): Partial<Observed> => ({
  stock: new Map([[item, { ...must(observed.stock.get(item)), ...units }]]),
});

const stockCheck = "mug: 4 received, 1 back, 2 shipped, 1 over the counter";
const foldOfStock = "snapshots that equal the fold of the published events";
const ledgerOfOrders = "orders as the provider's ledger has them";
const [firstOrderEvent] = observed.orderEvents;
const [firstStockEvent] = observed.stockEvents;

describe("a run without a fault", () => {
  test("passes every check", () => expect(failing({})).toEqual([]));

  test("passes also when events arrive twice, as long as the first of each is in order", () =>
    expect(failing({ orderEvents: [...observed.orderEvents, ...observed.orderEvents] })).toEqual([]));

  test("passes when the provider gave money that nobody wanted any more, and took it back", () => {
    const unwanted = { authorisedMinor: 500, capturedMinor: 0, voidedMinor: 500, refundedMinor: 0 };
    const changes = withAccount((account) => ({
      ...account,
      balance: {
        ...account.balance,
        authorisedMinor: account.balance.authorisedMinor + 500,
        voidedMinor: account.balance.voidedMinor + 500,
      },
      authorisations: [
        ...account.authorisations,
        { status: "authorised", requestId: "late", authorisationId: "late", ...unwanted },
      ],
    }));
    expect(failing(changes)).toEqual([]);
  });
});

describe("a fault is found in", () => {
  const eventsGone = withOrder(orderId, (order) => ({ ...order, events: order.events.slice(0, -1) }));
  const cases: readonly (readonly [what: string, checks: readonly string[], changes: Partial<Observed>])[] = [
    [
      "an order that is not where its story left it",
      ["Completed", "as their stories left them"],
      withOrder(orderId, (order) => ({
        ...order,
        snapshot: order.snapshot?.status === "Completed" ? { ...order.snapshot, status: "Returning" } : undefined,
      })),
    ],
    [
      "an order that its actor shows otherwise",
      ["strong reads that equal the snapshot"],
      withOrder(saleId, (order) => ({ ...order, strong: undefined })),
    ],
    ["a history that lacks its end", ["snapshots that equal the fold of the events"], eventsGone],
    [
      "a history with a gap",
      ["histories without a gap"],
      withOrder(saleId, (order) => ({
        ...order,
        events: order.events.map((event) => ({ ...event, version: event.version * 2 })),
      })),
    ],
    [
      "money that the provider captured once too often",
      ["captured (orders; provider)", ledgerOfOrders],
      withAccount((account) => ({ ...account, balance: { ...account.balance, capturedMinor: 2_381 } })),
    ],
    [
      "money that the provider still holds",
      ["voided (orders; provider)", ledgerOfOrders],
      withAccount((account) => ({ ...account, balance: { ...account.balance, voidedMinor: 0 } })),
    ],
    [
      "money that the provider refunded twice",
      ["refunded (orders; provider)", ledgerOfOrders],
      withAccount((account) => ({ ...account, balance: { ...account.balance, refundedMinor: 2_380 } })),
    ],
    [
      "an order that the provider never heard of",
      ["authorised (orders; provider)", ledgerOfOrders],
      { accounts: new Map() },
    ],
    ["a unit too many on the shelf", [stockCheck, foldOfStock], withStock({ onHand: 3 })],
    ["units that nobody holds", [stockCheck, foldOfStock], withStock({ reserved: 1 })],
    ["units that are owed", [stockCheck, foldOfStock], withStock({ oversold: 1 })],
    [
      "an order event that is not in Kafka",
      ["order events in Kafka, in order"],
      { orderEvents: observed.orderEvents.slice(1) },
    ],
    [
      "an order event out of its order",
      ["order events in Kafka, in order"],
      { orderEvents: [...observed.orderEvents.slice(1), must(firstOrderEvent)] },
    ],
    [
      "a published event with other data",
      ["order events in Kafka, in order"],
      { orderEvents: observed.orderEvents.with(0, { ...must(firstOrderEvent), data: {} }) },
    ],
    [
      "an event under the wrong key",
      ["stock events in Kafka, in order"],
      { stockEvents: observed.stockEvents.with(0, { ...must(firstStockEvent), key: "other" }) },
    ],
    ["a dead letter that is missing", ["dead letters"], { deadLetters: [] }],
    [
      "a dead letter that nobody expected",
      ["dead letters"],
      { deadLetters: [letter, { ...letter, headers: { ...letter.headers, "dlq-offset": "8" } }] },
    ],
    ["a dead letter with other bytes", ["dead letters"], { deadLetters: [{ ...letter, value: Buffer.from("x") }] }],
    [
      "a dead letter for another reason",
      ["dead letters"],
      { deadLetters: [{ ...letter, headers: { ...letter.headers, "dlq-reason": "TooLarge: it is" } }] },
    ],
    ["messages that are parked still", ["orders with parked messages"], { parked: [orderId] }],
    ["an order that its customer does not see", ["orders listed by customer"], { byCustomer: new Map() }],
    [
      "an order in the list of another status",
      ["orders and sales listed by status"],
      { byStatus: new Map([["Placed", [...observed.byStatus.values()].flat()]]) },
    ],
  ];

  test.each(cases)("%s", (_what, checks, changes) => {
    expect(failing(changes)).toEqual(expect.arrayContaining([...checks]));
  });

  test("an acknowledgement of what is not in the history", () =>
    expect(failing({}, { acknowledged: [{ orderId, version: 2, type: "OrderPlaced" }] })).toEqual([
      "acknowledged events in the history",
    ]));

  test("goods that were received and are not on the shelf", () => {
    const stock = new Map([[item, { ...must(books.stock.get(item)), receivedUnits: 5 }]]);
    expect(failing({}, { stock })).toEqual(["mug: 5 received, 1 back, 2 shipped, 1 over the counter"]);
  });
});
