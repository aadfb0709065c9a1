import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import type { CommandOf } from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { returnRequested, returnApproved, returnDeclined, receiveReturn, returnReceived, cameBack, refundRequested } =
  example;
const done = histories["managed Completed"];
const asked = histories["managed Completed, return requested"];
const approved = histories["managed Completed, return approved"];
const returning = histories["managed Returning"];

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
        { type: "ReturnReceived", data: { ...returnReceived("return-1", 3, 0).data, lines } },
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
      .then(returnReceived("return-1", 1, 0, 0, 750), refundRequested("return-1", 750));
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
      .then(...cameBack("return-1", 1, 0, 33), refundRequested("return-1", 33));
    given(...history, ...cameBack("return-1", 1, 0, 33), refundRequested("return-1", 33))
      .when(receiveReturn("return-2", 1, 0))
      .then(...cameBack("return-2", 1, 0, 34), refundRequested("return-2", 34));
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
  test("of several lines told again are known, or contradict", () => {
    const again = given(...done, ...cameBack("return-1", 1, 1), refundRequested("return-1", 1_250));
    again.when(receiveReturn("return-1", 1, 1)).thenNothing();
    again.when(receiveReturn("return-1", 1, 0)).thenRejected("ReturnMismatch");
    again.when(receiveReturn("return-1", 2, 1)).thenRejected("ReturnMismatch");
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
    const came: OrderEvent[] = [
      ...cameBack("return-1", 3, 0).slice(0, 2),
      { type: "ReturnReceived", data: { ...returnReceived("return-1", 3, 0).data, lines } },
      refundRequested("return-1", 750),
    ];
    given(...done)
      .when({ ...receiveReturn("return-1", 0, 0), lines })
      .then(...came);
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

const returned = (history: readonly OrderEvent[]) => {
  const state = stateAfter(orderAggregate, history);
  if (!("shipments" in state)) throw new Error("the order is sent");
  return state.shipments.map(({ lines }) => lines.map((line) => line.returned));
};

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
  test("is the one whose payment says whether they are paid back", () => {
    const history = [
      ...two.filter(({ type }) => type !== "PaymentCaptured"),
      example.captured("shipment-1", 250),
      delivered("shipment-1"),
    ];
    const unpaid = [{ shipmentId: "shipment-2", amountMinor: 250 }];
    given(...history)
      .when(receiveReturn("return-1", 1, 0))
      .then(...cameBack("return-1", 1, 0, 0, unpaid));
    given(...history, returnRequested("return-1", 1, 0), returnApproved("return-1"))
      .when(receiveReturn("return-1", 1, 0))
      .then(returnReceived("return-1", 1, 0), refundRequested("return-1", 250));
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
