import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { maximumLines } from "../../../actors/order/line-terms.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import type { CommandOf } from "./examples.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { requestReturn, returnRequested, returnApproved, returnDeclined, cameBack, refundRequested, refunded } = example;
const { receiveReturn, returnReceived, captureRequested, captured, captureDeclined } = example;
const { returns, returnedLines, wishes, wishedLines } = orderBounds;

const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

const placed = example.placedManaged;
const [cup] = placed.type === "OrderPlaced" ? placed.data.lines : [];
if (placed.type !== "OrderPlaced" || cup === undefined) throw new Error("the example is a placement");
const shipping = { amountMinor: 50, taxRatePpm: 0, taxMinor: 0, includedTaxMinor: 0 };

/** An order of 1,000 cups, for which all is sent, and captured or not. */
const sent: readonly OrderEvent[] = [
  { ...placed, data: { ...placed.data, shipping, lines: [{ ...cup, quantity: 1_000 }] } },
  example.reserved(1_000, 0),
  example.authorised(250_050),
  example.packed("shipment-1", 1_000, 0, 250_050),
  captureRequested("shipment-1", 250_050),
  example.dispatched("shipment-1", 1_000, 0, []),
  example.delivered("shipment-1"),
];
const paid: readonly OrderEvent[] = [...sent, captured("shipment-1", 250_050), example.completed];

const wished = (count: number): OrderEvent[] => times(count, (index) => returnRequested(`wish-${index}`, 1, 0));
/** Parcels of one cup each that just came back, and whose money is not back yet. */
const back = (count: number): OrderEvent[] =>
  times(count, (index) => [...cameBack(`back-${index}`, 1, 0), refundRequested(`back-${index}`, 250)]).flat();
const paidBack = (from: number, to: number): OrderEvent[] =>
  times(to - from, (index) => refunded(`back-${from + index}`, 250));

const unpaid = (returnId: string): OrderEvent[] =>
  cameBack(returnId, 1, 0, 0, [{ shipmentId: "shipment-1", amountMinor: 250 }]);

const everyLine = (quantity: number) => times(maximumLines, (index) => ({ lineId: `line-${index}`, quantity }));

const known = (history: readonly OrderEvent[]): string[] => {
  const state = stateAfter(orderAggregate, history);
  return "returns" in state ? state.returns.map(({ returnId }) => returnId) : [];
};

describe("wishes to send something back", () => {
  test("are bounded as long as nothing came of them", () => {
    given(...paid, ...wished(wishes - 1))
      .when(requestReturn("one-more", 1, 0))
      .then(returnRequested("one-more", 1, 0));
    for (const decided of [[], [returnApproved("wish-0")]]) {
      given(...paid, ...wished(wishes), ...decided)
        .when(requestReturn("one-more", 1, 0))
        .thenRejectedForNow("TooManyReturns");
    }
    given(...paid, ...wished(wishes), returnApproved("wish-0"), returnReceived("wish-0", 1, 0))
      .when(requestReturn("one-more", 1, 0))
      .then(returnRequested("one-more", 1, 0));
  });
  test("that were declined do not count, however many they are", () => {
    const declined = times(100, (index) => [
      returnRequested(`no-${index}`, 1_000, 0),
      returnDeclined(`no-${index}`),
    ]).flat();
    given(...paid, ...declined)
      .when(requestReturn("one-more", 1_000, 0))
      .then(returnRequested("one-more", 1_000, 0));
    given(...paid, ...declined)
      .when(receiveReturn("lost-1", 1_000, 0))
      .then(...cameBack("lost-1", 1_000, 0), refundRequested("lost-1", 250_000));
    expect(known([...paid, ...declined])).toEqual(times(returns, (index) => `no-${100 - returns + index}`));
  });
  test("wait while receipts take all the room", () =>
    given(...paid, ...back(returns))
      .when(requestReturn("one-more", 1, 0))
      .thenRejectedForNow("TooManyReturns"));
});

