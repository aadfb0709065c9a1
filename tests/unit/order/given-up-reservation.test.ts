import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { placedExternal, reserved, authorised, planned } = example;
const placed = histories["managed Placed"];

describe("a rejected reservation", () => {
  const { rejectReservation, reservationRejected, cancelling, rejected } = example;
  const given_up = cancelling("reservationRejected", "lost in the warehouse");
  test.each([
    "managed Placed",
    "managed AwaitingCustomer",
    "managed Reserved",
    "managed Authorised",
    "managed Fulfilling, planned",
  ] as const)("gives a managed order up: %s", (name) =>
    given(...histories[name])
      .whenProcessManager(rejectReservation)
      .then(reservationRejected, given_up),
  );
  test.each(["external Placed", "external AwaitingCustomer", "external Reserved", "external Authorised"] as const)(
    "ends an external order at once: %s",
    (name) =>
      given(...histories[name])
        .when(rejectReservation)
        .then(reservationRejected, rejected),
  );
  test("may be one of an earlier round that still holds something", () => {
    const history = histories["managed Placed, backorder"];
    given(...history)
      .whenProcessManager(rejectReservation)
      .then(reservationRejected, given_up);
    given(...history)
      .whenProcessManager({ ...rejectReservation, reservationId: "order-1~r3" })
      .thenRejected("ReservationSuperseded");
    given(...history, reserved(1, 0, 2))
      .whenProcessManager(rejectReservation)
      .then(reservationRejected, given_up);
  });
  test("does not matter if it was given up for another one before", () => {
    const amendment = orderAggregate.decide(
      { type: "AmendOrder", lines: example.lines.slice(0, 1), discountMinor: 0, pricesIncludeTax: false },
      stateAfter(orderAggregate, histories["external Reserved"]),
      { streamId: example.orderId, commandId: "c", at: "2026-01-01T00:00:00.000Z", issuer: "outside" },
    );
    const events = amendment.outcome === "accepted" ? amendment.events : [];
    given(...histories["external Reserved"], ...events)
      .when(rejectReservation)
      .thenRejected("ReservationSuperseded");
  });
  test("comes too late once something is packed", () => {
    for (const name of ["managed Fulfilling, packed", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .whenProcessManager(rejectReservation)
        .thenRejected("AlreadyPacked");
    }
  });
  test("changes nothing of an order that is given up already", () => {
    for (const name of ["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const) {
      given(...histories[name])
        .whenProcessManager(rejectReservation)
        .thenNothing();
    }
  });
  test("is the driver's to tell", () => {
    given(...placed)
      .when(rejectReservation)
      .thenRejected("ManagedOrder");
    given(placedExternal).whenProcessManager(rejectReservation).thenRejected("ExternalOrder");
  });
});

describe("the release of a reservation", () => {
  const { release, released, cancelling } = example;
  const twoRounds = [...histories["managed Placed, backorder"], reserved(1, 0, 2), authorised(), planned, cancelling()];
  test("gives up what stock items hold under it, and that alone", () => {
    given(...twoRounds)
      .whenProcessManager(release(1))
      .then(released(2, 1, 1));
    given(...twoRounds)
      .whenProcessManager(release(2))
      .then(released(1, 0, 2));
    expect(stateAfter(orderAggregate, [...twoRounds, released(2, 1, 1)])).toMatchObject({
      status: "Cancelling",
      lines: [
        { open: 2, reserved: 1 },
        { open: 1, reserved: 0 },
      ],
      holds: [{ reservationId: "order-1~r2", quantity: 1 }],
    });
  });
  test("changes nothing if nothing is held under it", () => {
    given(...twoRounds, released(2, 1, 1))
      .whenProcessManager(release(1))
      .thenNothing();
    for (const name of ["managed Cancelled", "managed Rejected", "managed Expired"] as const) {
      given(...histories[name])
        .whenProcessManager(release(1))
        .thenNothing();
    }
  });
  test("is for orders that are being cancelled", () => {
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
        .whenProcessManager(release(1))
        .thenRejected("CancelNotRequested");
    }
  });
  test("is the process manager's", () => {
    given(...twoRounds)
      .when(release(1))
      .thenRejected("NotForOutside");
    given(placedExternal).whenProcessManager(release(1)).thenRejected("ExternalOrder");
    given(placedExternal).when(release(1)).thenRejected("NotForOutside");
  });
});
