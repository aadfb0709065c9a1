import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import type { CommandOf } from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { requestReturn, returnRequested, approveReturn, returnApproved, declineReturn, returnDeclined } = example;
const { receiveReturn, returnReceived, cameBack, refundRequested, refund, refunded, completed, ignored } = example;
const done = histories["managed Completed"];
const asked = histories["managed Completed, return requested"];
const approved = histories["managed Completed, return approved"];
const returning = histories["managed Returning"];
const early = ["managed Placed", "managed AwaitingCustomer", "managed Reserved", "managed Authorised"] as const;
const over = ["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const;

describe("a return that is asked for", () => {
  test("is of what was sent", () => {
    given(...done)
      .when(requestReturn("return-1", 3, 1))
      .then(returnRequested("return-1", 3, 1));
    given(...histories["managed Fulfilling, dispatched"])
      .when(requestReturn("return-1", 3, 0))
      .then(returnRequested("return-1", 3, 0));
    given(...histories["managed Fulfilling, dispatched"])
      .when(requestReturn("return-1", 0, 1))
      .thenRejected("ReturnExceedsShipped");
    given(...done)
      .when(requestReturn("return-1", 4, 0))
      .thenRejected("ReturnExceedsShipped");
    given(...done)
      .when({ ...requestReturn("return-1", 1, 0), lines: [{ lineId: "line-9", quantity: 1 }] })
      .thenRejected("UnknownLine");
  });
  test("is not of what is on its way back, or is back", () => {
    given(...asked)
      .when(requestReturn("return-2", 2, 0))
      .then(returnRequested("return-2", 2, 0));
    given(...asked)
      .when(requestReturn("return-2", 3, 0))
      .thenRejected("ReturnExceedsShipped");
    given(...approved)
      .when(requestReturn("return-2", 3, 0))
      .thenRejected("ReturnExceedsShipped");
    given(...returning)
      .when(requestReturn("return-2", 3, 0))
      .thenRejected("ReturnExceedsShipped");
    given(...returning)
      .when(requestReturn("return-2", 2, 0))
      .then(returnRequested("return-2", 2, 0));
    given(...asked, returnDeclined("return-1"))
      .when(requestReturn("return-2", 3, 0))
      .then(returnRequested("return-2", 3, 0));
  });
  test("told again is known, or contradicts", () => {
    for (const history of [asked, approved, [...asked, returnDeclined("return-1")]]) {
      given(...history)
        .when(requestReturn("return-1", 1, 0))
        .thenNothing();
      given(...history)
        .when(requestReturn("return-1", 2, 0))
        .thenRejected("ReturnMismatch");
      given(...history)
        .when({ ...requestReturn("return-1", 1, 0), reason: "broken" })
        .thenRejected("ReturnMismatch");
    }
    given(...returning)
      .when(requestReturn("return-1", 1, 0))
      .thenNothing();
    given(...returning)
      .when({ ...requestReturn("return-1", 1, 0), reason: "broken" })
      .thenRejected("ReturnMismatch");
    given(...done, ...cameBack("return-1", 1, 0), refundRequested("return-1", 250))
      .when({ ...requestReturn("return-1", 1, 0), reason: "came back unannounced" })
      .thenRejected("ReturnMismatch");
  });
  test("is asked for once, whatever history says", () =>
    expect(stateAfter(orderAggregate, [...asked, returnRequested("return-1", 2, 0)])).toMatchObject({
      returns: [{ lines: [{ lineId: "line-1", quantity: 1 }] }],
    }));
  test("is bounded", () => {
    const placed = example.placedExternal;
    const [line] = placed.type === "OrderPlaced" ? placed.data.lines : [];
    if (placed.type !== "OrderPlaced" || line === undefined) throw new Error("the example is a placement");
    const history = [
      { ...placed, data: { ...placed.data, lines: [{ ...line, quantity: 1_000 }] } },
      example.reservedElsewhere(1_000, 0),
      example.authorised(250_000),
      example.packed("shipment-1", 1_000, 0, 250_000, null),
      example.captured("shipment-1", 250_000, "shipment-1"),
      example.dispatched("shipment-1", 1_000, 0, []),
    ];
    const returns = (count: number) => Array.from({ length: count }, (_, index) => returnRequested(`r${index}`, 1, 0));
    given(...history, ...returns(orderBounds.returns - 1))
      .when(requestReturn("one-more", 1, 0))
      .then(returnRequested("one-more", 1, 0));
    given(...history, ...returns(orderBounds.returns))
      .when(requestReturn("one-more", 1, 0))
      .thenRejected("TooManyReturns");
    given(...history, ...returns(orderBounds.returns))
      .when(receiveReturn("one-more", 1, 0))
      .thenRejected("TooManyReturns");
    given(...history, ...returns(orderBounds.returns), returnApproved("r0"))
      .when(receiveReturn("r0", 1, 0))
      .then(returnReceived("r0", 1, 0), refundRequested("r0", 250));
  });
  test("is bounded in its lines", () => {
    const placed = example.placedExternal;
    const [line] = placed.type === "OrderPlaced" ? placed.data.lines : [];
    if (placed.type !== "OrderPlaced" || line === undefined) throw new Error("the example is a placement");
    const lines = (quantity: number) =>
      Array.from({ length: 200 }, (_, index) => ({ lineId: `line-${index}`, quantity }));
    const history: OrderEvent[] = [
      { ...placed, data: { ...placed.data, lines: lines(9).map((one) => ({ ...line, ...one, unitPriceMinor: 0 })) } },
      {
        type: "LinesReserved",
        data: { reservationId: "order-1~r1", lines: lines(9).map((one) => ({ ...one, holds: [] })) },
      },
      example.authorised(0),
      { type: "ShipmentPacked", data: { shipmentId: "s1", fulfilmentId: null, lines: lines(9), amountMinor: 0 } },
      example.captured("s1", 0, "s1"),
      { type: "ShipmentDispatched", data: { ...example.dispatched("s1", 0, 0).data, lines: lines(9), commits: [] } },
    ];
    const wish = (returnId: string, count: number): CommandOf<"RequestReturn"> => ({
      ...requestReturn(returnId, 1, 0),
      lines: lines(1).slice(0, count),
    });
    const wished = (returnId: string, count: number): OrderEvent => ({
      type: "ReturnRequested",
      data: { returnId, reason: "too small", lines: lines(1).slice(0, count), announced: true },
    });
    given(...history, wished("r1", 200), wished("r2", 199))
      .when(wish("r3", 1))
      .then(wished("r3", 1));
    given(...history, wished("r1", 200), wished("r2", 199))
      .when(wish("r3", 2))
      .thenRejected("TooManyReturns");
  });
});

describe("a return", () => {
  test("is approved, or declined, once", () => {
    given(...asked)
      .when(approveReturn("return-1"))
      .then(returnApproved("return-1"));
    given(...asked)
      .when(approveReturn("return-1", true))
      .then(returnApproved("return-1", true));
    given(...asked)
      .when(declineReturn("return-1"))
      .then(returnDeclined("return-1"));
    for (const history of [approved, returning]) {
      given(...history)
        .when(approveReturn("return-1"))
        .thenNothing();
      given(...history)
        .when(approveReturn("return-1", true))
        .thenRejected("ReturnDecided");
      given(...history)
        .when(declineReturn("return-1"))
        .thenRejected("ReturnDecided");
    }
    const declined = [...asked, returnDeclined("return-1")];
    given(...declined)
      .when({ ...declineReturn("return-1"), reason: "another one" })
      .thenNothing();
    given(...declined)
      .when(approveReturn("return-1"))
      .thenRejected("ReturnDecided");
    expect(stateAfter(orderAggregate, declined)).toMatchObject({
      status: "Completed",
      returns: [{ status: "Declined", reason: "too small", declineReason: "worn" }],
    });
  });
  test("stays as it was decided, whatever history says", () => {
    expect(stateAfter(orderAggregate, [...approved, returnDeclined("return-1")])).toMatchObject({
      returns: [{ status: "Approved" }],
    });
    expect(stateAfter(orderAggregate, [...approved, returnApproved("return-1", true)])).toMatchObject({
      returns: [{ status: "Approved", refundShipping: false }],
    });
  });
  test("pays shipping back once", () => {
    const two = [...asked, returnApproved("return-1", true), returnRequested("return-2", 1, 0)];
    given(...two)
      .when(approveReturn("return-2", true))
      .thenRejected("ShippingRefunded");
    given(...two)
      .when(approveReturn("return-2"))
      .then(returnApproved("return-2"));
    given(...two, returnReceived("return-1", 1, 0), refundRequested("return-1", 250))
      .when(approveReturn("return-2", true))
      .thenRejected("ShippingRefunded");
    given(...approved, returnRequested("return-2", 1, 0))
      .when(approveReturn("return-2", true))
      .then(returnApproved("return-2", true));
  });
  test("is one of the order", () => {
    given(...done)
      .when(approveReturn("return-1"))
      .thenRejected("UnknownReturn");
    given(...done)
      .when(declineReturn("return-1"))
      .thenRejected("UnknownReturn");
  });
});

describe("goods that come back", () => {
  test("have their part of the line paid back", () => {
    given(...approved)
      .when(receiveReturn("return-1", 1, 0))
      .then(returnReceived("return-1", 1, 0), refundRequested("return-1", 250));
    expect(stateAfter(orderAggregate, returning)).toMatchObject({
      status: "Returning",
      lines: [{ shipped: 3, delivered: 3, returned: 1 }, { returned: 0 }],
      returns: [
        {
          status: "Received",
          reason: "too small",
          announced: true,
          lines: [{ lineId: "line-1", quantity: 1, condition: "resalable" }],
          refundShipping: false,
          deductionMinor: 0,
          refund: { status: "requested", refundId: "order-1~return-1", amountMinor: 250 },
        },
      ],
      payment: { refundedMinor: 0 },
    });
  });
  test("may be other than what was asked for", () =>
    given(...approved)
      .when(receiveReturn("return-1", 2, 1))
      .then(returnReceived("return-1", 2, 1), refundRequested("return-1", 1_500)));
  test("may be in both conditions", () => {
    const lines: CommandOf<"ReceiveReturn">["lines"] = [
      { lineId: "line-1", quantity: 1, condition: "damaged" },
      { lineId: "line-1", quantity: 2, condition: "resalable" },
    ];
    given(...approved)
      .when({ ...receiveReturn("return-1", 0, 0), lines })
      .then(
        { type: "ReturnReceived", data: { returnId: "return-1", lines, deductionMinor: 0 } },
        refundRequested("return-1", 750),
      );
    given(...approved)
      .when({
        ...receiveReturn("return-1", 0, 0),
        lines: [...lines, { lineId: "line-2", quantity: 2, condition: "damaged" }],
      })
      .thenRejected("ReturnExceedsShipped");
    given(...approved)
      .when({
        ...receiveReturn("return-1", 0, 0),
        lines: lines.map((line) => ({ ...line, quantity: 2 })),
      })
      .thenRejected("ReturnExceedsShipped");
  });
  test("have what they lost taken off, down to nothing", () => {
    given(...approved)
      .when(receiveReturn("return-1", 1, 0, 100))
      .then(returnReceived("return-1", 1, 0, 100), refundRequested("return-1", 150));
    given(...approved)
      .when(receiveReturn("return-1", 1, 0, 250))
      .then(returnReceived("return-1", 1, 0, 250));
    given(...approved)
      .when(receiveReturn("return-1", 1, 0, 251))
      .thenRejected("DeductionExceedsValue");
    expect(stateAfter(orderAggregate, [...approved, returnReceived("return-1", 1, 0, 250)])).toMatchObject({
      status: "Completed",
      returns: [{ status: "Received", refund: { status: "none" } }],
    });
  });
  test("have shipping paid back if that was promised", () => {
    const placed = example.placedExternal;
    if (placed.type !== "OrderPlaced") throw new Error("the example is a placement");
    const shipping = { amountMinor: 490, taxRatePpm: 0, taxMinor: 10, includedTaxMinor: 0 };
    const history = [
      { ...placed, data: { ...placed.data, shipping, totalMinor: 2_250 } },
      example.reservedElsewhere(3, 1),
      example.authorised(2_250),
      example.packed("shipment-1", 3, 1, 2_250, null),
      example.captured("shipment-1", 2_250, "shipment-1"),
      example.dispatched("shipment-1", 3, 1, []),
      returnRequested("return-1", 1, 0),
    ];
    given(...history, returnApproved("return-1", true))
      .when(receiveReturn("return-1", 1, 0))
      .then(returnReceived("return-1", 1, 0), refundRequested("return-1", 750));
    given(...history, returnApproved("return-1"))
      .when(receiveReturn("return-1", 1, 0))
      .then(returnReceived("return-1", 1, 0), refundRequested("return-1", 250));
  });
  test("have the value of the units that come after those that came before", () => {
    const placed = example.placedExternal;
    const [line] = placed.type === "OrderPlaced" ? placed.data.lines : [];
    if (placed.type !== "OrderPlaced" || line === undefined) throw new Error("the example is a placement");
    // Three units for 100: the first is worth 33, the second 34, the third 33.
    const odd = { ...line, unitPriceMinor: 34, discountMinor: 2 };
    const history = [
      { ...placed, data: { ...placed.data, lines: [odd], totalMinor: 100 } },
      example.reservedElsewhere(3, 0),
      example.authorised(100),
      example.packed("shipment-1", 3, 0, 100, null),
      example.captured("shipment-1", 100, "shipment-1"),
      example.dispatched("shipment-1", 3, 0, []),
    ];
    given(...history)
      .when(receiveReturn("return-1", 1, 0))
      .then(...cameBack("return-1", 1, 0), refundRequested("return-1", 33));
    given(...history, ...cameBack("return-1", 1, 0), refundRequested("return-1", 33))
      .when(receiveReturn("return-2", 1, 0))
      .then(...cameBack("return-2", 1, 0), refundRequested("return-2", 34));
  });
  test("cannot have more paid back than was taken and not promised to others", () => {
    const uncaptured = [...histories["managed Fulfilling, packed"], example.dispatched("shipment-1", 3, 0)];
    given(...uncaptured)
      .when(receiveReturn("return-1", 1, 0))
      .thenRejected("RefundExceedsCapture");
    const declined = [...uncaptured, example.packed("shipment-2", 0, 1, 1_000), example.captured("shipment-2", 1_000)];
    const four = [...declined, ...cameBack("return-1", 1, 0), refundRequested("return-1", 250)];
    given(...four)
      .when(receiveReturn("return-2", 2, 0))
      .then(...cameBack("return-2", 2, 0), refundRequested("return-2", 500));
    const odd = [...declined, ...cameBack("return-1", 2, 0), refundRequested("return-1", 501)];
    given(...odd, refunded("return-1", 501))
      .when(receiveReturn("return-2", 1, 0))
      .then(...cameBack("return-2", 1, 0), refundRequested("return-2", 250));
    const spent = [...declined, ...cameBack("return-1", 2, 0), refundRequested("return-1", 751)];
    given(...spent)
      .when(receiveReturn("return-2", 1, 0))
      .thenRejected("RefundExceedsCapture");
    given(...spent, refunded("return-1", 751))
      .when(receiveReturn("return-2", 1, 0))
      .thenRejected("RefundExceedsCapture");
    given(...declined, ...cameBack("return-1", 2, 0), refundRequested("return-1", 750))
      .when(receiveReturn("return-2", 1, 0))
      .then(...cameBack("return-2", 1, 0), refundRequested("return-2", 250));
  });
  test("told again are known, or contradict", () => {
    given(...returning)
      .when(receiveReturn("return-1", 1, 0))
      .thenNothing();
    given(...returning)
      .when(receiveReturn("return-1", 2, 0))
      .thenRejected("ReturnMismatch");
    given(...returning)
      .when(receiveReturn("return-1", 1, 1))
      .thenRejected("ReturnMismatch");
    given(...returning)
      .when(receiveReturn("return-1", 0, 1))
      .thenRejected("ReturnMismatch");
    given(...returning)
      .when(receiveReturn("return-1", 1, 0, 1))
      .thenRejected("ReturnMismatch");
    given(...returning)
      .when({ ...receiveReturn("return-1", 0, 0), lines: [{ lineId: "line-1", quantity: 1, condition: "damaged" }] })
      .thenRejected("ReturnMismatch");
  });
  test("need an approval, unless nobody announced them", () => {
    given(...asked)
      .when(receiveReturn("return-1", 1, 0))
      .thenRejected("ReturnNotApproved");
    given(...asked, returnDeclined("return-1"))
      .when(receiveReturn("return-1", 1, 0))
      .thenRejected("ReturnNotApproved");
    given(...done)
      .when(receiveReturn("return-1", 1, 0))
      .then(...cameBack("return-1", 1, 0), refundRequested("return-1", 250));
    const lines: CommandOf<"ReceiveReturn">["lines"] = [
      { lineId: "line-1", quantity: 1, condition: "damaged" },
      { lineId: "line-1", quantity: 2, condition: "resalable" },
    ];
    given(...done)
      .when({ ...receiveReturn("return-1", 0, 0), lines })
      .then(
        {
          type: "ReturnRequested",
          data: {
            returnId: "return-1",
            reason: "came back unannounced",
            lines: [{ lineId: "line-1", quantity: 3 }],
            announced: false,
          },
        },
        returnApproved("return-1"),
        { type: "ReturnReceived", data: { returnId: "return-1", lines, deductionMinor: 0 } },
        refundRequested("return-1", 750),
      );
  });
  test("are of lines that were sent", () => {
    given(...histories["managed Fulfilling, dispatched"])
      .when(receiveReturn("return-1", 0, 1))
      .thenRejected("ReturnExceedsShipped");
    given(...returning)
      .when(receiveReturn("return-2", 3, 0))
      .thenRejected("ReturnExceedsShipped");
    given(...asked)
      .when(receiveReturn("return-2", 3, 0))
      .then(...cameBack("return-2", 3, 0), refundRequested("return-2", 750));
  });
  test("are received once, whatever history says", () =>
    expect(stateAfter(orderAggregate, [...returning, returnReceived("return-1", 1, 0)])).toEqual(
      stateAfter(orderAggregate, returning),
    ));
});

describe("the shipment that returned goods were of", () => {
  const two = [
    ...histories["managed Authorised"],
    example.planned,
    example.packed("shipment-1", 1, 0, 250),
    example.captured("shipment-1", 250),
    example.dispatched("shipment-1", 1, 0),
    example.packed("shipment-2", 2, 1, 1_500),
    example.captured("shipment-2", 1_500),
    example.dispatched("shipment-2", 2, 1),
  ];
  const returned = (history: readonly OrderEvent[]) => {
    const state = stateAfter(orderAggregate, history);
    if (!("shipments" in state)) throw new Error("the order is sent");
    return state.shipments.map(({ lines }) => lines.map((line) => line.returned));
  };
  const announced = [returnRequested("return-1", 1, 0), returnApproved("return-1"), returnReceived("return-1", 1, 0)];
  const { delivered, deliveryFailed } = example;

  test("is one that was delivered, if the customer announced them", () => {
    expect(returned([...two, deliveryFailed("shipment-1"), delivered("shipment-2"), ...announced])).toEqual([
      [0],
      [1, 0],
    ]);
    expect(returned([...two, delivered("shipment-2"), ...announced])).toEqual([[0], [1, 0]]);
    expect(returned([...two, deliveryFailed("shipment-1"), ...announced])).toEqual([[0], [1, 0]]);
  });
  test("is one that was not, if they just came back", () => {
    const back = cameBack("return-1", 1, 0);
    expect(returned([...two, delivered("shipment-1"), deliveryFailed("shipment-2"), ...back])).toEqual([[0], [1, 0]]);
    expect(returned([...two, delivered("shipment-1"), ...back])).toEqual([[0], [1, 0]]);
    expect(returned([...two, deliveryFailed("shipment-2"), ...back])).toEqual([[0], [1, 0]]);
    expect(returned([...two, delivered("shipment-1"), delivered("shipment-2"), ...back])).toEqual([[1], [0, 0]]);
  });
  test("is the next one when the first is empty", () =>
    expect(returned([...two, ...cameBack("return-1", 2, 1), ...cameBack("return-2", 1, 0)])).toEqual([[1], [2, 1]]));
  test("is never one that was not sent", () =>
    expect(
      returned([
        ...histories["managed Fulfilling, delivered"],
        example.packed("shipment-2", 0, 1, 1_000),
        ...announced,
      ]),
    ).toEqual([[1], [0]]));
});

describe("a refund", () => {
  test("is issued, and completes the order again", () => {
    given(...returning)
      .when(refund("return-1", 250))
      .then(refunded("return-1", 250), completed);
    expect(stateAfter(orderAggregate, histories["managed Completed, refunded"])).toMatchObject({
      status: "Completed",
      payment: { capturedMinor: 1_750, refundedMinor: 250 },
      returns: [{ refund: { status: "issued", refundId: "order-1~return-1", amountMinor: 250 } }],
    });
    given(...histories["external Returning"])
      .when(refund("return-1", 250))
      .then(refunded("return-1", 250), completed);
  });
  test("leaves the order returning while another one is open", () => {
    const two = [...returning, ...cameBack("return-2", 0, 1), refundRequested("return-2", 1_000)];
    given(...two)
      .when(refund("return-2", 1_000))
      .then(refunded("return-2", 1_000));
    given(...two, refunded("return-2", 1_000))
      .when(refund("return-1", 250))
      .then(refunded("return-1", 250), completed);
  });
  test("told again changes nothing", () => {
    given(...histories["managed Completed, refunded"])
      .when(refund("return-1", 250))
      .thenNothing();
    expect(
      stateAfter(orderAggregate, [...histories["managed Completed, refunded"], refunded("return-1", 250)]),
    ).toEqual(stateAfter(orderAggregate, histories["managed Completed, refunded"]));
  });
  test("is of exactly what was asked for", () => {
    given(...returning)
      .when(refund("return-1", 249))
      .thenRejected("RefundMismatch");
    given(...histories["managed Completed, refunded"])
      .when(refund("return-1", 251))
      .thenRejected("RefundMismatch");
  });
  test("is one that was asked for", () => {
    given(...returning)
      .when(refund("return-9", 250))
      .thenRejected("UnknownRefund");
    given(...approved)
      .when(refund("return-1", 250))
      .thenRejected("UnknownRefund");
    given(...approved, returnReceived("return-1", 1, 0, 250))
      .when(refund("return-1", 250))
      .thenRejected("UnknownRefund");
  });
  test("of an order on its way leaves it on its way", () => {
    const history = [
      ...histories["managed Fulfilling, delivered"],
      ...cameBack("return-1", 1, 0),
      refundRequested("return-1", 250),
    ];
    expect(stateAfter(orderAggregate, history)).toMatchObject({ status: "Fulfilling" });
    given(...history)
      .when(refund("return-1", 250))
      .then(refunded("return-1", 250));
  });
});

describe("returns and refunds", () => {
  const commands = [
    requestReturn("return-1", 1, 0),
    approveReturn("return-1"),
    declineReturn("return-1"),
    receiveReturn("return-1", 1, 0),
    refund("return-1", 250),
  ];
  test.each(early)("come before their time: %s", (name) => {
    for (const command of commands) {
      given(...histories[name])
        .when(command)
        .thenRejected("NotDispatched");
    }
  });
  test.each(over)("come too late: %s", (name) => {
    for (const command of commands.slice(0, -1)) {
      given(...histories[name])
        .when(command)
        .thenRejected("AlreadyCancelled");
    }
    given(...histories[name])
      .when(refund("return-1", 250))
      .then(ignored("RecordRefund", "order-1~return-1", "OrderOver"));
  });
});

describe("the completion of an order", () => {
  const failed = histories["managed Fulfilling, delivery failed"];
  const rest = [
    example.packed("shipment-2", 0, 1, 1_000),
    example.captureRequested("shipment-2", 1_000),
    example.captured("shipment-2", 1_000),
    example.dispatched("shipment-2", 0, 1),
    example.delivered("shipment-2"),
  ];
  test("waits for a parcel that could not be delivered, or for its goods and their refund", () => {
    given(...failed, ...rest)
      .when(receiveReturn("return-1", 3, 0))
      .then(...cameBack("return-1", 3, 0), refundRequested("return-1", 750));
    given(...failed, ...rest, ...cameBack("return-1", 3, 0), refundRequested("return-1", 750))
      .when(refund("return-1", 750))
      .then(refunded("return-1", 750), completed);
    given(...failed, ...rest)
      .when(receiveReturn("return-1", 3, 0, 750))
      .then(...cameBack("return-1", 3, 0).slice(0, 2), returnReceived("return-1", 3, 0, 750), completed);
  });
  test("waits for every capture", () => {
    const uncaptured = [
      ...histories["managed Fulfilling, captured"],
      example.dispatched("shipment-1", 3, 0),
      example.delivered("shipment-1"),
      example.packed("shipment-2", 0, 1, 1_000),
      example.captureRequested("shipment-2", 1_000),
      example.dispatched("shipment-2", 0, 1),
    ];
    given(...uncaptured)
      .when(example.deliver("shipment-2"))
      .then(example.delivered("shipment-2"));
    given(...uncaptured, example.delivered("shipment-2"))
      .when(example.capture("shipment-2", 1_000))
      .then(example.captured("shipment-2", 1_000), completed);
  });
  test("does not wait for a return that nobody has sent back", () => {
    given(
      ...histories["managed Fulfilling, all dispatched"],
      example.delivered("shipment-1"),
      returnRequested("return-1", 1, 0),
    )
      .when(example.deliver("shipment-2"))
      .then(example.delivered("shipment-2"), completed);
  });
  test("is told once", () =>
    given(...done)
      .when(requestReturn("return-1", 1, 0))
      .then(returnRequested("return-1", 1, 0)));
});
