import { describe, expect, test } from "@jest/globals";
import { stockItemAggregate } from "../../../actors/stock-item/aggregate.ts";
import type { StockItemEvent } from "../../../actors/stock-item/events.ts";
import { stockItemBounds, unitsGiven } from "../../../actors/stock-item/state.ts";
import type { StockItemState } from "../../../actors/stock-item/state.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import {
  backordered,
  commit,
  committed,
  denied,
  partlyReserved,
  partReleased,
  receive,
  received,
  release,
  released,
  releasePart,
  reserve,
  reserved,
} from "./examples.ts";

const { given } = specificationOf(stockItemAggregate, "cup~berlin");
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));
const plenty = received(1_000_000);

describe("a stock item with as many reservations as it can hold", () => {
  const full: StockItemEvent[] = [plenty, ...times(stockItemBounds.openReservations, (n) => reserved(1, `order-${n}`))];

  test("refuses one more for as long as it has", () =>
    given(...full)
      .whenProcessManager(reserve(1, "one-more"))
      .thenRejectedForNow("TooManyReservations"));
  test("still knows each of them", () =>
    given(...full)
      .whenProcessManager(reserve(1, "order-0"))
      .thenNothing());
  test("takes one more when one has ended", () =>
    given(...full, released(1, "order-0"))
      .whenProcessManager(reserve(1, "one-more"))
      .then(reserved(1, "one-more")));
});

describe("a stock item with as many backorders as it can hold", () => {
  const full: StockItemEvent[] = [...times(stockItemBounds.backorders, (n) => backordered(1, `order-${n}`))];

  test("refuses one more for as long as it has", () =>
    given(...full)
      .whenProcessManager(reserve(1, "one-more", "backorder"))
      .thenRejectedForNow("TooManyBackorders"));
  test("took the last of them", () =>
    given(...full.slice(0, -1))
      .whenProcessManager(reserve(1, "one-more", "backorder"))
      .then(backordered(1, "one-more")));
  test("still denies, and still reserves what is there", () => {
    given(...full)
      .whenProcessManager(reserve(1, "one-more"))
      .then(denied(1, 0, "one-more"));
    const filled = stockItemBounds.backorders + 5;
    const stocked = [...full, received(filled), ...times(stockItemBounds.backorders, (n) => fill(`order-${n}`))];
    given(...stocked)
      .whenProcessManager(reserve(5, "one-more", "backorder"))
      .then(reserved(5, "one-more"));
  });
  test("still reserves what is free beyond what is waited for, to the last unit", () => {
    // More than one command could hand on came: so it looks in between.
    const undistributed = given(...full, received(stockItemBounds.backorders + 5));
    const fills = times(89, (n) => fill(`order-${n}`));
    for (const mode of ["all", "partial", "backorder"] as const)
      undistributed.whenProcessManager(reserve(5, "one-more", mode)).then(reserved(5, "one-more"), ...fills);
    undistributed
      .whenProcessManager(reserve(6, "one-more", "partial"))
      .then(partlyReserved(5, 6, "one-more"), ...fills);
    undistributed.whenProcessManager(reserve(6, "one-more", "backorder")).thenRejectedForNow("TooManyBackorders");
  });
  test("counts only reservations that wait", () =>
    given(...full, received(1), fill("order-0"))
      .whenProcessManager(reserve(1, "one-more", "backorder"))
      .then(backordered(1, "one-more")));
});

const fill = (reservationId: string): StockItemEvent => ({
  type: "BackorderFilled",
  data: { reservationId, quantity: 1 },
});

