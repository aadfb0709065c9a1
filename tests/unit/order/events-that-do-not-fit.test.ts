import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent, OrderEventOf } from "../../../actors/order/events.ts";
import { stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";
import type { HistoryName } from "./histories.ts";

const after = (...history: readonly OrderEvent[]) => stateAfter(orderAggregate, history);
const later = "2026-02-03T04:05:06.789Z";

const { planned, packed, dispatched, refunded, refundRequested, captureDeclined } = example;
const dispatchedWhole: OrderEventOf<"ShipmentDispatched"> = {
  type: "ShipmentDispatched",
  data: { ...dispatched("shipment-1", 0, 0).data, lines: { whole: ["line-2"] } },
};

/** No decider records such an event; a history that has one all the same must not break the order. */
describe("an event that does not fit leaves an order as it is, and when it was changed:", () => {
  test.each<[string, HistoryName, OrderEvent]>([
    ["a placement of what is placed", "managed Reserved", example.placedManaged],
    ["a withdrawal of what is placed", "managed Placed", example.withdrawn],
    ["a reservation that is not the one asked for", "managed Placed", example.reserved(3, 1, 2)],
    ["a plan of what is not paid", "managed Reserved", planned],
    ["a second plan", "managed Fulfilling, picked", planned],
    ["a parcel of what is not paid", "managed Reserved", packed("shipment-1", 3, 0, 750)],
    ["a second parcel of one name", "managed Fulfilling, packed", packed("shipment-1", 0, 1, 1_000)],
    ["a dispatch of what is not paid", "managed Reserved", dispatched("shipment-1", 3, 0)],
    ["a dispatch before anything is packed", "managed Authorised", dispatched("shipment-1", 3, 0)],
    ["a dispatch of what is not packed", "managed Fulfilling, packed", dispatched("shipment-2", 0, 1)],
    ["a second dispatch", "managed Fulfilling, dispatched", dispatched("shipment-1", 3, 0)],
    ["a second dispatch, of a whole line", "managed Fulfilling, dispatched", dispatchedWhole],
    ["an early delivery of what is not packed", "managed Fulfilling, packed", example.deliveredEarly("shipment-2")],
    ["an early delivery of what has left", "managed Fulfilling, dispatched", example.deliveredEarly("shipment-1")],
    [
      "a waived capture of what is still there",
      "managed Fulfilling, capture declined",
      example.captureWaived("shipment-1"),
    ],
    ["a refund of a return that is unknown", "managed Returning", refunded("return-2", 250)],
    ["a refund of a return that did not come", "managed Completed, return approved", refunded("return-1", 250)],
    ["a refund that is issued", "managed Completed, refunded", refunded("return-1", 250)],
  ])("%s", (_, name, event) => {
    const state = after(...histories[name]);
    expect(orderAggregate.evolve(state, event, later)).toEqual(state);
  });
});

describe("an event that does not fit leaves", () => {
  test("a payment that is not authorised as it is, since there is nothing to let go of", () => {
    for (const name of ["managed Placed", "managed Reserved", "managed Reserved, declined"] as const) {
      const cancelling = [...histories[name], example.cancelling()];
      expect(after(...cancelling, example.voided(0))).toEqual(after(...cancelling));
    }
  });

  test("a refund as it was asked for when it is asked for again", () => {
    for (const name of ["managed Returning", "managed Fulfilling, dispatched"] as const) {
      const asked = [...histories[name], ...example.cameBack("return-2", 1, 0), refundRequested("return-2", 250)];
      for (const history of [asked, [...asked, refunded("return-2", 250)]]) {
        expect(after(...history, refundRequested("return-2", 9_999))).toEqual(after(...history));
      }
    }
  });

  test("a refund of nothing as it was asked for, whatever becomes of the capture that it did not wait for", () =>
    expect(
      after(
        ...histories["managed Fulfilling, back unpaid"],
        refundRequested("return-1", 0),
        captureDeclined("shipment-1"),
      ),
    ).toMatchObject({
      shipments: [{ amountMinor: 500, capture: { status: "declined" } }],
      returns: [{ refund: { status: "requested", amountMinor: 0 } }],
    }));

  test("an order of which nothing is left without a reservation", () =>
    expect(after(...histories["managed Placed"], example.linesCancelled(3, 1))).toMatchObject({
      status: "Placed",
      lines: [
        { open: 0, reserved: 0, cancelled: 3 },
        { open: 0, reserved: 0, cancelled: 1 },
      ],
    }));
});

describe("an event that comes while the customer is asked about what is missing", () => {
  const awaiting = histories["managed AwaitingCustomer"];

  test("takes what is cancelled off what is missing", () => {
    const state = after(...histories["managed Placed"], example.reserved(1, 1), example.short(2, 0));
    expect(orderAggregate.evolve(state, example.linesCancelled(1, 0), later)).toMatchObject({
      status: "AwaitingCustomer",
      shortage: { lines: [{ lineId: "line-1", missing: 1 }] },
      lines: [{ open: 1, reserved: 1, cancelled: 1 }, { reserved: 1 }],
    });
  });

  test("leaves a reserved order if nothing is missing any more", () => {
    const state = after(...awaiting, example.linesCancelled(1, 0));
    expect(state).toMatchObject({ status: "Reserved", lines: [{ reserved: 2, cancelled: 1 }, { reserved: 1 }] });
    expect(state).not.toHaveProperty("shortage");
  });
});