describe("parcels that come back", () => {
  test("have room beside all wishes, a dozen of them before any money is back", () => {
    expect(returns - wishes).toBe(12);
    given(...paid, ...wished(wishes), ...back(returns - wishes - 1))
      .when(receiveReturn("one-more", 1, 0))
      .then(...cameBack("one-more", 1, 0), refundRequested("one-more", 250));
    given(...paid, ...wished(wishes), ...back(returns - wishes))
      .when(receiveReturn("one-more", 1, 0))
      .thenRejectedForNow("TooManyReturns");
    given(...paid, ...wished(wishes), ...back(returns - wishes), ...paidBack(0, 1))
      .when(receiveReturn("one-more", 1, 0))
      .then(...cameBack("one-more", 1, 0), refundRequested("one-more", 250));
  });
  test("have room in any number once the money for those before them is back", () => {
    const all = times(300, (index) => [
      ...cameBack(`back-${index}`, 1, 0),
      refundRequested(`back-${index}`, 250),
      refunded(`back-${index}`, 250),
    ]).flat();
    given(...paid, ...wished(wishes), ...all)
      .when(receiveReturn("one-more", 1, 0))
      .then(...cameBack("one-more", 1, 0), refundRequested("one-more", 250));
    expect(stateAfter(orderAggregate, [...paid, ...all])).toMatchObject({
      lines: [{ returned: 300 }],
      payment: { refundedMinor: 75_000 },
    });
  });
  test("have the room of the wish that they answer", () =>
    given(...paid, ...wished(wishes), returnApproved("wish-0"), ...back(returns - wishes))
      .when(receiveReturn("wish-0", 1, 0))
      .then(returnReceived("wish-0", 1, 0), refundRequested("wish-0", 250)));
});

describe("returns of which nothing is left to do", () => {
  const full = [...paid, ...back(returns), ...paidBack(2, 4)];

  test("are forgotten when others need their room, the oldest first and no more than are in the way", () => {
    expect(known(full)).toHaveLength(returns);
    const some = known([...full, ...cameBack("one-more", 1, 0)]);
    expect(some).toHaveLength(returns);
    expect(some.slice(0, 3)).toEqual(["back-0", "back-1", "back-3"]);
    expect(known([...full, returnRequested("one-more", 1, 0)])).toEqual(some);
  });
  test("leave what is owed for others where it belongs", () => {
    const no = times(returns, (index) => [returnRequested(`no-${index}`, 1, 0), returnDeclined(`no-${index}`)]).flat();
    const history = [...sent, ...no.slice(0, 4), ...unpaid("one"), ...no.slice(4), ...unpaid("two")];
    expect(known(history).slice(0, 1)).toEqual(["one"]);
    given(...history)
      .when(example.capture("shipment-1", 250_050))
      .then(captured("shipment-1", 250_050), refundRequested("one", 250), refundRequested("two", 250));
    expect(stateAfter(orderAggregate, [...history, captureDeclined("shipment-1")])).toMatchObject({
      shipments: [{ amountMinor: 249_550 }],
    });
  });
  test("leave apart what is owed for several others", () => {
    const no = times(returns, (index) => [returnRequested(`no-${index}`, 1, 0), returnDeclined(`no-${index}`)]).flat();
    const two = cameBack("two", 2, 0, 0, [{ shipmentId: "shipment-1", amountMinor: 500 }]);
    const history = [...sent, ...no.slice(0, 4), ...unpaid("one"), ...no.slice(4, 6), ...two, ...no.slice(6)];
    expect(known(history).slice(0, 3)).toEqual(["one", "no-2", "two"]);
    given(...history)
      .when(example.capture("shipment-1", 250_050))
      .then(captured("shipment-1", 250_050), refundRequested("one", 250), refundRequested("two", 500));
  });
  test("have paid shipping back once, also when nobody knows any more with which", () => {
    const first = [
      returnRequested("first", 1, 0),
      returnApproved("first", true),
      returnReceived("first", 1, 0, 0, 300),
    ];
    const over = [...first, refundRequested("first", 300), refunded("first", 300)];
    const history = [...paid, ...over, ...back(returns), returnRequested("second", 1, 0)];
    expect(known(history)).not.toContain("first");
    given(...history)
      .when(example.approveReturn("second", true))
      .thenRejected("ShippingRefunded");
  });
});

