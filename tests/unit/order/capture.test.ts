import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const {
  capture,
  captured,
  captureDeclined,
  captureRequested,
  declineCapture,
  declineCaptureRequest,
  requestCapture,
  ignored,
} = example;
const packed = histories["managed Fulfilling, packed"];
const declined = histories["managed Fulfilling, capture declined"];
const askedAgain = [...declined, captureRequested("shipment-1", 750, 2)];
const early = ["managed Placed", "managed AwaitingCustomer", "managed Reserved", "managed Authorised"] as const;
const over = ["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const;

describe("the capture of a shipment", () => {
  test("is recorded once it was asked for, and even after it was declined", () => {
    given(...packed)
      .when(capture("shipment-1", 750))
      .then(captured("shipment-1", 750));
    given(...declined)
      .whenProcessManager(capture("shipment-1", 750))
      .then(captured("shipment-1", 750));
  });
  test("adds to what is captured of the order", () => {
    expect(stateAfter(orderAggregate, histories["managed Fulfilling, captured"])).toMatchObject({
      payment: { capturedMinor: 750 },
      shipments: [{ capture: { status: "captured", captureId: "capture-shipment-1" } }],
    });
    expect(stateAfter(orderAggregate, histories["managed Completed"])).toMatchObject({
      payment: { authorisedMinor: 1_750, capturedMinor: 1_750 },
    });
  });
  test("told again changes nothing, then or later", () => {
    for (const name of ["managed Fulfilling, captured", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(capture("shipment-1", 750))
        .then(ignored("RecordCapture", "shipment-1", "Repeated"));
      given(...histories[name])
        .when(capture("shipment-1", 750, "capture-9"))
        .thenRejected("CaptureMismatch");
    }
  });
  test("counts once, whatever history says", () => {
    const history = [...histories["managed Fulfilling, captured"], captured("shipment-1", 750, "capture-9")];
    expect(stateAfter(orderAggregate, history)).toMatchObject({
      payment: { capturedMinor: 750 },
      shipments: [{ capture: { captureId: "capture-shipment-1" } }],
    });
  });
  test("leaves a return alone that is still to come, as its decline does", () => {
    const wished = [example.returnRequested("return-1", 1, 0), example.returnApproved("return-1")];
    const history = [...packed, example.dispatched("shipment-1", 3, 0), ...wished];
    for (const answer of [captured("shipment-1", 750), captureDeclined("shipment-1")]) {
      expect(stateAfter(orderAggregate, [...history, answer])).toMatchObject({ returns: [{ status: "Approved" }] });
    }
  });
  test("is of exactly what the shipment is worth", () => {
    given(...packed)
      .when(capture("shipment-1", 749))
      .thenRejected("CaptureMismatch");
    given(...histories["managed Fulfilling, captured"])
      .when(capture("shipment-1", 751))
      .thenRejected("CaptureMismatch");
  });
  test("is of a shipment of the order", () =>
    given(...packed)
      .when(capture("shipment-9", 750))
      .thenRejected("UnknownShipment"));
  test.each(early)("comes before anything is packed: %s", (name) =>
    given(...histories[name])
      .when(capture("shipment-1", 750))
      .thenRejected("NotPacked"),
  );
  test.each(over)("comes too late: %s", (name) =>
    given(...histories[name])
      .when(capture("shipment-1", 750))
      .then(ignored("RecordCapture", "shipment-1", "OrderOver")),
  );
  test("of an external order is told by its dispatch", () => {
    for (const name of [
      "external Placed",
      "external Authorised",
      "external Completed",
      "external Cancelled",
    ] as const) {
      given(...histories[name])
        .when(capture("shipment-1", 750))
        .then(ignored("RecordCapture", "shipment-1", "ImpliedByDispatch"));
    }
  });
});

describe("a declined capture", () => {
  test("is recorded once, whatever the reason is said to be when it is told again", () => {
    given(...packed)
      .when(declineCapture("shipment-1"))
      .then(captureDeclined("shipment-1"));
    given(...declined)
      .when(declineCapture("shipment-1"))
      .then(ignored("RecordPaymentFailure", "shipment-1", "Repeated"));
    given(...declined)
      .when(declineCapture("shipment-1", "expired-card"))
      .then(ignored("RecordPaymentFailure", "shipment-1", "Repeated"));
    expect(stateAfter(orderAggregate, declined)).toMatchObject({
      status: "Fulfilling",
      payment: { capturedMinor: 0 },
      shipments: [{ capture: { status: "declined", code: "insufficient-funds" } }],
    });
  });
  test("may name its request", () => {
    given(...packed)
      .when(declineCaptureRequest("shipment-1", "order-1~shipment-1~c1"))
      .then(captureDeclined("shipment-1"));
    given(...declined)
      .when(declineCaptureRequest("shipment-1", "order-1~shipment-1~c1"))
      .then(ignored("RecordPaymentFailure", "shipment-1", "Repeated"));
  });
  test("of an earlier request does not matter to the one that is made after it", () => {
    given(...askedAgain)
      .when(declineCaptureRequest("shipment-1", "order-1~shipment-1~c1"))
      .then(ignored("RecordPaymentFailure", "shipment-1", "RequestSuperseded"));
    given(...askedAgain, captureDeclined("shipment-1"))
      .when(declineCaptureRequest("shipment-1", "order-1~shipment-1~c1"))
      .then(ignored("RecordPaymentFailure", "shipment-1", "RequestSuperseded"));
    given(...askedAgain)
      .when(declineCaptureRequest("shipment-1", "order-1~shipment-1~c2"))
      .then(captureDeclined("shipment-1"));
  });
  test("that names no request is of the one that is open", () => {
    given(...askedAgain)
      .when(declineCapture("shipment-1"))
      .then(captureDeclined("shipment-1"));
  });
  test("is of a request that had no name yet, whatever name it is given", () => {
    const unnamed = {
      type: "CaptureRequested",
      data: { shipmentId: "shipment-1", attempt: null, amountMinor: 750 },
    } as const;
    given(...histories["managed Fulfilling, planned"], example.packed("shipment-1", 3, 0, 750), unnamed)
      .when(declineCaptureRequest("shipment-1", "order-1/7"))
      .then(captureDeclined("shipment-1"));
  });
  test("does not matter any more once it is captured", () => {
    for (const name of ["managed Fulfilling, captured", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(declineCapture("shipment-1"))
        .then(ignored("RecordPaymentFailure", "shipment-1", "AlreadyCaptured"));
    }
    const history = [...histories["managed Fulfilling, captured"], captureDeclined("shipment-1")];
    expect(stateAfter(orderAggregate, history)).toMatchObject({ shipments: [{ capture: { status: "captured" } }] });
  });
  test("is of a shipment of the order", () =>
    given(...packed)
      .when(declineCapture("shipment-9"))
      .thenRejected("UnknownShipment"));
  test.each(early)("comes before anything is packed: %s", (name) =>
    given(...histories[name])
      .when(declineCapture("shipment-1"))
      .thenRejected("NotPacked"),
  );
  test.each(over)("comes too late: %s", (name) =>
    given(...histories[name])
      .when(declineCapture("shipment-1"))
      .then(ignored("RecordPaymentFailure", "shipment-1", "OrderOver")),
  );
  test("of an external order is nothing that can be", () =>
    given(...histories["external Reserved"])
      .when(declineCapture("shipment-1"))
      .then(ignored("RecordPaymentFailure", "shipment-1", "ImpliedByDispatch")));
});

describe("a request to capture again", () => {
  test("is made for a shipment whose capture was declined", () => {
    given(...declined)
      .when(requestCapture("shipment-1"))
      .then(captureRequested("shipment-1", 750, 2));
    given(...askedAgain, captureDeclined("shipment-1"))
      .when(requestCapture("shipment-1"))
      .then(captureRequested("shipment-1", 750, 3));
    expect(stateAfter(orderAggregate, askedAgain)).toMatchObject({
      shipments: [{ capture: { status: "requested", attempt: 2 } }],
    });
  });
  test("changes nothing while it is under way, or when it was captured", () => {
    for (const name of [
      "managed Fulfilling, packed",
      "managed Fulfilling, captured",
      "managed Completed",
      "managed Returning",
    ] as const) {
      given(...histories[name])
        .when(requestCapture("shipment-1"))
        .thenNothing();
    }
    const history = [...histories["managed Fulfilling, captured"], captureRequested("shipment-1", 750)];
    expect(stateAfter(orderAggregate, history)).toMatchObject({ shipments: [{ capture: { status: "captured" } }] });
  });
  test("leaves the other shipments alone", () => {
    const history = [...histories["managed Fulfilling, all dispatched"]];
    const two = [
      ...declined,
      example.packed("shipment-2", 0, 1, 1_000),
      captureRequested("shipment-2", 1_000),
      captured("shipment-2", 1_000),
    ];
    expect(stateAfter(orderAggregate, two)).toMatchObject({
      shipments: [{ capture: { status: "declined" } }, { capture: { captureId: "capture-shipment-2" } }],
      payment: { capturedMinor: 1_000 },
    });
    given(...history)
      .when(requestCapture("shipment-2"))
      .thenNothing();
  });
  test("is of a shipment of the order", () =>
    given(...packed)
      .when(requestCapture("shipment-9"))
      .thenRejected("UnknownShipment"));
  test.each(early)("comes before anything is packed: %s", (name) =>
    given(...histories[name])
      .when(requestCapture("shipment-1"))
      .thenRejected("NotPacked"),
  );
  test.each(over)("comes too late: %s", (name) =>
    given(...histories[name])
      .when(requestCapture("shipment-1"))
      .thenRejected("AlreadyCancelled"),
  );
});
