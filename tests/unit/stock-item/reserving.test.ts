import { describe, expect, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { specificationOf, specificationTime, stateAfter } from "../../support/specification.ts";
import { later } from "./decision-examples.ts";
import {
  backordered,
  committed,
  confirm,
  confirmed,
  denied,
  expired,
  filled,
  partlyReserved,
  partReleased,
  receive,
  received,
  released,
  reserve,
  reserved,
} from "./examples.ts";

const { given } = specificationOf(stockItemAggregate, "cup~berlin");
const other = "reservation-2";

const ended: [string, StockItemEvent[]][] = [
  ["released", [reserved(8), released(8)]],
  ["committed", [reserved(8), committed(8)]],
  ["expired", [reserved(8, "reservation-1", later), expired(8)]],
  ["denied", [denied(30, 20)]],
  ["released before it came", [released(0)]],
];

describe("reserving all", () => {
  test("takes what is available", () => given(received(10)).whenProcessManager(reserve(10)).then(reserved(10)));
  test("takes it for a time", () =>
    given(received(10))
      .whenProcessManager(reserve(10, "reservation-1", "all", later))
      .then(reserved(10, "reservation-1", later)));
  test("takes nothing if it is not all there, and says what is", () => {
    given(received(10)).whenProcessManager(reserve(11)).then(denied(11, 10));
    given(received(10), reserved(8))
      .whenProcessManager(reserve(3, other))
      .then(denied(3, 2, other));
    given(received(10), reserved(8)).whenProcessManager(reserve(2, other)).then(reserved(2, other));
  });
  test("takes nothing of an item that nobody knows", () => given().whenProcessManager(reserve(1)).then(denied(1, 0)));
});

describe("reserving a part", () => {
  test("takes all if it is there", () =>
    given(received(10))
      .whenProcessManager(reserve(10, other, "partial", later))
      .then(reserved(10, other, later)));
  test("takes what is there", () =>
    given(received(10), reserved(8))
      .whenProcessManager(reserve(3, other, "partial", later))
      .then(partlyReserved(2, 3, other, later)));
  test("takes nothing if nothing is there", () => {
    given(received(10), reserved(10))
      .whenProcessManager(reserve(3, other, "partial"))
      .then(denied(3, 0, other));
    given()
      .whenProcessManager(reserve(3, other, "partial"))
      .then(denied(3, 0, other));
  });
});

describe("reserving with a backorder", () => {
  test("takes all if it is there", () =>
    given(received(10))
      .whenProcessManager(reserve(10, other, "backorder"))
      .then(reserved(10, other)));
  test("takes what is there and waits for the rest", () =>
    given(received(10), reserved(8))
      .whenProcessManager(reserve(3, other, "backorder", later))
      .then(partlyReserved(2, 3, other, later), backordered(1, other, later)));
  test("waits for all if nothing is there, be the item unknown", () => {
    given(received(10), reserved(10))
      .whenProcessManager(reserve(3, other, "backorder"))
      .then(backordered(3, other));
    given()
      .whenProcessManager(reserve(3, other, "backorder", later))
      .then(backordered(3, other, later));
  });
});

describe("a repeated reservation", () => {
  const half: StockItemEvent[] = [received(4), partlyReserved(4, 8)];
  const waiting: StockItemEvent[] = [...half, backordered(4)];
  test("changes nothing, in whatever mode it could have been made", () => {
    for (const mode of ["all", "partial", "backorder"] as const) {
      given(received(10), reserved(8))
        .whenProcessManager(reserve(8, "reservation-1", mode))
        .thenNothing();
      given(...waiting, received(4, "receipt-2"), filled(4))
        .whenProcessManager(reserve(8, "reservation-1", mode))
        .thenNothing();
    }
    given(...half)
      .whenProcessManager(reserve(8, "reservation-1", "partial"))
      .thenNothing();
    given(...waiting)
      .whenProcessManager(reserve(8, "reservation-1", "backorder"))
      .thenNothing();
  });
  test("changes nothing after it was committed, released or confirmed in part", () => {
    const parts = [received(10), reserved(8, "reservation-1", later), confirmed(), committed(3), partReleased(2)];
    given(...parts)
      .whenProcessManager(reserve(8, "reservation-1", "all", later))
      .thenNothing();
    given(...half, committed(3))
      .whenProcessManager(reserve(8, "reservation-1", "partial"))
      .thenNothing();
    given(...half, committed(3))
      .whenProcessManager(reserve(8))
      .thenRejected("ReservationMismatch");
  });
  test("of another quantity is another one, and refused", () => {
    given(received(10), reserved(8)).whenProcessManager(reserve(7)).thenRejected("ReservationMismatch");
    given(...half)
      .whenProcessManager(reserve(4, "reservation-1", "partial"))
      .thenRejected("ReservationMismatch");
    given(...waiting)
      .whenProcessManager(reserve(4, "reservation-1", "backorder"))
      .thenRejected("ReservationMismatch");
  });
  test("in a mode that would have come out differently is another one, and refused", () => {
    given(...half)
      .whenProcessManager(reserve(8))
      .thenRejected("ReservationMismatch");
    given(...half)
      .whenProcessManager(reserve(8, "reservation-1", "backorder"))
      .thenRejected("ReservationMismatch");
    given(...waiting)
      .whenProcessManager(reserve(8))
      .thenRejected("ReservationMismatch");
    given(...waiting)
      .whenProcessManager(reserve(8, "reservation-1", "partial"))
      .thenRejected("ReservationMismatch");
  });
  test.each(ended)("that was %s is refused", (_, history) => {
    given(received(20), ...history)
      .whenProcessManager(reserve(8))
      .thenRejected("ReservationEnded");
    given(received(20), ...history)
      .whenProcessManager(reserve(30))
      .thenRejected("ReservationEnded");
  });
  test("is refused before the first goods and after them, if it was denied or released before it came", () => {
    for (const before of [released(0), denied(8, 0)]) {
      given(before).whenProcessManager(reserve(8)).thenRejected("ReservationEnded");
      given(before).when(receive(20)).then(received(20));
      given(before, received(20)).whenProcessManager(reserve(8)).thenRejected("ReservationEnded");
      given(before, received(20)).whenProcessManager(reserve(8, other)).then(reserved(8, other));
    }
  });
});

describe("confirming a reservation", () => {
  const open = [received(10), reserved(8, "reservation-1", later)];
  test("keeps it beyond its time", () => {
    given(...open)
      .whenProcessManager(confirm())
      .then(confirmed());
    expect(stateAfter(stockItemAggregate, [...open, confirmed()])).toMatchObject({
      openReservations: [{ reservationId: "reservation-1", held: 8, expiresAt: null }],
      updatedAt: specificationTime,
    });
  });
  test("keeps one that waits too, and of several the one that is named", () => {
    given(backordered(4, "reservation-1", later))
      .whenProcessManager(confirm())
      .then(confirmed());
    const two = [received(10), reserved(2, other, later), reserved(8, "reservation-1", later), confirmed()];
    given(...two)
      .whenProcessManager(confirm(other))
      .then(confirmed(other));
  });
  test("changes nothing where nothing expires", () => {
    given(...open, confirmed())
      .whenProcessManager(confirm())
      .thenNothing();
    given(received(10), reserved(8)).whenProcessManager(confirm()).thenNothing();
  });
  test.each(ended)("that was %s is refused", (_, history) =>
    given(received(20), ...history)
      .whenProcessManager(confirm())
      .thenRejected("ReservationEnded"),
  );
  test("is refused where there is none", () => {
    given().whenProcessManager(confirm()).thenRejected("StockItemUnknown");
    given(received(10)).whenProcessManager(confirm()).thenRejected("UnknownReservation");
  });
});
