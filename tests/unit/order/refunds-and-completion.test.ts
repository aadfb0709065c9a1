import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const {
  requestReturn,
  returnRequested,
  approveReturn,
  declineReturn,
  receiveReturn,
  returnReceived,
  cameBack,
  refundRequested,
  refund,
  refunded,
  completed,
  ignored,
} = example;
const done = histories["managed Completed"];
const approved = histories["managed Completed, return approved"];
const returning = histories["managed Returning"];
const early = ["managed Placed", "managed AwaitingCustomer", "managed Reserved", "managed Authorised"] as const;
const over = ["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const;

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
  test("is that of its return, whichever was asked for first", () => {
    const two = [...returning, ...cameBack("return-2", 0, 1), refundRequested("return-2", 1_000)];
    expect(stateAfter(orderAggregate, [...two, refunded("return-2", 1_000)])).toMatchObject({
      payment: { refundedMinor: 1_000 },
      returns: [
        { refund: { status: "requested", refundId: "order-1~return-1", amountMinor: 250 } },
        { refund: { status: "issued", refundId: "order-1~return-2", amountMinor: 1_000 } },
      ],
    });
  });
  test("told again changes nothing", () => {
    given(...histories["managed Completed, refunded"])
      .when(refund("return-1", 250))
      .then(ignored("RecordRefund", "order-1~return-1", "Repeated"));
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
  const worthless = [...cameBack("return-1", 3, 0).slice(0, 2), returnReceived("return-1", 3, 0, 750)];
  test("waits for a parcel that could not be delivered, or for its goods and their refund", () => {
    given(...failed, ...rest)
      .when(receiveReturn("return-1", 3, 0))
      .then(...cameBack("return-1", 3, 0), refundRequested("return-1", 750));
    given(...failed, ...rest, ...cameBack("return-1", 3, 0), refundRequested("return-1", 750))
      .when(refund("return-1", 750))
      .then(refunded("return-1", 750), completed);
    given(...failed, ...rest)
      .when(receiveReturn("return-1", 3, 0, 750))
      .then(...worthless, completed);
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
