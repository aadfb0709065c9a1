import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";
import type { HistoryName } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { requestCancel, cancelUnits, cancelling, cancelled, linesCancelled, heldAt, expire, expired } = example;
const { completeCancel, voided, released, packed, planned } = example;
const over = ["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const;

const paymentAfter = (name: HistoryName) => stateAfter(orderAggregate, [...histories[name], cancelling()]);

describe("a cancel", () => {
  test.each([
    "managed Placed",
    "managed Placed, backorder",
    "managed AwaitingCustomer",
    "managed Reserved",
    "managed Authorised",
    "managed Fulfilling, planned",
    "managed Fulfilling, picked",
  ] as const)("begins, since what is held has to be given back: %s", (name) =>
    given(...histories[name])
      .when(requestCancel)
      .then(cancelling()),
  );
  test.each(["external Placed", "external AwaitingCustomer", "external Reserved", "external Authorised"] as const)(
    "of an external order is done at once: %s",
    (name) =>
      given(...histories[name])
        .when(requestCancel)
        .then(cancelled),
  );
  test.each(["managed Fulfilling, packed", "managed Completed", "managed Returning", "external Fulfilling"] as const)(
    "comes too late once something is packed: %s",
    (name) =>
      given(...histories[name])
        .when(requestCancel)
        .thenRejected("AlreadyPacked"),
  );
  test.each(over)("told again changes nothing: %s", (name) => {
    given(...histories[name])
      .when({ ...requestCancel, reason: "another one" })
      .thenNothing();
    given(...histories[name])
      .when(cancelUnits(1, 0))
      .thenNothing();
  });
  test("keeps what is held until it is given back", () =>
    expect(stateAfter(orderAggregate, histories["managed Cancelling"])).toMatchObject({
      status: "Cancelling",
      cause: "customer",
      reason: example.reason,
      holds: [{ quantity: 3 }, { quantity: 1 }],
      payment: { status: "authorised", authorisedMinor: 1_750 },
      lines: [{ reserved: 3, cancelled: 0 }, { reserved: 1 }],
    }));
  test("keeps a payment that is under way", () => {
    expect(paymentAfter("managed Placed")).toMatchObject({ payment: { status: "none" } });
    expect(paymentAfter("managed AwaitingCustomer")).toMatchObject({ payment: { status: "none" } });
    expect(paymentAfter("managed Reserved")).toMatchObject({ payment: { status: "requested" } });
    expect(paymentAfter("managed Reserved, declined")).toMatchObject({ payment: { status: "declined" } });
    expect(paymentAfter("managed Fulfilling, planned")).toMatchObject({ payment: { status: "authorised" } });
  });
  test("cannot take back what is packed, whatever history says", () => {
    const history = histories["managed Fulfilling, packed"];
    expect(stateAfter(orderAggregate, [...history, cancelling()])).toEqual(stateAfter(orderAggregate, history));
    expect(stateAfter(orderAggregate, [...history, cancelled])).toEqual(stateAfter(orderAggregate, history));
  });
});

describe("the cancel of single units", () => {
  test("releases what is held for them", () => {
    for (const name of ["managed Reserved", "managed Authorised", "managed Fulfilling, planned"] as const) {
      given(...histories[name])
        .when(cancelUnits(2, 0))
        .then(linesCancelled(2, 0, heldAt(2, 0)));
      given(...histories[name])
        .when(cancelUnits(2, 1))
        .then(linesCancelled(2, 1, [...heldAt(0, 1), ...heldAt(2, 0)]));
    }
    expect(
      stateAfter(orderAggregate, [...histories["managed Authorised"], linesCancelled(2, 0, heldAt(2, 0))]),
    ).toMatchObject({
      status: "Authorised",
      lines: [
        { quantity: 3, open: 0, reserved: 1, cancelled: 2 },
        { reserved: 1, cancelled: 0 },
      ],
      holds: [{ lineId: "line-1", quantity: 1 }, { lineId: "line-2" }],
      payment: { authorisedMinor: 1_750 },
    });
  });
  test("of an external order has nothing to release", () => {
    for (const name of [
      "external Placed",
      "external Reserved",
      "external Authorised",
      "external Fulfilling",
    ] as const) {
      given(...histories[name])
        .when(cancelUnits(0, 1))
        .then(linesCancelled(0, 1));
    }
  });
  test("takes open units first", () => {
    const history: OrderEvent[] = [
      ...histories["external AwaitingCustomer"],
      example.resolved("wait"),
      linesCancelled(2, 0),
    ];
    // One unit was open and two were reserved: with the open one gone, everything that is left is reserved.
    expect(stateAfter(orderAggregate, history)).toMatchObject({
      status: "Reserved",
      lines: [
        { open: 0, reserved: 1, cancelled: 2 },
        { open: 0, reserved: 1 },
      ],
    });
    expect(stateAfter(orderAggregate, [example.placedExternal, linesCancelled(2, 0)])).toMatchObject({
      status: "Placed",
      lines: [{ open: 1, reserved: 0, cancelled: 2 }, { open: 1 }],
    });
  });
  test("of everything that is left is that of the order", () => {
    given(...histories["managed Reserved"])
      .when(cancelUnits(3, 1))
      .then(cancelling());
    given(...histories["managed Placed"])
      .when(cancelUnits(3, 1))
      .then(cancelling());
    given(...histories["managed AwaitingCustomer"])
      .when(cancelUnits(3, 1))
      .then(cancelling());
    given(...histories["managed Authorised"], linesCancelled(2, 0, heldAt(2, 0)))
      .when(cancelUnits(1, 1))
      .then(cancelling());
    given(...histories["external Authorised"])
      .when(cancelUnits(3, 1))
      .then(cancelled);
  });
  test("leaves what is packed", () => {
    const history = [...histories["managed Authorised"], planned, packed("shipment-1", 2, 0, 500)];
    given(...history)
      .when(cancelUnits(1, 1))
      .then(linesCancelled(1, 1, [...heldAt(0, 1), ...heldAt(1, 0)]));
    given(...history)
      .when(cancelUnits(2, 0))
      .thenRejected("CancelExceedsOpen");
    expect(
      stateAfter(orderAggregate, [...history, linesCancelled(1, 1, [...heldAt(0, 1), ...heldAt(1, 0)])]),
    ).toMatchObject({
      lines: [
        { reserved: 2, packed: 2, cancelled: 1 },
        { reserved: 0, cancelled: 1 },
      ],
      holds: [{ lineId: "line-1", quantity: 2 }],
      fulfilments: [
        {
          lines: [
            { lineId: "line-1", planned: 2, picked: 2, packed: 2 },
            { lineId: "line-2", planned: 0, picked: 0, packed: 0 },
          ],
        },
      ],
    });
  });
  test("takes them from the last fulfilments, and puts picked ones back", () => {
    const plan: OrderEvent = {
      type: "FulfilmentPlanned",
      data: {
        fulfilments: [
          { fulfilmentId: "f1", location: "berlin", lines: [{ lineId: "line-1", quantity: 2 }] },
          {
            fulfilmentId: "f2",
            location: "berlin",
            lines: [
              { lineId: "line-1", quantity: 1 },
              { lineId: "line-2", quantity: 1 },
            ],
          },
        ],
      },
    };
    const picked: OrderEvent = {
      type: "LinesPicked",
      data: { pickId: null, fulfilmentId: "f1", lines: [{ lineId: "line-1", quantity: 2 }] },
    };
    const history = [...histories["managed Authorised"], plan, picked, linesCancelled(2, 0, heldAt(2, 0))];
    expect(stateAfter(orderAggregate, history)).toMatchObject({
      fulfilments: [
        { fulfilmentId: "f1", lines: [{ planned: 1, picked: 1, packed: 0 }] },
        { fulfilmentId: "f2", lines: [{ planned: 0 }, { planned: 1 }] },
      ],
    });
  });
  test("is of lines of the order, and of no more than can be", () => {
    given(...histories["managed Reserved"])
      .when({ ...requestCancel, lines: [{ lineId: "line-9", quantity: 1 }] })
      .thenRejected("UnknownLine");
    given(...histories["managed Reserved"])
      .when(cancelUnits(4, 0))
      .thenRejected("CancelExceedsOpen");
    given(...histories["managed Fulfilling, all dispatched"])
      .when(cancelUnits(1, 0))
      .thenRejected("CancelExceedsOpen");
  });
  test("has to wait for the reservation, and for the customer", () => {
    given(...histories["managed Placed"])
      .when(cancelUnits(1, 0))
      .thenRejected("ReservationPending");
    given(...histories["managed AwaitingCustomer"])
      .when(cancelUnits(1, 0))
      .thenRejected("AwaitingCustomer");
    given(...histories["external AwaitingCustomer"])
      .when(cancelUnits(1, 0))
      .thenRejected("AwaitingCustomer");
  });
  test("comes too late when the order is complete", () => {
    for (const name of ["managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(cancelUnits(1, 0))
        .thenRejected("AlreadyPacked");
    }
  });
  test("completes an order of which the rest has arrived", () =>
    given(...histories["managed Fulfilling, delivered"])
      .when(cancelUnits(0, 1))
      .then(linesCancelled(0, 1, heldAt(0, 1)), example.completed));
});

describe("an order that takes too long", () => {
  test.each(["managed Placed", "managed AwaitingCustomer", "managed Reserved"] as const)("is given up: %s", (name) =>
    given(...histories[name])
      .whenProcessManager(expire)
      .then(cancelling("expired", "took too long")),
  );
  test.each(["external Placed", "external AwaitingCustomer", "external Reserved"] as const)(
    "expires at once if it is external: %s",
    (name) => {
      given(...histories[name])
        .when(expire)
        .then(expired);
      given(...histories[name])
        .whenProcessManager(expire)
        .thenRejected("ExternalOrder");
      expect(stateAfter(orderAggregate, [...histories[name], expired])).toMatchObject({
        status: "Expired",
        reason: "took too long",
      });
    },
  );
  test.each(["managed Authorised", "managed Fulfilling, planned", "managed Completed", "managed Returning"] as const)(
    "goes on once it is paid: %s",
    (name) =>
      given(...histories[name])
        .whenProcessManager(expire)
        .thenRejected("AlreadyAuthorised"),
  );
  test.each(over)("changes nothing when it is over: %s", (name) =>
    given(...histories[name])
      .whenProcessManager(expire)
      .thenNothing(),
  );
  test("is the driver's to give up", () =>
    given(...histories["managed Placed"])
      .when(expire)
      .thenRejected("ManagedOrder"));
});

describe("the end of a cancel", () => {
  const held = histories["managed Cancelling"];
  test("comes when nothing is held any more", () => {
    given(...held)
      .whenProcessManager(completeCancel)
      .thenRejected("StillHolding");
    given(...held, released(3, 1))
      .whenProcessManager(completeCancel)
      .thenRejected("StillHolding");
    given(...held, voided(1_750))
      .whenProcessManager(completeCancel)
      .thenRejected("StillHolding");
    given(...held, released(3, 1), voided(1_749))
      .whenProcessManager(completeCancel)
      .thenRejected("StillHolding");
    given(...held, released(3, 1), voided(1_750))
      .whenProcessManager(completeCancel)
      .then(cancelled);
  });
  test("does not wait for a payment that was never authorised", () =>
    given(...histories["managed Placed"], cancelling())
      .whenProcessManager(completeCancel)
      .then(cancelled));
  test("says what became of the order", () => {
    const placed = histories["managed Placed"];
    const ended = (cause: Parameters<typeof cancelling>[0]) =>
      given(...placed, cancelling(cause, "so it is")).whenProcessManager(completeCancel);
    ended("customer").then({ type: "OrderCancelled", data: { reason: "so it is" } });
    ended("shortageRefused").then({ type: "OrderCancelled", data: { reason: "so it is" } });
    ended("expired").then({ type: "OrderExpired", data: { reason: "so it is" } });
    ended("paymentDeclined").then({
      type: "OrderRejected",
      data: { cause: "paymentDeclined", reason: "so it is" },
    });
    ended("reservationRejected").then({
      type: "OrderRejected",
      data: { cause: "reservationRejected", reason: "so it is" },
    });
  });
  test("leaves every unit cancelled", () => {
    for (const [name, status] of [
      ["managed Cancelled", "Cancelled"],
      ["managed Rejected", "Rejected"],
      ["managed Expired", "Expired"],
    ] as const) {
      const state = stateAfter(orderAggregate, histories[name]);
      expect(state).toMatchObject({
        status,
        lines: [
          { open: 0, reserved: 0, cancelled: 3 },
          { open: 0, reserved: 0, cancelled: 1 },
        ],
      });
      for (const gone of ["holds", "payment", "reservation"]) expect(state).not.toHaveProperty(gone);
    }
    expect(
      stateAfter(orderAggregate, [...histories["external Authorised"], linesCancelled(1, 0), cancelled]),
    ).toMatchObject({ lines: [{ cancelled: 3 }, { cancelled: 1 }] });
    expect(stateAfter(orderAggregate, histories["external Rejected"])).toMatchObject({
      status: "Rejected",
      cause: "reservationRejected",
      reason: "lost in the warehouse",
    });
  });
  test("told again changes nothing", () => {
    for (const name of ["managed Cancelled", "managed Rejected", "managed Expired"] as const) {
      given(...histories[name])
        .whenProcessManager(completeCancel)
        .thenNothing();
    }
  });
  test("needs someone to have asked for it", () => {
    for (const name of [
      "managed Placed",
      "managed AwaitingCustomer",
      "managed Reserved",
      "managed Authorised",
      "managed Fulfilling, planned",
      "managed Completed",
      "managed Returning",
    ] as const) {
      given(...histories[name])
        .whenProcessManager(completeCancel)
        .thenRejected("CancelNotRequested");
    }
  });
  test("is the process manager's", () => {
    given(...held)
      .when(completeCancel)
      .thenRejected("NotForOutside");
    given(...histories["external Placed"])
      .whenProcessManager(completeCancel)
      .thenRejected("ExternalOrder");
  });
});
