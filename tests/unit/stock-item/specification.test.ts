import { describe, expect, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { specificationOf, specificationTime, stateAfter } from "../../support/specification.ts";
import { commit, committed, receive, received, release, released, reserve, reserved } from "./examples.ts";

const { given } = specificationOf(stockItemAggregate, "cup~berlin");

describe("a stock item of which nothing was ever received", () => {
  test("takes stock", () => given().when(receive(10)).then(received(10)));
  test("takes stock from the process manager too", () => given().whenProcessManager(receive(10)).then(received(10)));
  test.each([reserve(1), commit(1)])("refuses $type", (command) => {
    given().whenProcessManager(command).thenRejected("StockItemUnknown");
    given(released(0, "reservation-2")).whenProcessManager(command).thenRejected("StockItemUnknown");
  });
  test("ends a released reservation beforehand, once", () => {
    given().whenProcessManager(release()).then(released(0));
    given(released(0)).whenProcessManager(release()).thenNothing();
    given(released(0)).whenProcessManager(release("reservation-2")).then(released(0, "reservation-2"));
  });
  test("refuses a reservation that was released before it came, and goes on to when it has stock", () => {
    given(released(0)).whenProcessManager(reserve(1)).thenRejected("ReservationEnded");
    given(released(0)).when(receive(10)).then(received(10));
    given(released(0), received(10)).whenProcessManager(reserve(1)).thenRejected("ReservationEnded");
    given(released(0), received(10)).whenProcessManager(release()).thenNothing();
    given(released(0), received(10)).whenProcessManager(reserve(1, "reservation-2")).then(reserved(1, "reservation-2"));
  });
});

describe("anyone but the process manager", () => {
  test.each([reserve(1), release(), commit(1)])("cannot send $type", (command) => {
    given().when(command).thenRejected("NotForOutside");
    given(received(10), reserved(5)).when(command).thenRejected("NotForOutside");
  });
});

describe("receiving stock", () => {
  test("adds to what is on hand", () =>
    given(received(10)).when(receive(5, "receipt-2")).then(received(5, "receipt-2")));
  test("ignores a repeated receipt", () => given(received(10)).when(receive(10)).thenNothing());
  test("refuses a repeated receipt of another quantity", () =>
    given(received(10)).when(receive(11)).thenRejected("ReceiptMismatch"));
  test("stops at the largest safe integer", () => {
    const full = received(Number.MAX_SAFE_INTEGER - 5);
    given(full).when(receive(5, "receipt-2")).then(received(5, "receipt-2"));
    given(full).when(receive(6, "receipt-2")).thenRejected("StockLimitReached");
  });
});

describe("reserving stock", () => {
  test("takes what is available", () => given(received(10)).whenProcessManager(reserve(10)).then(reserved(10)));
  test("never takes more than is available", () => {
    given(received(10)).whenProcessManager(reserve(11)).thenRejected("InsufficientStock");
    given(received(10), reserved(8)).whenProcessManager(reserve(3, "reservation-2")).thenRejected("InsufficientStock");
    given(received(10), reserved(8)).whenProcessManager(reserve(2, "reservation-2")).then(reserved(2, "reservation-2"));
  });
  test("says how much is available", () => {
    const state = stateAfter(stockItemAggregate, [received(10), reserved(8)]);
    const decision = stockItemAggregate.decide(reserve(3, "reservation-2"), state, {
      streamId: "cup~berlin",
      commandId: "command-1",
      at: specificationTime,
      issuer: "process-manager",
    });
    expect(decision).toEqual({
      outcome: "rejected",
      rejection: { code: "InsufficientStock", message: "Requested 3, available 2." },
    });
  });
  test("ignores a repeated reservation", () =>
    given(received(10), reserved(8)).whenProcessManager(reserve(8)).thenNothing());
  test("ignores a repeated reservation that is committed in part", () =>
    given(received(10), reserved(8), committed(3)).whenProcessManager(reserve(8)).thenNothing());
  test("refuses another quantity of the same reservation", () =>
    given(received(10), reserved(8)).whenProcessManager(reserve(7)).thenRejected("ReservationMismatch"));
  test.each<[string, StockItemEvent[]]>([
    ["released", [reserved(8), released(8)]],
    ["committed", [reserved(8), committed(8)]],
    ["released before it came", [released(0)]],
  ])("refuses a reservation that was %s", (_, history) =>
    given(received(20), ...history)
      .whenProcessManager(reserve(8))
      .thenRejected("ReservationEnded"),
  );
});

describe("releasing a reservation", () => {
  test("makes all of it available again", () => {
    given(received(10), reserved(8)).whenProcessManager(release()).then(released(8));
    given(received(10), reserved(8), released(8))
      .whenProcessManager(reserve(10, "reservation-2"))
      .then(reserved(10, "reservation-2"));
  });
  test("makes what is not committed available again", () =>
    given(received(10), reserved(8), committed(3)).whenProcessManager(release()).then(released(5)));
  test("that never came ends it beforehand", () => given(received(10)).whenProcessManager(release()).then(released(0)));
  test.each<[string, StockItemEvent[]]>([
    ["released", [reserved(8), released(8)]],
    ["committed", [reserved(8), committed(8)]],
    ["released before it came", [released(0)]],
  ])("that was %s changes nothing", (_, history) =>
    given(received(20), ...history)
      .whenProcessManager(release())
      .thenNothing(),
  );
});

describe("committing stock", () => {
  const open = [received(10), reserved(8)];
  test("takes a part of the reservation", () =>
    given(...open)
      .whenProcessManager(commit(3))
      .then(committed(3)));
  test("takes the rest of the reservation", () =>
    given(...open, committed(3))
      .whenProcessManager(commit(5, "shipment-2"))
      .then(committed(5, "shipment-2")));
  test("never takes more than the reservation holds", () => {
    given(...open)
      .whenProcessManager(commit(9))
      .thenRejected("CommitExceedsReservation");
    given(...open, committed(3))
      .whenProcessManager(commit(6, "shipment-2"))
      .thenRejected("CommitExceedsReservation");
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
  test("refuses an unknown reservation", () =>
    given(received(10)).whenProcessManager(commit(1)).thenRejected("UnknownReservation"));
  test.each<[string, StockItemEvent[]]>([
    ["released", [reserved(8), released(8)]],
    ["committed", [reserved(8), committed(8)]],
    ["released before it came", [released(0)]],
  ])("refuses a reservation that was %s", (_, history) =>
    given(received(20), ...history)
      .whenProcessManager(commit(1, "shipment-2"))
      .thenRejected("ReservationEnded"),
  );
});
