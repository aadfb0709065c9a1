import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderView } from "../../../actors/order/view.ts";
import { waitingFor } from "../../../actors/order/waiting.ts";
import { specificationOf, specificationTime, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { waiveCapture, captureWaived, captureDeclined, captureRequested, captured, completed, dispatched } = example;
const { delivered, deliveryFailed, receiveReturn, cameBack, dispatch, unpack, unpacked } = example;
const declined = histories["managed Fulfilling, capture declined"];
const arrivedUnpaid = histories["managed Fulfilling, delivered unpaid"];
const waived = histories["managed Fulfilling, capture waived"];
const unpaid = (amountMinor: number) => [{ shipmentId: "shipment-1", amountMinor }];

const viewAfter = (history: readonly OrderEvent[]) =>
  orderView(example.orderId, history.length, stateAfter(orderAggregate, history));
/** Nothing but the cups was ordered. */
const withoutPot = (history: readonly OrderEvent[]): OrderEvent[] => [
  ...history,
  example.linesCancelled(0, 1, example.heldAt(0, 1)),
];

describe("waiving the capture of a shipment that was declined", () => {
  test("is recorded with its reason, and once, whatever the reason is then", () => {
    given(...arrivedUnpaid)
      .when(waiveCapture("shipment-1"))
      .then(captureWaived("shipment-1"));
    given(...waived)
      .when({ ...waiveCapture("shipment-1"), reason: "another one" })
      .thenNothing();
  });
  test("leaves nothing to pay for it, and nothing to wait for", () => {
    expect(viewAfter(waived)).toMatchObject({
      dueMinor: 1_000,
      payment: { capturedMinor: 0, authorisedMinor: 1_750 },
      shipments: [{ status: "Delivered", amountMinor: 0, capture: { status: "waived", captureId: null } }],
    });
    const steps = waitingFor(stateAfter(orderAggregate, waived), specificationTime).map(({ step }) => step);
    expect(steps).toEqual(["pack"]);
  });
  test("completes an order of which nothing else is left, wherever the goods are that have left", () => {
    const onTheWay = [...declined, example.deliveredEarly("shipment-1"), dispatched("shipment-1", 3, 0)];
    given(...withoutPot(arrivedUnpaid))
      .when(waiveCapture("shipment-1"))
      .then(captureWaived("shipment-1"), completed);
    given(...withoutPot([...onTheWay, deliveryFailed("shipment-1")]))
      .when(waiveCapture("shipment-1"))
      .then(captureWaived("shipment-1"));
    given(...withoutPot([...onTheWay, captureWaived("shipment-1")]))
      .when(example.deliver("shipment-1"))
      .then(delivered("shipment-1"), completed);
  });
  test("lets what is authorised for it be voided, when the order is complete", () =>
    given(...withoutPot(waived), completed)
      .whenProcessManager(example.voidPayment)
      .then(example.voided(1_750)));
  test("is refused while its money may be taken, or when it was", () => {
    given(...arrivedUnpaid, captureRequested("shipment-1", 750, 2))
      .when(waiveCapture("shipment-1"))
      .thenRejected("CapturePending");
    given(...histories["managed Fulfilling, delivered"])
      .when(waiveCapture("shipment-1"))
      .thenRejected("AlreadyCaptured");
  });
  test("is refused for goods that are still there: they are unpacked", () =>
    given(...declined)
      .when(waiveCapture("shipment-1"))
      .thenRejected("NotDispatched"));
  test("is of a shipment of the order", () =>
    given(...arrivedUnpaid)
      .when(waiveCapture("shipment-9"))
      .thenRejected("UnknownShipment"));
});

describe("what is told of a capture that is waived", () => {
  test("by the payment provider: a decline does not matter, and money that was taken is for people to look at", () => {
    given(...waived)
      .when(example.declineCapture("shipment-1"))
      .then(example.ignored("RecordPaymentFailure", "shipment-1", "AlreadyWaived"));
    for (const amountMinor of [0, 750]) {
      given(...waived)
        .when(example.capture("shipment-1", amountMinor))
        .thenRejected("CaptureWaived");
    }
  });
  test("by people: it is not asked for again", () =>
    given(...waived)
      .when(example.requestCapture("shipment-1"))
      .thenRejected("CaptureWaived"));
});

describe("goods of which the capture is waived", () => {
  test("come back without money, whatever they lost in value", () => {
    given(...waived)
      .when(receiveReturn("return-1", 1, 0))
      .then(...cameBack("return-1", 1, 0, 0, []));
    given(...waived)
      .when(receiveReturn("return-1", 1, 0, 250))
      .then(...cameBack("return-1", 1, 0, 0, []).slice(0, 2), example.returnReceived("return-1", 1, 0, 250, 0));
    given(...waived)
      .when(receiveReturn("return-1", 1, 0, 251))
      .thenRejected("DeductionExceedsValue");
    expect(viewAfter([...waived, ...cameBack("return-1", 1, 0, 0, [])])).toMatchObject({
      dueMinor: 1_000,
      returns: [{ status: "Received", refund: null }],
    });
  });
  test("bring back nothing for shipping either, which is waived with them", () =>
    given(...waived, example.returnRequested("return-1", 1, 0), example.returnApproved("return-1", true))
      .when(receiveReturn("return-1", 1, 0))
      .then(example.returnReceived("return-1", 1, 0, 0, 0)));
  test("do not keep from being paid back what came with them and is paid", () => {
    const both = [
      ...waived,
      example.packed("shipment-2", 0, 1, 1_000),
      captureRequested("shipment-2", 1_000),
      captured("shipment-2", 1_000),
      dispatched("shipment-2", 0, 1),
    ];
    given(...both)
      .when(receiveReturn("return-1", 1, 1, 100))
      .then(
        ...cameBack("return-1", 1, 1).slice(0, 2),
        example.returnReceived("return-1", 1, 1, 100, 900),
        example.refundRequested("return-1", 900),
      );
  });
  test("are waived with what is left to pay after some of them came back", () => {
    const someBack = [...arrivedUnpaid, ...cameBack("return-1", 1, 0, 0, unpaid(250))];
    expect(viewAfter(someBack)).toMatchObject({ shipments: [{ amountMinor: 500 }] });
    given(...withoutPot(someBack))
      .when(waiveCapture("shipment-1"))
      .then(captureWaived("shipment-1"), completed);
  });
});

describe("a waiver that no decider records", () => {
  test.each(["managed Placed", "managed Fulfilling, capture declined", "managed Fulfilling, delivered"] as const)(
    "changes nothing: %s",
    (name) => {
      const state = stateAfter(orderAggregate, histories[name]);
      expect(stateAfter(orderAggregate, [...histories[name], captureWaived("shipment-1")])).toEqual(state);
    },
  );
  test("is not undone by a capture, a request or a decline", () => {
    const state = stateAfter(orderAggregate, waived);
    for (const event of [
      captured("shipment-1", 0),
      captureRequested("shipment-1", 0, 2),
      captureDeclined("shipment-1"),
    ])
      expect(stateAfter(orderAggregate, [...waived, event])).toEqual(state);
  });
});

describe("a shipment that its carrier told something of, and whose capture is declined", () => {
  const deliveredEarly = histories["managed Fulfilling, capture declined, delivered early"];
  const failedEarly = [...declined, example.failedEarly("shipment-1")];

  test("has left: its dispatch is taken, with what the carrier told", () => {
    given(...deliveredEarly)
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 3, 0), delivered("shipment-1"));
    given(...failedEarly)
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 3, 0), {
        type: "DeliveryFailed",
        data: { shipmentId: "shipment-1", reason: "It failed before the dispatch was told." },
      });
  });
  test("or is still there: whoever has it in their hands unpacks it, and the carrier was wrong", () => {
    for (const history of [deliveredEarly, failedEarly]) {
      given(...history)
        .when(unpack("shipment-1"))
        .then(unpacked("shipment-1"));
      expect(stateAfter(orderAggregate, [...history, unpacked("shipment-1")])).toMatchObject({
        lines: [{ packed: 0, delivered: 0, reserved: 3 }, {}],
        shipments: [],
      });
    }
  });
  test("is waived when its dispatch is told", () =>
    given(...deliveredEarly)
      .when(waiveCapture("shipment-1"))
      .thenRejected("NotDispatched"));
});
