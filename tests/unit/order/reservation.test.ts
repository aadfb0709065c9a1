import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent, OrderEventOf } from "../../../actors/order/events.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import { orderView } from "../../../actors/order/view.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import type { CommandOf } from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { placedManaged, placedExternal, requested, reserved, reservedElsewhere, short, paymentRequested } = example;
const { recordReserved, recordElsewhere, recordAll } = example;
const placed = histories["managed Placed"];

type Reported = NonNullable<CommandOf<"RecordReservation">["lines"]>;
const record = (lines: Reported, round = 1): CommandOf<"RecordReservation"> => ({
  type: "RecordReservation",
  reservationId: `order-1~r${round}`,
  lines,
});
const cups = (quantity: number, ...holds: readonly (readonly [string, number])[]): Reported[number] => ({
  lineId: "line-1",
  quantity,
  holds: holds.map(([stockItemId, held]) => ({ stockItemId, quantity: held })),
});
const pot: Reported[number] = { lineId: "line-2", quantity: 1, holds: [{ stockItemId: "pot~berlin", quantity: 1 }] };
const added = (...lines: Reported): OrderEventOf<"LinesReserved"> => ({
  type: "LinesReserved",
  data: { reservationId: "order-1~r1", lines },
});

const refusedHold = (line: Reported[number]): void =>
  given(...placed)
    .whenProcessManager(record([line]))
    .thenRejected("HoldMismatch");
refusedHold(cups(3, ["cup~paris", 3]));

describe("the reservation of a managed order", () => {
  test("of everything asks for the payment", () => {
    given(...placed)
      .whenProcessManager(recordReserved(3, 1))
      .then(reserved(3, 1), paymentRequested());
    given(...placed)
      .whenProcessManager(recordAll)
      .then(reserved(3, 1), paymentRequested());
  });
  test("is recorded by the process manager alone", () => {
    given(...placed)
      .when(recordAll)
      .thenRejected("ManagedOrder");
  });
  test("of some of it raises a shortage of the rest", () =>
    given(...placed)
      .whenProcessManager(recordReserved(2, 0))
      .then(reserved(2, 0), short(1, 1)));
  test("of nothing raises a shortage of everything", () => {
    given(...placed)
      .whenProcessManager(record([]))
      .then(short(3, 1));
    given(...placed)
      .whenProcessManager(record([cups(0)]))
      .then(short(3, 1));
  });
  test("may lie in several shards", () =>
    given(...placed)
      .whenProcessManager(record([cups(3, ["cup~berlin~0", 1], ["cup~berlin~7", 2]), pot]))
      .then(added(cups(3, ["cup~berlin~0", 1], ["cup~berlin~7", 2]), pot), paymentRequested()));
  test("tells apart what one stock item holds for two lines", () => {
    const [line] = placedManaged.data.lines;
    if (line === undefined) throw new Error("the example has a line");
    const ofOneSku: OrderEvent = {
      ...placedManaged,
      data: { ...placedManaged.data, lines: [line, { ...line, lineId: "line-2", quantity: 2 }], totalMinor: 1_250 },
    };
    const more: Reported[number] = {
      lineId: "line-2",
      quantity: 2,
      holds: [{ stockItemId: "cup~berlin", quantity: 2 }],
    };
    given(ofOneSku, requested(1, 3, 2), added(cups(3, ["cup~berlin", 3])))
      .whenProcessManager(record([cups(3, ["cup~berlin", 3]), more]))
      .then(added(more), paymentRequested(1_250));
  });
  test("must lie where the line says, all of it", () => {
    refusedHold(cups(3, ["cup~berlin0", 3]));
    refusedHold(cups(3, ["pot~berlin", 3]));
    refusedHold(cups(3, ["cup~berlin", 1], ["cup~berlin~0", 1]));
    refusedHold(cups(1, ["cup~berlin", 2]));
    refusedHold(cups(1));
  });
  test("is of lines of the order, and of no more than they need", () => {
    given(...placed)
      .whenProcessManager(record([{ lineId: "line-9", quantity: 0, holds: [] }]))
      .thenRejected("UnknownLine");
    given(...placed)
      .whenProcessManager(record([cups(4, ["cup~berlin", 4])]))
      .thenRejected("ReservationMismatch");
  });
  test("is the one that was asked for last", () => {
    given(...placed)
      .whenProcessManager(recordReserved(3, 1, 2))
      .thenRejected("ReservationSuperseded");
    given(...histories["managed Placed, backorder"])
      .whenProcessManager(recordReserved(3, 1, 1))
      .thenRejected("ReservationSuperseded");
    given(...histories["managed Completed"])
      .whenProcessManager(recordReserved(3, 1, 2))
      .thenRejected("ReservationSuperseded");
  });

  const waiting = [...placed, reserved(2, 0), short(1, 1)];
  test("told again adds nothing, whether it is as old or older", () => {
    given(...waiting)
      .whenProcessManager(recordReserved(2, 0))
      .thenNothing();
    given(...waiting)
      .whenProcessManager(recordReserved(1, 0))
      .thenNothing();
    given(...waiting)
      .whenProcessManager(record([]))
      .thenNothing();
  });
  test("told again with more adds what is new", () => {
    given(...waiting)
      .whenProcessManager(recordReserved(2, 1))
      .then(reserved(0, 1));
    given(...waiting)
      .whenProcessManager(recordReserved(3, 1))
      .then(reserved(1, 1), paymentRequested());
    expect(stateAfter(orderAggregate, [...waiting, reserved(0, 1)])).toMatchObject({
      status: "AwaitingCustomer",
      shortage: { lines: [{ lineId: "line-1", missing: 1 }] },
    });
  });
  test("adds, stock item by stock item, what that holds more than is known", () =>
    given(...placed, added(cups(2, ["cup~berlin~0", 1], ["cup~berlin~1", 1])), short(1, 1))
      .whenProcessManager(record([cups(3, ["cup~berlin~0", 2], ["cup~berlin~1", 1])]))
      .then(added(cups(1, ["cup~berlin~0", 1]))));
  test("cannot lie in more places than there are units, whoever tells it", () =>
    given(...placed, added(cups(2, ["cup~berlin~0", 2])), short(1, 1))
      .whenProcessManager(record([cups(2, ["cup~berlin~1", 2])]))
      .thenRejected("ReservationMismatch"));
  test("holds what is told in parts together", () => {
    const state = stateAfter(orderAggregate, [
      ...placed,
      added(cups(1, ["cup~berlin", 1])),
      short(2, 1),
      added(cups(1, ["cup~berlin", 1])),
    ]);
    expect(state).toMatchObject({
      holds: [{ reservationId: "order-1~r1", lineId: "line-1", stockItemId: "cup~berlin", quantity: 2 }],
      reservation: {
        lines: [
          { requested: 3, reserved: 2 },
          { requested: 1, reserved: 0 },
        ],
      },
    });
  });
  test("is bounded in how many places it lies", () => {
    const many = { ...dataOf(placedManaged), lines: manyLines };
    const history: OrderEvent[] = [{ type: "OrderPlaced", data: many }, requestedMany];
    const held = (shards: number): Reported =>
      manyLines.map(({ lineId }, line) => ({
        lineId,
        quantity: 10,
        holds: Array.from({ length: line === 0 ? shards : 3 }, (_, shard) => ({
          stockItemId: `cup~berlin~${shard}`,
          quantity: shard === 0 ? 10 - (line === 0 ? shards : 3) + 1 : 1,
        })),
      }));
    given(...history)
      .whenProcessManager(record(held(orderBounds.holds - 3 * 199)))
      .then({ type: "LinesReserved", data: { reservationId: "order-1~r1", lines: held(3) } }, paymentRequested());
    given(...history)
      .whenProcessManager(record(held(orderBounds.holds - 3 * 199 + 1)))
      .thenRejected("TooManyHolds");
  });

  const manyLines = Array.from({ length: 200 }, (_, index) => ({
    ...lineOf(placedManaged),
    lineId: `line-${index}`,
    quantity: 10,
    unitPriceMinor: index === 0 ? 175 : 0,
  }));
  const requestedMany: OrderEvent = {
    type: "ReservationRequested",
    data: {
      reservationId: "order-1~r1",
      backorder: false,
      lines: manyLines.map(({ lineId, sku, location, quantity }) => ({ lineId, sku, location, quantity })),
    },
  };
});

