import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import {
  anyListRow,
  anyListRowSchema,
  anyView,
  anyViewSchema,
  orderListRow,
  orderListRowSchema,
  orderView,
  orderViewSchema,
} from "../../../actors/order/view.ts";
import { specificationTime, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";
import type { HistoryName } from "./histories.ts";
import { saleHistories, saleId } from "./sale/examples.ts";

const viewAfter = (history: readonly OrderEvent[]) =>
  orderView(example.orderId, 7, stateAfter(orderAggregate, history));
const viewOf = (history: HistoryName) => viewAfter(histories[history]);
const placedHistories = Object.entries(histories).filter(([name]) => name !== "NotPlaced" && name !== "Withdrawn");
const sales = Object.entries(saleHistories).filter(([, history]) => history.length > 0);

const row = {
  orderId: "order-1",
  status: "Placed",
  version: 7,
  customerId: "customer-1",
  channel: null,
  currency: "EUR",
  currencyExponent: 2,
  totalMinor: 1_750,
  fulfilment: "managed",
  placedAt: specificationTime,
  updatedAt: specificationTime,
};

const untouched = { reserved: 0, packed: 0, shipped: 0, delivered: 0, returned: 0, cancelled: 0 };
const free = { discountMinor: 0, taxMinor: 0, includedTaxMinor: 0 };
const nothingYet = {
  reservationId: null,
  backorder: false,
  shortage: null,
  payment: null,
  fulfilments: [],
  shipments: [],
  returns: [],
  cancelCause: null,
  cancelReason: null,
};

const paymentOf = (name: HistoryName) => viewOf(name)?.payment;

const shipmentOf = (name: HistoryName) => viewOf(name)?.shipments[0];

const returnAfter = (...more: readonly OrderEvent[]) =>
  viewAfter([...histories["managed Completed, return requested"], ...more])?.returns[0];

describe("the view of an order", () => {
  test.each(["NotPlaced", "Withdrawn"] as const)("shows nothing of an order that is %s", (name) => {
    const state = stateAfter(orderAggregate, histories[name]);
    expect(orderView("order-1", 1, state)).toBeUndefined();
    expect(orderListRow("order-1", 1, state)).toBeUndefined();
    expect(anyView("order-1", 1, state)).toBeUndefined();
    expect(anyListRow("order-1", 1, state)).toBeUndefined();
  });

  test.each(placedHistories)("has the shape that is documented: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    const view = orderView("order-1", 7, state);
    expect(orderViewSchema.loose().parse(view)).toEqual(view);
    expect(anyViewSchema.parse(view)).toEqual(anyView("order-1", 7, state));
    const listed = orderListRow("order-1", 7, state);
    expect(orderListRowSchema.strict().parse(listed)).toEqual(listed);
    expect(anyListRow("order-1", 7, state)).toEqual(listed);
    expect(view).toMatchObject(listed ?? {});
  });

  test.each(sales)("is that of a sale for a sale: %s", (_, history) => {
    const state = stateAfter(orderAggregate, history);
    expect(orderView(saleId, 7, state)).toBeUndefined();
    expect(orderListRow(saleId, 7, state)).toBeUndefined();
    const view = anyView(saleId, 7, state);
    expect(view).toMatchObject({ orderId: saleId, status: state.status, version: 7 });
    expect(anyViewSchema.parse(view)).toEqual(view);
    const listed = anyListRow(saleId, 7, state);
    expect(listed).toMatchObject({ orderId: saleId, status: state.status });
    expect(anyListRowSchema.parse(listed)).toEqual(listed);
  });

  test("in a list has the terms of the order", () =>
    expect(orderListRow("order-1", 7, stateAfter(orderAggregate, histories["managed Placed"]))).toEqual(row));

  test("shows the lines and nothing that did not happen", () => {
    const [cups, pots] = example.lines.map(({ taxRatePpm: _rate, ...line }) => line);
    expect(viewAfter([example.placedManaged])).toEqual({
      ...row,
      ...nothingYet,
      pricesIncludeTax: false,
      discountMinor: 0,
      shipping: null,
      dueMinor: 1_750,
      lines: [
        { ...cups, ...free, ...untouched, open: 3 },
        { ...pots, ...free, ...untouched, open: 1 },
      ],
    });
    expect(viewOf("managed Placed")).toMatchObject({ ...nothingYet, reservationId: "order-1~r1" });
  });

  test("shows shipping, what is due, and by which channel the order came", () => {
    const placed = example.placedManaged;
    if (placed.type !== "OrderPlaced") throw new Error("the example is a placement");
    const shipping = { amountMinor: 490, taxRatePpm: 190_000, taxMinor: 93, includedTaxMinor: 0 };
    const dear = { ...placed.data, channel: "web", shipping, totalMinor: 2_333 };
    const history: OrderEvent[] = [{ ...placed, data: dear }, example.linesCancelled(1, 0)];
    expect(viewAfter(history)).toMatchObject({
      channel: "web",
      shipping: { amountMinor: 490, taxMinor: 93, includedTaxMinor: 0 },
      totalMinor: 2_333,
      dueMinor: 2_083,
    });
    // Shipping is due with what is left to send, be it of one line alone.
    const planned: OrderEvent[] = [
      { ...placed, data: dear },
      example.reserved(3, 1),
      example.authorised(2_333),
      example.planned,
      example.linesCancelled(0, 1, example.heldAt(0, 1)),
    ];
    expect(viewAfter(planned)).toMatchObject({ status: "Fulfilling", dueMinor: 1_333 });
  });

  test("shows what is short, and that it is waited for", () => {
    expect(viewOf("managed AwaitingCustomer")).toMatchObject({
      reservationId: "order-1~r1",
      backorder: false,
      shortage: { lines: [{ lineId: "line-1", missing: 1 }] },
    });
    expect(viewOf("managed Placed, backorder")).toMatchObject({
      reservationId: "order-1~r2",
      backorder: true,
      shortage: null,
    });
  });

  test("shows how the payment goes", () => {
    const nothing = { authorisationId: null, authorisedMinor: 0, capturedMinor: 0, voidedMinor: 0, refundedMinor: 0 };
    expect(paymentOf("external Reserved")).toEqual({ status: "none", attempt: 0, declineCode: null, ...nothing });
    expect(paymentOf("managed Reserved")).toEqual({ status: "requested", attempt: 1, declineCode: null, ...nothing });
    expect(paymentOf("managed Reserved, declined")).toEqual({
      status: "declined",
      attempt: 1,
      declineCode: "insufficient-funds",
      ...nothing,
    });
    expect(paymentOf("managed Authorised")).toEqual({
      status: "authorised",
      attempt: 1,
      declineCode: null,
      authorisationId: "authorisation-1",
      authorisedMinor: 1_750,
      capturedMinor: 0,
      voidedMinor: 0,
      refundedMinor: 0,
    });
    const again = [
      ...histories["managed Reserved, declined"],
      example.paymentRequested(1_750, 2),
      example.authorised(),
    ];
    expect(viewAfter(again)?.payment).toMatchObject({ attempt: 2 });
    const elsewhere = [...histories["external Reserved, declined"], example.authorised()];
    expect(viewAfter(elsewhere)?.payment).toMatchObject({ attempt: 2 });
    expect(paymentOf("managed Completed, refunded")).toMatchObject({ capturedMinor: 1_750, refundedMinor: 250 });
  });

  test("shows what is planned and packed", () =>
    expect(viewOf("managed Fulfilling, packed")).toMatchObject({
      fulfilments: [
        {
          fulfilmentId: "order-1~f1",
          location: "berlin",
          lines: [
            { lineId: "line-1", planned: 3, picked: 3, packed: 3 },
            { planned: 1, packed: 0 },
          ],
        },
      ],
      shipments: [
        {
          shipmentId: "shipment-1",
          fulfilmentId: "order-1~f1",
          status: "Packed",
          lines: [{ lineId: "line-1", quantity: 3, returned: 0 }],
          amountMinor: 750,
          capture: { status: "requested", captureId: null, declineCode: null },
          carrier: null,
          trackingNumber: null,
          failures: 0,
          packedAt: specificationTime,
          dispatchedAt: null,
          deliveredAt: null,
        },
      ],
    }));

  test("shows how a shipment goes", () => {
    expect(shipmentOf("managed Fulfilling, capture declined")).toMatchObject({
      capture: { status: "declined", captureId: null, declineCode: "insufficient-funds" },
    });
    expect(shipmentOf("managed Fulfilling, dispatched")).toMatchObject({
      status: "Dispatched",
      capture: { status: "captured", captureId: "capture-shipment-1", declineCode: null },
      carrier: "Parcel Co",
      trackingNumber: "P 1",
      failures: 0,
      dispatchedAt: specificationTime,
      deliveredAt: null,
    });
    expect(shipmentOf("managed Fulfilling, delivery failed")).toMatchObject({ status: "Failed", failures: 1 });
    expect(shipmentOf("managed Fulfilling, delivered")).toMatchObject({
      status: "Delivered",
      failures: 0,
      deliveredAt: specificationTime,
    });
  });

  test("shows what comes back, and what is paid back", () => {
    const asked = {
      returnId: "return-1",
      status: "Requested",
      reason: "too small",
      announced: true,
      requestedAt: specificationTime,
      lines: [{ lineId: "line-1", quantity: 1, condition: null }],
      refundShipping: null,
      declineReason: null,
      deductionMinor: null,
      refund: null,
    };
    expect(returnAfter()).toEqual(asked);
    expect(returnAfter(example.returnDeclined("return-1"))).toEqual({
      ...asked,
      status: "Declined",
      declineReason: "worn",
    });
    const approved = example.returnApproved("return-1", true);
    expect(returnAfter(approved)).toEqual({ ...asked, status: "Approved", refundShipping: true });
    const received = {
      ...asked,
      status: "Received",
      refundShipping: true,
      lines: [{ lineId: "line-1", quantity: 1, condition: "resalable" }],
      deductionMinor: 10,
    };
    const back = example.returnReceived("return-1", 1, 0, 10);
    expect(returnAfter(approved, back)).toEqual(received);
    const refund = { refundId: "order-1~return-1", amountMinor: 240 };
    const requested = example.refundRequested("return-1", 240);
    expect(returnAfter(approved, back, requested)).toEqual({ ...received, refund: { ...refund, status: "requested" } });
    expect(returnAfter(approved, back, requested, example.refunded("return-1", 240))).toEqual({
      ...received,
      refund: { ...refund, status: "issued" },
    });
  });

  test("shows why an order is given up, and what is still to be given back", () => {
    expect(viewOf("managed Cancelling")).toMatchObject({
      status: "Cancelling",
      reservationId: "order-1~r1",
      payment: { status: "authorised", authorisationId: "authorisation-1" },
      cancelCause: "customer",
      cancelReason: "changed my mind",
      lines: [{ reserved: 3, cancelled: 0 }, { reserved: 1 }],
    });
    expect(viewOf("managed Cancelled")).toMatchObject({
      ...nothingYet,
      cancelReason: "changed my mind",
      dueMinor: 0,
      lines: [
        { reserved: 0, cancelled: 3 },
        { reserved: 0, cancelled: 1 },
      ],
    });
    expect(viewOf("managed Rejected")).toMatchObject({
      cancelCause: "reservationRejected",
      cancelReason: "lost in the warehouse",
    });
    expect(viewOf("managed Expired")).toMatchObject({ cancelCause: "expired", cancelReason: "took too long" });
  });
});
