import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { orderListRow, orderListRowSchema, orderView, orderViewSchema } from "../../../actors/order/view.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import { histories, shortage } from "./examples.ts";
import type { HistoryName } from "./examples.ts";

const stateOf = (history: HistoryName) => stateAfter(orderAggregate, histories[history]);
const viewOf = (history: HistoryName) => orderView("order-1", 7, stateOf(history));
const placedHistories = Object.entries(histories).filter(([name]) => name !== "never placed");

const row = {
  orderId: "order-1",
  status: "Placed",
  version: 7,
  customerId: "customer-1",
  currency: "EUR",
  totalMinor: 1_750,
  fulfilment: "managed",
  placedAt: specificationTime,
  updatedAt: specificationTime,
};

describe("the view of an order", () => {
  test("shows nothing of an order that was never placed", () => {
    expect(viewOf("never placed")).toBeUndefined();
    expect(orderListRow("order-1", 0, stateOf("never placed"))).toBeUndefined();
  });

  test.each(placedHistories)("has the shape that is documented: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    const view = orderView("order-1", 7, state);
    expect(orderViewSchema.loose().parse(view)).toEqual(view);
    const listed = orderListRow("order-1", 7, state);
    expect(orderListRowSchema.strict().parse(listed)).toEqual(listed);
    expect(view).toMatchObject(listed ?? {});
  });

  test("in a list has the terms of the order", () =>
    expect(orderListRow("order-1", 7, stateOf("managed Placed"))).toEqual(row));

  test("shows the lines and nothing that did not happen", () =>
    expect(viewOf("managed Placed")).toEqual({
      ...row,
      lines: [
        {
          lineId: "line-1",
          sku: "cup",
          location: "berlin",
          quantity: 3,
          unitPriceMinor: 250,
          open: 3,
          reserved: 0,
          shipped: 0,
          delivered: 0,
          cancelled: 0,
        },
        {
          lineId: "line-2",
          sku: "pot",
          location: "berlin",
          quantity: 1,
          unitPriceMinor: 1_000,
          open: 1,
          reserved: 0,
          shipped: 0,
          delivered: 0,
          cancelled: 0,
        },
      ],
      shortage: null,
      reservationId: null,
      payment: null,
      shipments: [],
      cancelReason: null,
    }));

  test("shows what is short", () => expect(viewOf("managed AwaitingCustomer")).toMatchObject({ shortage }));

  test("shows what is captured, sent and still reserved", () =>
    expect(viewOf("external Fulfilling")).toMatchObject({
      reservationId: "reservation-1",
      payment: { authorisationId: "authorisation-1", authorisedMinor: 1_750, capturedMinor: 750 },
      lines: [
        { lineId: "line-1", reserved: 0, shipped: 3, delivered: 0 },
        { lineId: "line-2", reserved: 1, shipped: 0 },
      ],
      shipments: [
        { shipmentId: "shipment-1", status: "Dispatched", amountMinor: 750, lineIds: ["line-1"], deliveredAt: null },
      ],
    }));

  test("shows what arrived", () =>
    expect(viewOf("external Completed")).toMatchObject({
      lines: [{ delivered: 3 }, { delivered: 1 }],
      shipments: [
        { shipmentId: "shipment-1", status: "Delivered", deliveredAt: specificationTime },
        { shipmentId: "shipment-2", status: "Delivered", deliveredAt: specificationTime },
      ],
    }));

  test("shows what is still to be given back", () =>
    expect(viewOf("managed Cancelling")).toMatchObject({
      reservationId: "reservation-1",
      payment: { authorisationId: "authorisation-1" },
      cancelReason: "changed my mind",
      lines: [{ reserved: 3, cancelled: 0 }, { reserved: 1 }],
    }));

  test("shows that a cancelled order holds nothing", () =>
    expect(viewOf("managed Cancelled")).toMatchObject({
      reservationId: null,
      payment: null,
      cancelReason: "changed my mind",
      lines: [
        { reserved: 0, cancelled: 3 },
        { reserved: 0, cancelled: 1 },
      ],
    }));
});