describe("a stock item with as many partial commits and releases as it can hold", () => {
  const full: StockItemEvent[] = [
    plenty,
    reserved(stockItemBounds.openParts + 4_000),
    reserved(5, "reservation-2"),
    ...times(stockItemBounds.openParts, (n) => (n === 1 ? partReleased(1) : committed(1, `shipment-${n}`))),
  ];

  test("takes another partial one, of whichever reservation", () => {
    given(...full)
      .whenProcessManager(commit(1, "one-more"))
      .then(committed(1, "one-more"));
    given(...full)
      .whenProcessManager(releasePart(1, "one-more"))
      .then(partReleased(1, "one-more"));
    given(...full)
      .whenProcessManager(commit(1, "one-more", "reservation-2"))
      .then(committed(1, "one-more", "reservation-2"));
  });
  test("remembers the newest of them, and those of reservations with fewer", () => {
    const more = [...full, committed(1, "of-another", "reservation-2"), committed(1, "one-more")];
    given(...more)
      .whenProcessManager(commit(1, "one-more"))
      .thenNothing();
    given(...more)
      .whenProcessManager(commit(1, "of-another", "reservation-2"))
      .thenNothing();
    given(...more)
      .whenProcessManager(commit(1, "shipment-2"))
      .thenNothing();
    given(...more)
      .whenProcessManager(commit(1, "shipment-0"))
      .then(committed(1, "shipment-0"));
  });
  test("forgets first what the reservation with the most of them has, wherever it stands", () => {
    const many = times(stockItemBounds.openParts - 1, (n) => committed(1, `shipment-${n}`, "reservation-2"));
    const history = [plenty, reserved(9), reserved(9_000, "reservation-2"), committed(1, "few"), ...many];
    given(...history, committed(1, "one-more"))
      .whenProcessManager(commit(1, "few"))
      .thenNothing();
    given(...history, committed(1, "one-more"))
      .whenProcessManager(commit(1, "shipment-0", "reservation-2"))
      .then(committed(1, "shipment-0", "reservation-2"));
  });
  test("still knows how much the reservation was given", () => {
    const state = stateAfter(stockItemAggregate, [...full, committed(1, "one-more"), committed(1, "two-more")]);
    if (state.status === "Unknown") throw new Error("it is known");
    const [open] = state.openReservations;
    expect(open?.parts).toHaveLength(stockItemBounds.openParts);
    expect(open === undefined ? 0 : unitsGiven(open)).toBe(stockItemBounds.openParts + 4_000);
    given(...full, committed(1, "one-more"))
      .whenProcessManager(reserve(stockItemBounds.openParts + 4_000))
      .thenNothing();
  });
  test("still knows all of them when their reservation has ended", () =>
    given(...full, committed(4_000, "one-more"))
      .whenProcessManager(commit(1, "shipment-0"))
      .thenNothing());
});

describe("what a stock item remembers", () => {
  test("are the newest receipts", () => {
    const history = [...times(stockItemBounds.movements + 1, (n) => received(1, `receipt-${n}`))];
    given(...history)
      .when(receive(1, "receipt-1"))
      .thenNothing();
    given(...history)
      .when(receive(1, "receipt-0"))
      .then(received(1, "receipt-0"));
  });

  test("are the newest reservations that ended", () => {
    const history = [
      plenty,
      ...times(stockItemBounds.endedReservations + 1, (n) => [
        reserved(1, `order-${n}`),
        committed(1, "shipment", `order-${n}`),
      ]).flat(),
    ];
    given(...history)
      .whenProcessManager(commit(1, "shipment", "order-1"))
      .thenNothing();
    given(...history)
      .whenProcessManager(commit(1, "shipment", "order-0"))
      .thenRejected("UnknownReservation");
  });

  test("are the newest commits of the reservations that ended", () => {
    const commits = stockItemBounds.endedParts / 3;
    const history = times(3, (order) => [
      reserved(commits, `order-${order}`),
      ...times(commits, (n) => committed(1, `shipment-${n}`, `order-${order}`)),
    ]).flat();
    const oneMore = [reserved(1, "order-3"), committed(1, "shipment", "order-3")];
    given(plenty, ...history)
      .whenProcessManager(commit(1, "shipment-0", "order-0"))
      .thenNothing();
    given(plenty, ...history, ...oneMore)
      .whenProcessManager(commit(1, "shipment-0", "order-0"))
      .thenRejected("UnknownReservation");
    given(plenty, ...history, ...oneMore)
      .whenProcessManager(commit(1, "shipment-0", "order-1"))
      .thenNothing();
  });

  test("are the newest reservations that were denied", () => {
    const history = [
      received(1),
      reserved(1),
      ...times(stockItemBounds.deniedReservations + 1, (n) => denied(1, 0, `order-${n}`)),
    ];
    given(...history)
      .whenProcessManager(reserve(1, "order-1"))
      .thenRejected("ReservationEnded");
    given(...history)
      .whenProcessManager(reserve(1, "order-0"))
      .then(denied(1, 0, "order-0"));
  });

  test("are the newest reservations released before they came, however many others end", () => {
    const late = [
      plenty,
      ...times(stockItemBounds.refusedReservations + 1, (n) => released(0, `late-${n}`)),
      ...times(stockItemBounds.endedReservations + 1, (n) => [reserved(1, `order-${n}`), released(1, `order-${n}`)]),
    ].flat();
    given(...late)
      .whenProcessManager(reserve(1, "late-1"))
      .thenRejected("ReservationEnded");
    given(...late)
      .whenProcessManager(release("late-1"))
      .thenNothing();
    given(...late)
      .whenProcessManager(reserve(1, "late-0"))
      .then(reserved(1, "late-0"));
  });
});

