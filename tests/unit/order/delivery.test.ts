import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { specificationOf, specificationTime, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const {
  deliver,
  delivered,
  deliveredEarly,
  failedEarly,
  dispatch,
  dispatched,
  failDelivery,
  deliveryFailed,
  completed,
  ignored,
  cameBack,
  refundRequested,
} = example;
const sent = histories["managed Fulfilling, dispatched"];
const failed = histories["managed Fulfilling, delivery failed"];
const allSent = histories["managed Fulfilling, all dispatched"];
const early = ["managed Placed", "managed AwaitingCustomer", "managed Reserved", "managed Authorised"] as const;
const over = ["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const;

describe("a delivery", () => {
  test("is recorded of what is under way, even after it failed", () => {
    given(...sent)
      .when(deliver("shipment-1"))
      .then(delivered("shipment-1"));
    given(...failed)
      .when(deliver("shipment-1"))
      .then(delivered("shipment-1"));
    expect(stateAfter(orderAggregate, [...failed, delivered("shipment-1")])).toMatchObject({
      lines: [{ shipped: 3, delivered: 3 }, { delivered: 0 }],
      shipments: [{ status: "Delivered", carrier: "Parcel Co", deliveredAt: specificationTime }],
    });
  });
  test("completes the order if it is the last, in whatever order they come", () => {
    given(...allSent, delivered("shipment-1"))
      .when(deliver("shipment-2"))
      .then(delivered("shipment-2"), completed);
    given(...allSent, delivered("shipment-2"))
      .when(deliver("shipment-1"))
      .then(delivered("shipment-1"), completed);
    given(...allSent)
      .when(deliver("shipment-1"))
      .then(delivered("shipment-1"));
  });
  test("told again changes nothing, then or later", () => {
    for (const name of ["managed Fulfilling, delivered", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(deliver("shipment-1"))
        .then(ignored("RecordDelivery", "shipment-1", "Repeated"));
    }
    const history = histories["managed Fulfilling, delivered"];
    expect(stateAfter(orderAggregate, [...history, delivered("shipment-1")])).toEqual(
      stateAfter(orderAggregate, history),
    );
  });
  test("of a parcel that came back is too late", () =>
    given(...failed, ...cameBack("return-1", 3, 0), refundRequested("return-1", 750))
      .when(deliver("shipment-1"))
      .then(ignored("RecordDelivery", "shipment-1", "AlreadyReturned")));
  test("of a parcel of which a part came back counts", () =>
    given(...sent, ...cameBack("return-1", 2, 0), refundRequested("return-1", 500))
      .when(deliver("shipment-1"))
      .then(delivered("shipment-1")));
});

describe("a failed delivery", () => {
  test("is recorded as often as it fails", () => {
    given(...sent)
      .when(failDelivery("shipment-1"))
      .then(deliveryFailed("shipment-1"));
    given(...failed)
      .when(failDelivery("shipment-1"))
      .then(deliveryFailed("shipment-1"));
    expect(stateAfter(orderAggregate, failed)).toMatchObject({
      status: "Fulfilling",
      lines: [{ shipped: 3, delivered: 0 }, {}],
      shipments: [{ status: "Failed", failures: 1, failedAt: specificationTime }],
    });
    expect(stateAfter(orderAggregate, [...failed, deliveryFailed("shipment-1")])).toMatchObject({
      shipments: [{ status: "Failed", failures: 2 }],
    });
  });
  test("leaves the other shipments alone", () =>
    expect(stateAfter(orderAggregate, [...allSent, deliveryFailed("shipment-2")])).toMatchObject({
      shipments: [{ status: "Dispatched" }, { status: "Failed" }],
    }));
  test("comes too late once it was delivered", () => {
    for (const name of ["managed Fulfilling, delivered", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(failDelivery("shipment-1"))
        .then(ignored("RecordDeliveryFailure", "shipment-1", "AlreadyDelivered"));
    }
    const history = histories["managed Fulfilling, delivered"];
    expect(stateAfter(orderAggregate, [...history, deliveryFailed("shipment-1")])).toEqual(
      stateAfter(orderAggregate, history),
    );
  });
  test("comes too late once it came back", () => {
    const history = [...failed, ...cameBack("return-1", 3, 0), refundRequested("return-1", 750)];
    given(...history)
      .when(failDelivery("shipment-1"))
      .then(ignored("RecordDeliveryFailure", "shipment-1", "AlreadyReturned"));
    expect(stateAfter(orderAggregate, [...history, deliveryFailed("shipment-1"), delivered("shipment-1")])).toEqual(
      stateAfter(orderAggregate, history),
    );
  });
});

describe("what a carrier tells of a shipment before its dispatch is told", () => {
  const captured = histories["managed Fulfilling, captured"];
  const afterFailure: OrderEvent = {
    type: "DeliveryFailed",
    data: { shipmentId: "shipment-1", reason: "It failed before the dispatch was told." },
  };
  test("is kept, and once", () => {
    for (const name of [
      "managed Fulfilling, packed",
      "managed Fulfilling, captured",
      "managed Fulfilling, capture declined",
    ] as const) {
      given(...histories[name])
        .when(deliver("shipment-1"))
        .then(deliveredEarly("shipment-1"));
      given(...histories[name])
        .when(failDelivery("shipment-1"))
        .then(failedEarly("shipment-1"));
      given(...histories[name], deliveredEarly("shipment-1"))
        .when(deliver("shipment-1"))
        .then(ignored("RecordDelivery", "shipment-1", "Repeated"));
      given(...histories[name], failedEarly("shipment-1"))
        .when(failDelivery("shipment-1"))
        .then(ignored("RecordDeliveryFailure", "shipment-1", "Repeated"));
    }
  });
  test("may come to a delivery after a failure, but not the other way round", () => {
    given(...captured, failedEarly("shipment-1"))
      .when(deliver("shipment-1"))
      .then(deliveredEarly("shipment-1"));
    given(...captured, deliveredEarly("shipment-1"))
      .when(failDelivery("shipment-1"))
      .then(ignored("RecordDeliveryFailure", "shipment-1", "AlreadyDelivered"));
  });
  test("counts as soon as the dispatch is told", () => {
    given(...captured)
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 3, 0));
    given(...captured, deliveredEarly("shipment-1"))
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 3, 0), delivered("shipment-1"));
    given(...captured, failedEarly("shipment-1"))
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 3, 0), afterFailure);
    given(...captured, failedEarly("shipment-1"), deliveredEarly("shipment-1"))
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 3, 0), delivered("shipment-1"));
  });
  test("completes the order with the dispatch if it is the last", () => {
    const last = allSent.filter(
      (event) => event.type !== "ShipmentDispatched" || event.data.shipmentId === "shipment-1",
    );
    given(...last, delivered("shipment-1"), deliveredEarly("shipment-2"))
      .when(dispatch("shipment-2"))
      .then(dispatched("shipment-2", 0, 1), delivered("shipment-2"), completed);
  });
  test("leaves the other shipments, and what has left, alone", () => {
    const two = [...captured, example.packed("shipment-2", 0, 1, 1_000)];
    expect(stateAfter(orderAggregate, [...two, deliveredEarly("shipment-2")])).toMatchObject({
      shipments: [
        { status: "Packed", reported: null },
        { status: "Packed", reported: "delivered" },
      ],
    });
    expect(stateAfter(orderAggregate, [...sent, deliveredEarly("shipment-1")])).toEqual(
      stateAfter(orderAggregate, sent),
    );
  });
});

describe("what a carrier tells", () => {
  test("is of a shipment of the order", () => {
    for (const name of ["managed Fulfilling, dispatched", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(deliver("shipment-9"))
        .thenRejected("UnknownShipment");
      given(...histories[name])
        .when(failDelivery("shipment-9"))
        .thenRejected("UnknownShipment");
    }
  });
  test.each(early)("comes before its time: %s", (name) => {
    given(...histories[name])
      .when(deliver("shipment-1"))
      .thenRejected("NotDispatched");
    given(...histories[name])
      .when(failDelivery("shipment-1"))
      .thenRejected("NotDispatched");
  });
  test.each(over)("comes too late: %s", (name) => {
    given(...histories[name])
      .when(deliver("shipment-1"))
      .then(ignored("RecordDelivery", "shipment-1", "OrderOver"));
    given(...histories[name])
      .when(failDelivery("shipment-1"))
      .then(ignored("RecordDeliveryFailure", "shipment-1", "OrderOver"));
  });
});