const dataOf = (event: OrderEvent) => {
  if (event.type !== "OrderPlaced") throw new Error(`${event.type} is no placement`);
  return event.data;
};
function lineOf(event: OrderEvent) {
  const [line] = event.type === "OrderPlaced" ? event.data.lines : [];
  if (line === undefined) throw new Error("the example has lines");
  return line;
}

describe("the reservation of a managed order that waits for missing stock", () => {
  const history = [...placed, reserved(1, 0), short(2, 1), example.resolved("wait"), requested(2, 2, 1, true)];
  test("raises no shortage again", () => {
    given(...history)
      .whenProcessManager(recordReserved(1, 0, 2))
      .then(reserved(1, 0, 2));
    given(...history)
      .whenProcessManager(record([], 2))
      .thenNothing();
  });
  test("goes on when everything is there, with what was held before", () => {
    given(...history)
      .whenProcessManager(recordReserved(2, 1, 2))
      .then(reserved(2, 1, 2), paymentRequested());
    expect(stateAfter(orderAggregate, [...history, reserved(2, 1, 2)])).toMatchObject({
      status: "Reserved",
      holds: [
        { reservationId: "order-1~r1", lineId: "line-1", quantity: 1 },
        { reservationId: "order-1~r2", lineId: "line-1", quantity: 2 },
        { reservationId: "order-1~r2", lineId: "line-2", quantity: 1 },
      ],
    });
  });
  test("is for the missing units alone", () =>
    given(...history)
      .whenProcessManager(record([cups(3, ["cup~berlin", 3])], 2))
      .thenRejected("ReservationMismatch"));
});

