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
  returnApproved,
  declineReturn,
  returnDeclined,
  receiveReturn,
  returnReceived,
  cameBack,
  refundRequested,
} = example;
const done = histories["managed Completed"];
const asked = histories["managed Completed, return requested"];
const approved = histories["managed Completed, return approved"];
const returning = histories["managed Returning"];

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
});

describe("a return", () => {
  test("is approved once, and declined as long as nothing of it is back", () => {
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
    }
    given(...approved)
      .when(declineReturn("return-1"))
      .then(returnDeclined("return-1"));
    given(...returning)
      .when(declineReturn("return-1"))
      .thenRejected("ReturnDecided");
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
  test("that was approved is closed by declining it, as if it never had been, when its goods came back otherwise", () => {
    const shippingBack = [...asked, returnApproved("return-1", true)];
    const unannounced = [...cameBack("parcel-1", 3, 0), refundRequested("parcel-1", 750)];
    given(...shippingBack, ...unannounced)
      .when(receiveReturn("return-1", 1, 0))
      .thenRejected("ReturnExceedsShipped");
    given(...shippingBack, ...unannounced)
      .when(declineReturn("return-1"))
      .then(returnDeclined("return-1"));
    const closed = [...shippingBack, ...unannounced, returnDeclined("return-1")];
    const declined = stateAfter(orderAggregate, [...asked, ...unannounced, returnDeclined("return-1")]);
    expect(stateAfter(orderAggregate, closed)).toEqual(declined);
    given(...closed)
      .when(declineReturn("return-1"))
      .thenNothing();
    given(...closed)
      .when(receiveReturn("return-1", 1, 0))
      .thenRejected("ReturnNotApproved");
    given(...closed, returnRequested("return-2", 0, 1))
      .when(approveReturn("return-2", true))
      .then(returnApproved("return-2", true));
  });
  test("stays as it was decided, whatever history says", () => {
    expect(stateAfter(orderAggregate, [...returning, returnDeclined("return-1")])).toEqual(
      stateAfter(orderAggregate, returning),
    );
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
