import { describe, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { specificationOf } from "../../support/specification.ts";
import { later } from "./decision-examples.ts";
import {
  backordered,
  commit,
  committed,
  denied,
  expired,
  partlyReserved,
  partReleased,
  received,
  release,
  released,
  releasePart,
  reserve,
  reserved,
} from "./examples.ts";

const { given } = specificationOf(stockItemAggregate, "cup~berlin");
const open = [received(10), reserved(8)];

const ended: [string, StockItemEvent[]][] = [
  ["released", [reserved(8), released(8)]],
  ["committed", [reserved(8), committed(8)]],
  ["expired", [reserved(8, "reservation-1", later), expired(8)]],
  ["denied", [denied(30, 20)]],
  ["released before it came", [released(0)]],
];

describe("releasing a reservation", () => {
  test("makes all of it available again", () => {
    given(...open)
      .whenProcessManager(release())
      .then(released(8));
    given(...open, released(8))
      .whenProcessManager(reserve(10, "reservation-2"))
      .then(reserved(10, "reservation-2"));
  });
  test("makes what has not left it available again", () => {
    given(...open, committed(3))
      .whenProcessManager(release())
      .then(released(5));
    given(...open, partReleased(3))
      .whenProcessManager(release())
      .then(released(5));
  });
  test("ends its wait", () => {
    const waiting = [received(1), partlyReserved(1, 4), backordered(3)];
    given(...waiting)
      .whenProcessManager(release())
      .then(released(1));
    given(backordered(3)).whenProcessManager(release()).then(released(0));
    given(backordered(3), released(0)).whenProcessManager(release()).thenNothing();
  });
  test("that never came ends it beforehand, once, also where nothing was ever received", () => {
    given(received(10)).whenProcessManager(release()).then(released(0));
    given().whenProcessManager(release()).then(released(0));
    given(released(0)).whenProcessManager(release()).thenNothing();
    given(released(0)).whenProcessManager(release("reservation-2")).then(released(0, "reservation-2"));
    given(released(0), received(10)).whenProcessManager(release()).thenNothing();
  });
  test.each(ended)("that was %s changes nothing", (_, history) =>
    given(received(20), ...history)
      .whenProcessManager(release())
      .thenNothing(),
  );
});

describe("releasing a part of a reservation", () => {
  test("makes it available and keeps the rest", () => {
    given(...open)
      .whenProcessManager(releasePart(3))
      .then(partReleased(3));
    given(...open, partReleased(3))
      .whenProcessManager(reserve(5, "reservation-2"))
      .then(reserved(5, "reservation-2"));
    given(...open, partReleased(3))
      .whenProcessManager(commit(6))
      .thenRejected("CommitExceedsReservation");
    given(...open, partReleased(3))
      .whenProcessManager(commit(5))
      .then(committed(5));
  });
  test("that is all it holds ends it", () => {
    given(...open, partReleased(3))
      .whenProcessManager(releasePart(5, "release-2"))
      .then(partReleased(5, "release-2"));
    given(...open, partReleased(8))
      .whenProcessManager(reserve(8))
      .thenRejected("ReservationEnded");
  });
  test("never gives more than it holds", () => {
    given(...open)
      .whenProcessManager(releasePart(9))
      .thenRejected("ReleaseExceedsReservation");
    given(...open, committed(3))
      .whenProcessManager(releasePart(6))
      .thenRejected("ReleaseExceedsReservation");
    given(...open, committed(3))
      .whenProcessManager(releasePart(5))
      .then(partReleased(5));
  });
  test("is ignored when it is repeated, before and after the end", () => {
    given(...open, partReleased(3))
      .whenProcessManager(releasePart(3))
      .thenNothing();
    given(...open, partReleased(3), released(5))
      .whenProcessManager(releasePart(3))
      .thenNothing();
  });
  test("is refused when it is repeated with another quantity", () => {
    given(...open, partReleased(3))
      .whenProcessManager(releasePart(2))
      .thenRejected("ReleaseMismatch");
    given(...open, partReleased(3), released(5))
      .whenProcessManager(releasePart(2))
      .thenRejected("ReleaseMismatch");
  });
  test("is told from a commit of the same id", () =>
    given(...open, committed(3, "id"))
      .whenProcessManager(releasePart(3, "id"))
      .then(partReleased(3, "id")));
  test.each(ended)("that was %s changes nothing", (_, history) =>
    given(received(20), ...history)
      .whenProcessManager(releasePart(1))
      .thenNothing(),
  );
  test("is refused where there is none: only a whole one can be released before it comes", () => {
    given().whenProcessManager(releasePart(1)).thenRejected("StockItemUnknown");
    given(received(10)).whenProcessManager(releasePart(1)).thenRejected("UnknownReservation");
  });
});

describe("committing stock", () => {
  test("takes a part of the reservation", () =>
    given(...open)
      .whenProcessManager(commit(3))
      .then(committed(3)));
  test("takes the rest of the reservation, which ends it", () => {
    given(...open, committed(3))
      .whenProcessManager(commit(5, "shipment-2"))
      .then(committed(5, "shipment-2"));
    given(...open, committed(3), committed(5, "shipment-2"))
      .whenProcessManager(reserve(8))
      .thenRejected("ReservationEnded");
  });
  test("does not end a reservation that waits for more", () => {
    const waiting = [received(1), partlyReserved(1, 4), backordered(3), committed(1)];
    given(...waiting)
      .whenProcessManager(reserve(4, "reservation-1", "backorder"))
      .thenNothing();
    given(...waiting)
      .whenProcessManager(commit(1, "shipment-2"))
      .thenRejected("CommitExceedsReservation");
  });
  test("never takes more than the reservation holds", () => {
    given(...open)
      .whenProcessManager(commit(9))
      .thenRejected("CommitExceedsReservation");
    given(...open, committed(3))
      .whenProcessManager(commit(6, "shipment-2"))
      .thenRejected("CommitExceedsReservation");
  });
  test("takes it out of stock", () => {
    given(...open, committed(8))
      .whenProcessManager(reserve(3, "reservation-2"))
      .then(denied(3, 2, "reservation-2"));
    given(...open, committed(8))
      .whenProcessManager(reserve(2, "reservation-2"))
      .then(reserved(2, "reservation-2"));
  });
  test("ignores a repeated commit while the reservation is open and after it", () => {
    given(...open, committed(3))
      .whenProcessManager(commit(3))
      .thenNothing();
    given(...open, committed(3), committed(5, "shipment-2"))
      .whenProcessManager(commit(3))
      .thenNothing();
    given(...open, committed(3), released(5))
      .whenProcessManager(commit(3))
      .thenNothing();
  });
  test("refuses another quantity of the same commit", () => {
    given(...open, committed(3))
      .whenProcessManager(commit(4))
      .thenRejected("CommitMismatch");
    given(...open, committed(8))
      .whenProcessManager(commit(4))
      .thenRejected("CommitMismatch");
  });
  test("tells equal commit ids of different reservations apart", () =>
    given(received(10), reserved(4), reserved(4, "reservation-2"), committed(4))
      .whenProcessManager(commit(4, "shipment-1", "reservation-2"))
      .then(committed(4, "shipment-1", "reservation-2")));
  test("refuses an unknown reservation", () => {
    given().whenProcessManager(commit(1)).thenRejected("StockItemUnknown");
    given(released(0, "reservation-2")).whenProcessManager(commit(1)).thenRejected("StockItemUnknown");
    given(received(10)).whenProcessManager(commit(1)).thenRejected("UnknownReservation");
  });
  test.each(ended)("refuses a reservation that was %s", (_, history) =>
    given(received(20), ...history)
      .whenProcessManager(commit(1, "shipment-2"))
      .thenRejected("ReservationEnded"),
  );
});