describe("a reservation that comes when nothing is open any more", () => {
  test.each([
    "managed Reserved",
    "managed Authorised",
    "managed Fulfilling, planned",
    "managed Completed",
    "managed Returning",
  ] as const)("is known already, or contradicts: %s", (name) => {
    const history = histories[name];
    given(...history)
      .whenProcessManager(recordReserved(3, 1))
      .thenNothing();
    given(...history)
      .whenProcessManager(recordAll)
      .thenNothing();
    given(...history)
      .whenProcessManager(record([cups(4, ["cup~berlin", 4])]))
      .thenRejected("ReservationMismatch");
    given(...history)
      .whenProcessManager(record([{ ...pot, lineId: "line-9" }]))
      .thenRejected("ReservationMismatch");
  });
  test("is the same even when what it brought is cancelled by now", () =>
    given(...histories["managed Reserved"], example.linesCancelled(2, 0, example.heldAt(2, 0)))
      .whenProcessManager(recordReserved(3, 1))
      .thenNothing());
  test("does not matter any more once the order is given up", () => {
    for (const name of ["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const) {
      given(...histories[name])
        .whenProcessManager(recordAll)
        .thenRejected("AlreadyCancelled");
    }
  });
});

const placedShort = (there: number): OrderEvent[] => [placedExternal, reservedElsewhere(there, 0), short(3 - there, 1)];

describe("the reservation of an external order", () => {
  test("is recorded from outside, and held nowhere", () => {
    given(placedExternal).when(recordAll).then(reservedElsewhere(3, 1));
    given(placedExternal).whenProcessManager(recordAll).thenRejected("ExternalOrder");
    given(placedExternal).when(recordReserved(3, 1)).thenRejected("HoldMismatch");
  });
  test("has any id, but one at a time", () => {
    const other = { ...recordAll, reservationId: "their-7" };
    given(placedExternal)
      .when(other)
      .then({ type: "LinesReserved", data: { ...reservedElsewhere(3, 1).data, reservationId: "their-7" } });
    given(...histories["external AwaitingCustomer"])
      .when(other)
      .thenRejected("ReservationMismatch");
    given(...histories["external Reserved"])
      .when(other)
      .thenRejected("ReservationMismatch");
  });
  test("of some of it raises a shortage of the rest", () =>
    given(placedExternal).when(recordElsewhere(2, 1)).then(reservedElsewhere(2, 1), short(1, 0)));
  test("is of no more than the order needs", () => {
    given(placedExternal).when(recordElsewhere(4, 1)).thenRejected("ReservationMismatch");
    given(...histories["external AwaitingCustomer"])
      .when(recordElsewhere(4, 1))
      .thenRejected("ReservationMismatch");
  });
  test("told again adds what is new", () => {
    const history = histories["external AwaitingCustomer"];
    given(...history)
      .when(recordElsewhere(2, 1))
      .thenNothing();
    given(...history)
      .when(recordElsewhere(1, 0))
      .thenNothing();
    given(...history)
      .when(recordAll)
      .then(reservedElsewhere(1, 0));
    expect(stateAfter(orderAggregate, [...history, reservedElsewhere(1, 0)])).toMatchObject({
      status: "Reserved",
      payment: { status: "none" },
    });
  });
  test("raises no shortage again once the customer waits", () => {
    const history = [...placedShort(1), example.resolved("wait")];
    given(...history)
      .when(recordElsewhere(2, 1))
      .then(reservedElsewhere(1, 1));
    given(...history)
      .when(recordElsewhere(1, 0))
      .thenNothing();
  });
  test("raises no shortage again either when nothing at all was there as the customer chose to wait", () => {
    const history = [placedExternal, short(3, 1), example.resolved("wait")];
    given(placedExternal).when(record([])).then(short(3, 1));
    given(...history)
      .when(record([]))
      .thenNothing();
    given(...history)
      .when(recordElsewhere(1, 0))
      .then(reservedElsewhere(1, 0));
    given(...history, reservedElsewhere(1, 0))
      .when(recordElsewhere(2, 1))
      .then(reservedElsewhere(1, 1));
    for (const waiting of [history, [...history, reservedElsewhere(1, 0)]]) {
      const state = stateAfter(orderAggregate, waiting);
      expect(orderView(example.orderId, 4, state)).toMatchObject({ status: "Placed", backorder: true });
    }
  });
  test("is of nothing that was cancelled before it came", () =>
    expect(
      stateAfter(orderAggregate, [placedExternal, example.linesCancelled(0, 1), reservedElsewhere(3, 0)]),
    ).toMatchObject({
      status: "Reserved",
      reservation: { lines: [{ lineId: "line-1", requested: 3, reserved: 3 }] },
    }));
  test("is smaller by what was cancelled while it was open", () => {
    const history = [...placedShort(1), example.resolved("wait"), example.linesCancelled(1, 0)];
    given(...history)
      .when(recordElsewhere(3, 1))
      .thenRejected("ReservationMismatch");
    given(...history)
      .when(recordAll)
      .then(reservedElsewhere(1, 1));
  });
});
