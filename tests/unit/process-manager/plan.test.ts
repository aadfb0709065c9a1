import { describe, expect, test } from "@jest/globals";
import type { OrderEvent, OrderEventOf } from "../../../actors/order/events.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { planForOrderEvent, remembranceOf } from "../../../services/process-manager/plan/order-events.ts";
import type { Task } from "../../../services/process-manager/plan/task.ts";
import * as example from "../order/examples.ts";
import { histories } from "../order/histories.ts";
import * as sale from "../order/sale/examples.ts";

const at = "2026-01-01T00:00:00.000Z";
const after = (...history: readonly OrderEvent[]): OrderState =>
  history.reduce((state, event) => orderAggregate.evolve(state, event, at), orderAggregate.initial);

const plan = (event: OrderEvent, ...history: readonly OrderEvent[]): readonly Task[] =>
  planForOrderEvent(event, "order-1", after(...history));

const held = (sku: string, quantity: number, round = 1) => ({
  reservationId: `order-1~r${round}`,
  stockItemId: `${sku}~berlin`,
  quantity,
});
const amended: OrderEventOf<"OrderAmended"> = {
  type: "OrderAmended",
  data: {
    lines: [{ ...example.lines[0], lineId: "line-1", taxMinor: 0, includedTaxMinor: 0 }].map((line) => ({
      ...line,
      sku: "cup",
      location: "berlin",
      quantity: 1,
      unitPriceMinor: 250,
      discountMinor: 0,
      taxRatePpm: 0,
    })),
    discountMinor: 0,
    shipping: null,
    pricesIncludeTax: false,
    totalMinor: 250,
    superseded: [{ reservationId: "order-1~r1", sku: "pot", location: "berlin" }],
  },
};
const ignored = (command: string, reference: string): OrderEventOf<"MessageIgnored"> => ({
  type: "MessageIgnored",
  data: { command, reference, reason: "OrderOver" },
});

/** Every event that a history has, and those that none has; under its type, or a name of its own. */
const events: Readonly<Record<string, OrderEvent>> = {
  ...Object.fromEntries(
    Object.values<readonly OrderEvent[]>(histories)
      .flat()
      .map((event) => [event.type, event]),
  ),
  "ReservationRequested, a backorder": example.requested(2, 1, 0, true),
  ShipmentDispatched: example.dispatched("shipment-1", 3, 0),
  CaptureRequested: example.captureRequested("shipment-1", 750),
  PaymentCaptured: example.captured("shipment-1", 750),
  "ShortageResolved, accept": example.resolved("accept"),
  "ShortageResolved, wait": example.resolved("wait"),
  OrderAmended: amended,
  LinesCancelled: example.linesCancelled(1, 0, [held("cup", 1)]),
  "LinesCancelled, of what was not there": example.missingCancelled(1, 0),
  "MessageIgnored, another authorisation": ignored("RecordAuthorisation", "authorisation-2"),
  "MessageIgnored, the order's own authorisation": ignored("RecordAuthorisation", "authorisation-1"),
  "MessageIgnored, a delivery": ignored("RecordDelivery", "shipment-1"),
  ReturnDeclined: example.returnDeclined("return-1"),
};

