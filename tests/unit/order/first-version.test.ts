import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { specificationOf, specificationTime, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";

const { given } = specificationOf(orderAggregate, example.orderId);

/** An event as version 1 of its type was stored, as the domain sees it today. */
const first = (type: string, data: object): OrderEvent => orderAggregate.decodeEvent(type, 1, data);

const line = (lineId: string, sku: string, quantity: number, unitPriceMinor: number) => ({
  lineId,
  sku,
  location: "berlin",
  quantity,
  unitPriceMinor,
});
const placedAs = (fulfilment: string) =>
  first("OrderPlaced", {
    customerId: "customer-1",
    currency: "EUR",
    fulfilment,
    lines: [line("line-1", "cup", 3, 250), line("line-2", "pot", 1, 1_000)],
    totalMinor: 1_750,
  });
const placed = placedAs("managed");
const reserved = first("LinesReserved", { reservationId: "order-1" });
const authorised = first("PaymentAuthorised", { authorisationId: "authorisation-1", amountMinor: 1_750 });
const sent = (shipmentId: string, lineIds: readonly string[], amountMinor: number) => [
  first("PaymentCaptured", { shipmentId, amountMinor }),
  first("ShipmentDispatched", { shipmentId, carrier: "Parcel Co", trackingNumber: "P 1", lineIds }),
];
const short = (requested: number, available: number) =>
  first("ShortageRaised", {
    reserved: [{ sku: "pot", location: "berlin", quantity: 1 }],
    short: [{ sku: "cup", location: "berlin", requested, available }],
  });

const stateOf = (...history: readonly OrderEvent[]): OrderState =>
  history.reduce((state, event) => orderAggregate.evolve(state, event, specificationTime), orderAggregate.initial);

describe("an order of which events of version 1 are stored", () => {
  test("has no tax, discount or shipping", () =>
    expect(stateOf(placed)).toEqual(stateAfter(orderAggregate, [example.placedManaged])));

  test("is reserved as a whole, at the stock items of its lines", () =>
    expect(stateOf(placed, reserved)).toMatchObject({
      status: "Reserved",
      payment: { status: "none" },
      lines: [
        { open: 0, reserved: 3 },
        { open: 0, reserved: 1 },
      ],
      holds: [
        { reservationId: "order-1", lineId: "line-1", stockItemId: "cup~berlin", quantity: 3 },
        { reservationId: "order-1", lineId: "line-2", stockItemId: "pot~berlin", quantity: 1 },
      ],
      reservation: {
        reservationId: "order-1",
        backorder: false,
        lines: [
          { lineId: "line-1", requested: 3, reserved: 3 },
          { lineId: "line-2", requested: 1, reserved: 1 },
        ],
      },
    }));

  test("takes an authorisation whose request it does not remember, if it asked without saying so", () =>
    given(placed, reserved)
      .whenProcessManager({ ...example.authorise(), requestId: "order-1~authorisation" })
      .then(example.authorised()));

  test("takes a declined request which it does not remember, if it asked without saying so", () =>
    given(placed, reserved)
      .whenProcessManager({ ...example.decline(true), requestId: "order-1~authorisation" })
      .then(example.declined(true, 1, "order-1~authorisation")));

  test("is held by no stock item if it is external", () =>
    expect(stateOf(placedAs("external"), reserved)).toMatchObject({ status: "Reserved", holds: [] }));

  test("is reserved as far as it was not cancelled", () =>
    expect(stateOf(placed, example.linesCancelled(0, 1), reserved)).toMatchObject({
      status: "Reserved",
      holds: [{ reservationId: "order-1", lineId: "line-1", stockItemId: "cup~berlin", quantity: 3 }],
      reservation: { lines: [{ lineId: "line-1", requested: 3, reserved: 3 }] },
    }));

  test("sends nothing twice", () =>
    expect(
      stateOf(
        placed,
        reserved,
        authorised,
        ...sent("shipment-1", ["line-1"], 750),
        ...sent("shipment-2", ["line-1", "line-2"], 1_000),
      ),
    ).toMatchObject({
      lines: [{ shipped: 3 }, { shipped: 1 }],
      shipments: [
        { lines: [{ lineId: "line-1", quantity: 3 }], amountMinor: 750 },
        { lines: [{ lineId: "line-2", quantity: 1 }], amountMinor: 1_000 },
      ],
    }));

  test("is sent, packed and captured by the dispatch of whole lines", () =>
    expect(stateOf(placed, reserved, authorised, ...sent("shipment-1", ["line-1"], 750))).toMatchObject({
      status: "Fulfilling",
      payment: { authorisedMinor: 1_750, capturedMinor: 750, voidedMinor: 0, refundedMinor: 0 },
      lines: [
        { reserved: 0, packed: 3, shipped: 3, delivered: 0 },
        { reserved: 1, packed: 0, shipped: 0 },
      ],
      holds: [{ lineId: "line-2", quantity: 1 }],
      fulfilments: [],
      returns: [],
      shipments: [
        {
          status: "Dispatched",
          shipmentId: "shipment-1",
          fulfilmentId: null,
          carrier: "Parcel Co",
          trackingNumber: "P 1",
          lines: [{ lineId: "line-1", quantity: 3, returned: 0 }],
          amountMinor: 750,
          capture: { status: "captured", captureId: "shipment-1" },
        },
      ],
    }));

  test("comes to the same as an external order of today", () => {
    const before = stateOf(
      placedAs("external"),
      first("LinesReserved", { reservationId: "order-1~r1" }),
      authorised,
      ...sent("shipment-1", ["line-1"], 750),
      ...sent("shipment-2", ["line-2"], 1_000),
      first("ShipmentDelivered", { shipmentId: "shipment-1" }),
      first("ShipmentDelivered", { shipmentId: "shipment-2" }),
      first("OrderCompleted", {}),
    );
    const today = stateAfter(orderAggregate, [
      example.placedExternal,
      example.reservedElsewhere(3, 1),
      example.authorised(),
      example.packed("shipment-1", 3, 0, 750, null),
      example.captured("shipment-1", 750, "shipment-1"),
      example.dispatched("shipment-1", 3, 0, []),
      example.packed("shipment-2", 0, 1, 1_000, null),
      example.captured("shipment-2", 1_000, "shipment-2"),
      example.dispatched("shipment-2", 0, 1, []),
      example.delivered("shipment-1"),
      example.delivered("shipment-2"),
      example.completed,
    ]);
    expect(before).toEqual(today);
  });

  test("is short of the last units of the lines that a stock item was short of, and holds nothing", () => {
    const twice = first("OrderPlaced", {
      customerId: "customer-1",
      currency: "EUR",
      fulfilment: "managed",
      lines: [line("line-1", "cup", 3, 250), line("line-2", "pot", 1, 1_000), line("line-3", "cup", 2, 250)],
      totalMinor: 2_250,
    });
    expect(stateOf(twice, short(5, 2))).toMatchObject({
      status: "AwaitingCustomer",
      shortage: {
        lines: [
          { lineId: "line-1", missing: 1 },
          { lineId: "line-3", missing: 2 },
        ],
      },
      holds: [],
    });
  });

  test("is being cancelled, or cancelled, by its customer", () => {
    const cancelling = first("CancellationRequested", { reason: "changed my mind" });
    expect(stateOf(placed, reserved, authorised, cancelling)).toMatchObject({
      status: "Cancelling",
      cause: "customer",
      reason: "changed my mind",
      payment: { status: "authorised", authorisationId: "authorisation-1" },
    });
    const cancelled = first("OrderCancelled", { reason: "changed my mind" });
    expect(stateOf(placed, reserved, authorised, cancelling, cancelled)).toMatchObject({ status: "Cancelled" });
  });

  test("goes on with the commands of today, wherever it stood", () => {
    given(placed)
      .whenProcessManager({ type: "RecordReservation", reservationId: "order-1~r1" })
      .then(example.reserved(3, 1), example.paymentRequested());
    given(placed, reserved).when(example.requestPayment).then(example.paymentRequested());
    given(placed, reserved).when(example.authorise()).then(authorised);
    given(placed, reserved, authorised).whenProcessManager(example.plan).then(example.planned);
    given(placed, reserved)
      .when(example.decline(true))
      .then(example.declined(true, 1, null));
  });

  test("can be planned as far as it was not sent", () => {
    const begun = [placed, reserved, authorised, ...sent("shipment-1", ["line-1"], 750)];
    const fulfilments = [{ fulfilmentId: "f1", location: "berlin", lines: [{ lineId: "line-2", quantity: 1 }] }];
    const planned: OrderEvent = { type: "FulfilmentPlanned", data: { fulfilments } };
    given(...begun)
      .whenProcessManager({ type: "PlanFulfilment", fulfilments })
      .then(planned);
    expect(stateOf(...begun, planned)).toMatchObject({
      fulfilments: [{ fulfilmentId: "f1", lines: [{ lineId: "line-2", planned: 1, picked: 0, packed: 0 }] }],
      shipments: [{ shipmentId: "shipment-1" }],
    });
  });

  test("pays back what came back, which its receipt did not reckon yet", () => {
    const back = [
      ...sent("shipment-1", ["line-1"], 750),
      ...example.cameBack("return-1", 1, 0).slice(0, 2),
      first("ReturnReceived", {
        returnId: "return-1",
        lines: [{ lineId: "line-1", quantity: 1, condition: "resalable" }],
        deductionMinor: 0,
      }),
    ];
    const state = stateOf(placed, reserved, authorised, ...back, example.refundRequested("return-1", 250));
    expect(state).toMatchObject({ returns: [{ refund: { status: "requested", amountMinor: 250 } }] });
  });

  test("reserves anew what is not missing when the customer accepts", () => {
    const anew = [example.resolved("accept"), example.missingCancelled(1, 0), example.requested(1, 2, 1)];
    given(placed, short(3, 2))
      .when(example.confirm("accept"))
      .then(...anew);
  });

  test("waits for everything when the customer waits", () =>
    given(placed, short(3, 2))
      .when(example.confirm("wait"))
      .then(example.resolved("wait"), example.requested(1, 3, 1, true)));
});