describe("the lines of returns", () => {
  const lines = everyLine(9).map((one) => ({ ...cup, ...one, unitPriceMinor: 0 }));
  const history: OrderEvent[] = [
    { ...placed, data: { ...placed.data, fulfilment: "external", lines } },
    {
      type: "LinesReserved",
      data: { reservationId: "order-1~r1", lines: everyLine(9).map((one) => ({ ...one, holds: [] })) },
    },
    example.authorised(0),
    { type: "ShipmentPacked", data: { shipmentId: "s1", fulfilmentId: null, lines: everyLine(9), amountMinor: 0 } },
    captured("s1", 0, "s1"),
    { type: "ShipmentDispatched", data: { ...example.dispatched("s1", 0, 0).data, lines: everyLine(9), commits: [] } },
  ];
  const wish = (returnId: string, count: number): CommandOf<"RequestReturn"> => ({
    ...requestReturn(returnId, 1, 0),
    lines: everyLine(1).slice(0, count),
  });
  const wishOf = (returnId: string, count: number): OrderEvent => ({
    type: "ReturnRequested",
    data: { returnId, reason: "too small", lines: everyLine(1).slice(0, count), announced: true },
  });
  const inTwoConditions = (returnId: string): CommandOf<"ReceiveReturn"> => ({
    ...receiveReturn(returnId, 1, 0),
    lines: (["resalable", "damaged"] as const).flatMap((condition) =>
      everyLine(1).map((one) => ({ ...one, condition })),
    ),
  });

  test("that are wished for are bounded, but for all lines of an order", () => {
    expect(wishedLines).toBe(maximumLines);
    given(...history, wishOf("r1", 199))
      .when(wish("r2", 1))
      .then(wishOf("r2", 1));
    given(...history, wishOf("r1", 199))
      .when(wish("r2", 2))
      .thenRejectedForNow("TooManyReturns");
  });
  test("have room for the largest parcel beside all wishes", () => {
    expect(returnedLines).toBe(wishedLines + 2 * maximumLines);
    const parcel = inTwoConditions("parcel");
    const received: OrderEvent[] = [
      {
        ...wishOf("parcel", maximumLines),
        type: "ReturnRequested",
        data: { returnId: "parcel", reason: "came back unannounced", lines: everyLine(2), announced: false },
      },
      returnApproved("parcel"),
      {
        type: "ReturnReceived",
        data: { returnId: "parcel", lines: parcel.lines, deductionMinor: 0, refundMinor: 0, uncaptured: [] },
      },
    ];
    given(...history, wishOf("r1", maximumLines))
      .when(parcel)
      .then(...received);
    const declined = ["no-1", "no-2"].flatMap((id) => [wishOf(id, maximumLines), returnDeclined(id)]);
    given(...history, ...declined, wishOf("r1", maximumLines))
      .when(parcel)
      .then(...received);
    // Nothing is to be paid back for them, so that the next one takes their room.
    const next = [...history, wishOf("r1", maximumLines), ...received];
    expect(known(next)).toEqual(["r1", "parcel"]);
    expect(known([...next, wishOf("r2", 1)])).toEqual(["r1", "r2"]);
  });
  test("are forgotten no more than are in the way", () => {
    const declined = ["no-1", "no-2"].flatMap((id) => [wishOf(id, maximumLines), returnDeclined(id)]);
    expect(known([...history, ...declined, wishOf("r1", maximumLines), wishOf("r2", 1)])).toEqual(["no-2", "r1", "r2"]);
  });
});