const states = Object.keys(histories);
const managed = states.filter((name) => name.startsWith("managed "));
const shipped = managed.filter((name) => /^managed (Fulfilling|Completed|Returning)/.test(name));
const in_ = (names: readonly string[], ...kinds: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(names.map((name) => [name, kinds]));

/** Events that tell by themselves what is to be done are handled in whatever became of the order since. */
const whateverItIsNow = ["Withdrawn", ...managed];

/** What is to be done after each event in each state; nothing where no word stands. */
const table: Readonly<Record<string, Record<string, readonly string[]>>> = {
  "ReservationRequested, a backorder": {
    ...in_(whateverItIsNow, "settle"),
    "managed Placed, backorder": ["reserve"],
  },
  ReservationRequested: { ...in_(whateverItIsNow, "settle"), "managed Placed": ["reserve"] },
  "ShortageResolved, wait": in_(["managed Placed, backorder"], "confirm"),
  ShortageResolved: in_(["managed Placed, backorder"], "confirm"),
  OrderAmended: in_(whateverItIsNow, "release"),
  LinesCancelled: {
    ...in_(whateverItIsNow, "releaseParts"),
    "managed Authorised": ["releaseParts", "fulfil"],
  },
  "LinesCancelled, of what was not there": in_(["managed Authorised"], "fulfil"),
  AuthorisationRequested: in_(["managed Reserved"], "authorise"),
  PaymentAuthorised: in_(["managed Authorised"], "fulfil"),
  CaptureRequested: in_(["managed Fulfilling, packed", "managed Fulfilling, back unpaid"], "capture"),
  PaymentCaptured: in_(["managed Fulfilling, captured", "managed Fulfilling, captured, delivered early"], "book"),
  ShipmentDispatched: in_(whateverItIsNow, "commit"),
  CancellationRequested: in_(["managed Cancelling", "managed Cancelling, nothing held"], "undo"),
  ReturnReceived: in_(shipped, "restock"),
  RefundRequested: in_(["managed Returning"], "refund"),
  "MessageIgnored, another authorisation": in_(
    ["Withdrawn", ...managed.filter((name) => !/Placed|AwaitingCustomer/.test(name))],
    "voidLate",
  ),
  "MessageIgnored, the order's own authorisation": in_(
    ["Withdrawn", ...managed.filter((name) => /Reserved|Cancelling|Cancelled|Rejected|Expired/.test(name))],
    "voidLate",
  ),
};

describe("what is to be done", () => {
  test.each(Object.keys(events))("after %s is done in the states that call for it, and in no other", (name) => {
    const event = events[name];
    if (event === undefined) throw new Error(`there is no event ${name}`);
    const planned = Object.entries<readonly OrderEvent[]>(histories).flatMap(([state, history]) => {
      const kinds = plan(event, ...history).map(({ kind }) => kind);
      return kinds.length === 0 ? [] : [[state, kinds] as const];
    });
    expect(Object.fromEntries(planned)).toEqual(table[name] ?? {});
  });

  test("is in the table for no event that does not exist", () => {
    expect(Object.keys(events)).toEqual(expect.arrayContaining(Object.keys(table)));
  });
});

const { placedManaged: placed, requested, reserved, paymentRequested, authorised, planned, packed, captured } = example;
const paid = [placed, requested(1, 3, 1), reserved(3, 1), paymentRequested(), authorised()];

describe("a managed order", () => {
  test("has the lines of one stock item reserved together", () => {
    const both = requested(1, 3, 1);
    const lines = [...both.data.lines, { lineId: "line-3", sku: "cup", location: "berlin", quantity: 2 }];
    const asked: OrderEvent = { ...both, data: { ...both.data, lines } };
    expect(plan(asked, placed, asked)).toEqual([
      {
        kind: "reserve",
        orderId: "order-1",
        reservationId: "order-1~r1",
        backorder: false,
        channel: null,
        items: [
          { sku: "cup", location: "berlin", quantity: 5 },
          { sku: "pot", location: "berlin", quantity: 1 },
        ],
        sparePlaces: orderBounds.holds - 6,
      },
    ]);
  });

  test("has confirmed what it holds, and is planned by location", () => {
    expect(plan(authorised(), ...paid)).toEqual([
      {
        kind: "fulfil",
        orderId: "order-1",
        holds: [
          { reservationId: "order-1~r1", stockItemId: "cup~berlin", quantity: 3 },
          { reservationId: "order-1~r1", stockItemId: "pot~berlin", quantity: 1 },
        ],
        fulfilments: [
          {
            fulfilmentId: "order-1~f1",
            location: "berlin",
            lines: [
              { lineId: "line-1", quantity: 3 },
              { lineId: "line-2", quantity: 1 },
            ],
          },
        ],
      },
    ]);
  });

  test("is asked for what it requested, and nothing else", () => {
    const [task] = plan(paymentRequested(), ...paid.slice(0, -1));
    expect(task).toEqual({
      kind: "authorise",
      orderId: "order-1",
      requestId: "order-1~a1",
      amountMinor: 1_750,
      currency: "EUR",
    });
    expect(plan(paymentRequested(1_750, 2), ...paid.slice(0, -1))).toEqual([]);
  });

  test("pays for a shipment what that is worth, and has it sent when it is paid", () => {
    const sent = [...paid, planned, packed("shipment-1", 3, 0, 750), example.captureRequested("shipment-1", 750)];
    expect(plan(example.captureRequested("shipment-1", 750), ...sent)).toEqual([
      {
        kind: "capture",
        orderId: "order-1",
        requestId: "order-1~shipment-1~c1",
        authorisationId: "authorisation-1",
        shipmentId: "shipment-1",
        amountMinor: 750,
        currency: "EUR",
      },
    ]);
    const again = [...sent, example.captureDeclined("shipment-1"), example.captureRequested("shipment-1", 750, 2)];
    expect(plan(example.captureRequested("shipment-1", 750), ...again)).toEqual([]);
    expect(plan(example.captureRequested("shipment-1", 750, 2), ...again)).toMatchObject([
      { kind: "capture", requestId: "order-1~shipment-1~c2" },
    ]);
    expect(plan(captured("shipment-1", 750), ...sent, captured("shipment-1", 750))).toEqual([
      {
        kind: "book",
        orderId: "order-1",
        shipmentId: "shipment-1",
        lines: [{ lineId: "line-1", quantity: 3 }],
        isReported: false,
      },
    ]);
    expect(plan(captured("shipment-2", 750), ...sent, captured("shipment-1", 750))).toEqual([]);
  });

  test("gives back everything that it holds or may yet be given, and lets go of the money", () => {
    expect(plan(example.cancelling(), ...paid, example.cancelling())).toEqual([
      {
        kind: "undo",
        orderId: "order-1",
        reservations: [
          { reservationId: "order-1~r1", sku: "cup", location: "berlin" },
          { reservationId: "order-1~r1", sku: "pot", location: "berlin" },
        ],
        heldIds: ["order-1~r1"],
        money: { kind: "authorised", authorisationId: "authorisation-1" },
      },
    ]);
  });

  test.each([
    ["nothing was asked for", [placed, requested(1, 3, 1)], { kind: "none" }],
    ["nothing is to be paid", [placed, requested(1, 3, 1), reserved(3, 1), paymentRequested(0)], { kind: "none" }],
    ["it was asked for", paid.slice(0, -1), { kind: "asked" }],
    ["it was declined", [...paid.slice(0, -1), example.declined(false)], { kind: "asked" }],
  ])("that is cancelled when %s has the provider let go of what may be there", (_, history, money) => {
    expect(plan(example.cancelling(), ...history, example.cancelling())).toMatchObject([{ kind: "undo", money }]);
  });

  test("lets go of what is left of its authorisation when it is complete, once", () => {
    const { completed, voided } = example;
    const last = [...histories["managed Completed"]];
    expect(plan(completed, ...last)).toEqual([]);
    const cheaper = last.map((event) =>
      event.type === "PaymentCaptured" ? { ...event, data: { ...event.data, amountMinor: 100 } } : event,
    );
    expect(plan(completed, ...cheaper)).toEqual([
      { kind: "voidRest", orderId: "order-1", authorisationId: "authorisation-1" },
    ]);
    expect(plan(completed, ...cheaper, voided(1_550))).toEqual([]);
  });

  test("has what was sold again restocked where it came from, and not what is damaged or lost", () => {
    const [received] = histories["managed Returning"].filter(({ type }) => type === "ReturnReceived");
    if (received?.type !== "ReturnReceived") throw new Error("nothing was returned");
    const restocked = { kind: "restock", items: [{ sku: "cup", location: "berlin", quantity: 1 }] };
    expect(plan(received, ...histories["managed Returning"])).toEqual([restocked]);
    for (const condition of ["damaged", "lost"] as const) {
      const lines = received.data.lines.map((line) => ({ ...line, condition }));
      expect(plan({ ...received, data: { ...received.data, lines } }, ...histories["managed Returning"])).toEqual([]);
    }
  });
});

const ofSale = (event: OrderEvent, ...history: readonly OrderEvent[]) =>
  planForOrderEvent(event, sale.saleId, after(...history));

describe("a sale", () => {
  test("has its goods taken once it is complete, also when it was voided since, and then put back", () => {
    const { recorded, tenderedCash, tenderedCard, completed, takenBack, voided } = sale;
    const complete = [recorded, tenderedCash, tenderedCard, completed];
    const items = recorded.data.lines.map(({ sku, location, quantity }) => ({ sku, location, quantity }));
    expect(ofSale(completed, ...complete)).toEqual([{ kind: "takeSold", saleId: sale.saleId, items }]);
    expect(ofSale(completed, ...complete, takenBack)).toEqual([{ kind: "takeSold", saleId: sale.saleId, items }]);
    expect(ofSale(takenBack, ...complete, takenBack)).toEqual([{ kind: "restock", items }]);
    expect(ofSale(voided, recorded, voided)).toEqual([]);
  });

  test("of goods that are kept elsewhere touches no stock", () => {
    const { recorded, tenderedCash, tenderedCard, completed } = sale;
    const elsewhere: OrderEvent = { ...recorded, data: { ...recorded.data, fulfilment: "external" } };
    const state = after(elsewhere, tenderedCash, tenderedCard, completed);
    expect(planForOrderEvent(completed, sale.saleId, state)).toEqual([]);
  });
});

describe("an order of the first kind", () => {
  test("is reserved under its own id, since it was placed without asking for that", () => {
    expect(plan(placed, placed)).toEqual([
      {
        kind: "reserve",
        orderId: "order-1",
        reservationId: "order-1",
        backorder: false,
        channel: null,
        items: [
          { sku: "cup", location: "berlin", quantity: 3 },
          { sku: "pot", location: "berlin", quantity: 1 },
        ],
        sparePlaces: orderBounds.holds - 4,
      },
    ]);
    expect([remembranceOf(placed, 1), remembranceOf(placed, 2)]).toEqual(["order", "nothing"]);
  });

  test("is asked to request its payment, since it was reserved without doing so", () => {
    const all: OrderEvent = { type: "LinesReserved", data: { reservationId: "order-1", lines: "all" } };
    expect(plan(all, placed, all)).toEqual([{ kind: "requestPayment", orderId: "order-1" }]);
    expect([remembranceOf(all, 1), remembranceOf(all, 2)]).toEqual(["order", "nothing"]);
  });

  test("has the goods of a shipment committed by whole lines", () => {
    const all: OrderEvent = { type: "LinesReserved", data: { reservationId: "order-1", lines: "all" } };
    const data = { shipmentId: "s1", carrier: "p", trackingNumber: "t", lines: { whole: ["line-1"] }, commits: [] };
    const sent: OrderEvent = { type: "ShipmentDispatched", data };
    const captured = {
      type: "PaymentCaptured",
      data: { shipmentId: "s1", captureId: "s1", amountMinor: 750 },
    } as const;
    expect(plan(sent, placed, all, authorised(), captured, sent)).toEqual([
      { kind: "commit", commitId: "s1", units: [{ reservationId: "order-1", stockItemId: "cup~berlin", quantity: 3 }] },
    ]);
  });
});

describe("an event that cannot be handled now", () => {
  test("is kept itself, unless the order goes on saying that it waits for it", () => {
    const kept = Object.entries(events).filter(([, event]) => remembranceOf(event, 9) === "event");
    expect(kept.map(([name]) => name).toSorted()).toEqual([
      "LinesCancelled",
      "LinesCancelled, of what was not there",
      "MessageIgnored, another authorisation",
      "MessageIgnored, the order's own authorisation",
      "OrderAmended",
      "ReservationRequested, a backorder",
      "ReturnReceived",
      "ShipmentDispatched",
      "ShortageResolved",
      "ShortageResolved, accept",
      "ShortageResolved, wait",
    ]);
  });
});