describe("what a stock item of which nothing was ever received remembers", () => {
  const late: StockItemEvent[] = times(stockItemBounds.refusedReservations + 1, (n) => released(0, `late-${n}`));

  test("are the newest reservations released before they came", () => {
    expect(stateAfter(stockItemAggregate, late)).toEqual({
      status: "Unknown",
      refusedReservations: times(stockItemBounds.refusedReservations, (n) => `late-${n + 1}`),
      deniedReservations: [],
    });
    given(...late)
      .whenProcessManager(release("late-1"))
      .thenNothing();
    given(...late)
      .whenProcessManager(release("late-0"))
      .then(released(0, "late-0"));
  });

  test("is all that it remembers when it has stock", () => {
    given(...late, plenty)
      .whenProcessManager(reserve(1, "late-1"))
      .thenRejected("ReservationEnded");
    given(...late, plenty)
      .whenProcessManager(reserve(1, "late-0"))
      .then(reserved(1, "late-0"));
  });
});

const longId = (name: string, index: number, length = 140): string => `${name}${index}`.padEnd(length, "x");
const quantity = 1_000_000_000;
const parts = (count: number) => times(count, (n) => ({ kind: "release" as const, id: longId("c", n, 128), quantity }));
const ids = (count: number) => times(count, (n) => longId("r", n));

describe("the snapshot of a stock item", () => {
  test("stays below what one atomic batch can hold beside its events, however long its ids are", () => {
    const largest: StockItemState = {
      status: "Sharded",
      onHand: Number.MAX_SAFE_INTEGER,
      reserved: Number.MAX_SAFE_INTEGER,
      oversold: Number.MAX_SAFE_INTEGER,
      openReservations: ids(stockItemBounds.openReservations).map((reservationId, index) => ({
        reservationId,
        requested: quantity,
        held: quantity,
        backordered: index < stockItemBounds.backorders ? quantity : 0,
        expiresAt: "2026-01-01T00:00:00.000Z",
        parts: index === 0 ? parts(stockItemBounds.openParts) : [],
        countedParts: quantity,
      })),
      endedReservations: ids(stockItemBounds.endedReservations).map((reservationId, index) => ({
        reservationId,
        parts: index === 0 ? parts(stockItemBounds.endedParts) : [],
      })),
      refusedReservations: ids(stockItemBounds.refusedReservations),
      deniedReservations: ids(stockItemBounds.deniedReservations),
      movements: times(stockItemBounds.movements, (n) => ({
        kind: "adjustment" as const,
        id: longId("p", n, 280),
        quantity: -quantity,
      })),
      updatedAt: "2026-01-01T00:00:00.000Z",
      shards: 64,
      nextShard: 63,
    };
    expect(stockItemAggregate.decodeState(largest)).toEqual(largest);
    // The host refuses a batch above 1.5 MiB; 92 events of 2.2 KB, the snapshot's own fields and its index need the rest.
    expect(Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(1_250_000);
  });

  test("remembers no more than its bounds", () => {
    const state = stateAfter(stockItemAggregate, [
      plenty,
      ...times(1_200, (n) => [
        received(1, `receipt-${n}`),
        released(0, `late-${n}`),
        denied(1, 0, `denied-${n}`),
        reserved(1, `order-${n}`),
        released(1, `order-${n}`),
      ]).flat(),
    ]);
    expect(state).toMatchObject({ status: "Stocked", openReservations: [] });
    if (state.status === "Unknown") return;
    expect(state.movements).toHaveLength(stockItemBounds.movements);
    expect(state.endedReservations).toHaveLength(stockItemBounds.endedReservations);
    expect(state.refusedReservations).toHaveLength(stockItemBounds.refusedReservations);
    expect(state.deniedReservations).toHaveLength(stockItemBounds.deniedReservations);
  });
});
