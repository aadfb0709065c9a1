import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { waitingFor } from "../../../actors/order/waiting.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";
import { saleHistories } from "./sale/examples.ts";

/** Every event happens a minute after the one before. */
const timeOf = (index: number): string => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
const stateOf = (history: readonly OrderEvent[]): OrderState =>
  history.reduce((state, event, index) => orderAggregate.evolve(state, event, timeOf(index)), orderAggregate.initial);

/** What an order waits for an hour after its last event: each step, its sentence, and the event it is waited for since. */
const waitsAfter = (history: readonly OrderEvent[]) => {
  const now = timeOf(history.length - 1 + 60);
  return waitingFor(stateOf(history), now).map(({ step, what, since, forMs }) => {
    expect(forMs).toBe(Date.parse(now) - Date.parse(since));
    const index = history.findIndex((_, at) => timeOf(at) === since);
    return [step, what, history[index]?.type];
  });
};

const pack = (units: number) => [
  "pack",
  `Location berlin has to pack ${units} units of fulfilment order-1~f1.`,
  "FulfilmentPlanned",
];

describe("a managed order", () => {
  test("waits for its stock", () => {
    expect(waitsAfter(histories["managed Placed"])).toEqual([
      ["reservation", "The stock items have to reserve 4 units under order-1~r1.", "ReservationRequested"],
    ]);
    expect(waitsAfter([example.placedManaged])).toEqual([
      ["reservation", "The stock has to be reserved.", "OrderPlaced"],
    ]);
    expect(waitsAfter(histories["managed Placed, backorder"])).toEqual([
      ["backorder", "Reservation order-1~r2 waits for 1 units to arrive.", "ReservationRequested"],
    ]);
    expect(waitsAfter([example.placedManaged, example.requested(1, 3, 1, true), example.reserved(1, 0)])).toEqual([
      ["backorder", "Reservation order-1~r1 waits for 3 units to arrive.", "ReservationRequested"],
    ]);
    const since = waitingFor(stateOf(histories["managed Placed, backorder"]), timeOf(65))[0];
    expect(since).toMatchObject({ since: timeOf(5), forMs: 3_600_000 });
  });

  test("waits for its customer", () =>
    expect(waitsAfter(histories["managed AwaitingCustomer"])).toEqual([
      ["customer", "The customer has to say what becomes of 1 missing units.", "ShortageRaised"],
    ]));

  test("waits for its payment", () => {
    expect(waitsAfter([...histories["managed Placed"], example.reserved(3, 1)])).toEqual([
      ["authorisation", "The payment has to be asked for.", "LinesReserved"],
    ]);
    expect(waitsAfter(histories["managed Reserved"])).toEqual([
      [
        "authorisation",
        "The payment provider has to authorise 1750 minor units for order-1~a1.",
        "AuthorisationRequested",
      ],
    ]);
    expect(waitsAfter(histories["managed Reserved, declined"])).toEqual([
      [
        "payment-retry",
        "Attempt 1 to authorise the payment was declined (insufficient-funds); it has to be asked for again.",
        "PaymentDeclined",
      ],
    ]);
  });

  test("waits for its plan", () => {
    expect(waitsAfter(histories["managed Authorised"])).toEqual([
      ["plan", "The fulfilment has to be planned.", "PaymentAuthorised"],
    ]);
    const sentWithoutPlan = [
      ...histories["managed Authorised"],
      orderAggregate.decodeEvent("PaymentCaptured", 1, { shipmentId: "shipment-1", amountMinor: 750 }),
      orderAggregate.decodeEvent("ShipmentDispatched", 1, {
        shipmentId: "shipment-1",
        carrier: "Parcel Co",
        trackingNumber: "P 1",
        lineIds: ["line-1"],
      }),
      example.delivered("shipment-1"),
    ];
    expect(waitsAfter(sentWithoutPlan)).toEqual([["plan", "The fulfilment has to be planned.", "ShipmentDispatched"]]);
    expect(waitsAfter([...sentWithoutPlan, example.linesCancelled(0, 1, example.heldAt(0, 1))])).toEqual([]);
  });

  test("waits for its locations, and then for money and carrier", () => {
    expect(waitsAfter(histories["managed Fulfilling, planned"])).toEqual([pack(4)]);
    expect(waitsAfter(histories["managed Fulfilling, packed"])).toEqual([
      pack(1),
      ["capture", "The payment provider has to capture 750 minor units for shipment shipment-1.", "CaptureRequested"],
    ]);
    expect(waitsAfter(histories["managed Fulfilling, capture declined"])).toEqual([
      pack(1),
      [
        "capture-retry",
        "The capture for shipment shipment-1 was declined (insufficient-funds): RequestCapture asks again, RecordUnpack takes it apart.",
        "CaptureDeclined",
      ],
    ]);
    expect(waitsAfter(histories["managed Fulfilling, delivered unpaid"])).toEqual([
      pack(1),
      [
        "capture-retry",
        "The capture for shipment shipment-1 was declined (insufficient-funds): RequestCapture asks again, WaiveCapture writes it off.",
        "CaptureDeclined",
      ],
    ]);
    expect(waitsAfter(histories["managed Fulfilling, captured"])).toEqual([
      pack(1),
      ["dispatch", "Shipment shipment-1 has to be dispatched.", "ShipmentPacked"],
    ]);
    expect(waitsAfter(histories["managed Fulfilling, captured, delivered early"])).toEqual([
      pack(1),
      ["dispatch", "A carrier has told of shipment shipment-1 already; its dispatch has to be told.", "ShipmentPacked"],
    ]);
    expect(waitsAfter(histories["managed Fulfilling, dispatched"])).toEqual([
      pack(1),
      ["delivery", "Parcel Co has to deliver shipment shipment-1.", "ShipmentDispatched"],
    ]);
    expect(waitsAfter(histories["managed Fulfilling, delivery failed"])).toEqual([
      pack(1),
      [
        "redelivery",
        "Parcel Co has to deliver shipment shipment-1 after 1 failures, or bring it back.",
        "DeliveryFailed",
      ],
    ]);
    expect(waitsAfter(histories["managed Fulfilling, delivered"])).toEqual([pack(1)]);
    const back = [...example.cameBack("return-1", 3, 0), example.refundRequested("return-1", 750)];
    for (const name of ["managed Fulfilling, dispatched", "managed Fulfilling, delivery failed"] as const) {
      const steps = waitsAfter([...histories[name], ...back]).map(([step]) => step);
      expect(steps).toEqual(["pack", "refund"]);
    }
  });

  test("waits for what comes back, and for what is paid back", () => {
    expect(waitsAfter(histories["managed Completed"])).toEqual([]);
    expect(waitsAfter(histories["managed Completed, return requested"])).toEqual([
      ["return-decision", "Return return-1 has to be decided.", "ReturnRequested"],
    ]);
    expect(waitsAfter(histories["managed Completed, return approved"])).toEqual([
      ["return-receipt", "Return return-1 has to come back.", "ReturnApproved"],
    ]);
    expect(waitsAfter(histories["managed Returning"])).toEqual([
      ["refund", "The payment provider has to pay 250 minor units back as order-1~return-1.", "RefundRequested"],
    ]);
    expect(waitsAfter(histories["managed Completed, refunded"])).toEqual([]);
    const declined = [...histories["managed Completed, return requested"], example.returnDeclined("return-1")];
    expect(waitsAfter(declined)).toEqual([]);
  });

  test("waits for what is left of its authorisation to be voided when it is complete", () => {
    const completed = [
      ...histories["managed Fulfilling, delivered"],
      example.linesCancelled(0, 1, example.heldAt(0, 1)),
      example.completed,
    ];
    expect(waitsAfter(completed)).toEqual([
      ["void", "1000 minor units of authorisation-1 have to be voided.", "OrderCompleted"],
    ]);
    expect(waitsAfter([...completed, example.voided(1_000)])).toEqual([]);
  });

  test("waits for all that it has to give back while it is cancelled", () => {
    expect(waitsAfter(histories["managed Cancelling"])).toEqual([
      ["release", "Stock items have to release 4 units.", "CancellationRequested"],
      ["void", "1750 minor units of authorisation-1 have to be voided.", "CancellationRequested"],
    ]);
    expect(waitsAfter(histories["managed Cancelling, nothing held"])).toEqual([
      ["cancel", "The cancel has to be completed.", "CancellationRequested"],
    ]);
    expect(waitsAfter([...histories["managed Placed"], example.cancelling()])).toEqual([
      ["cancel", "The cancel has to be completed.", "CancellationRequested"],
    ]);
  });

  test("names first what it has waited for longest", () => {
    const history = [...histories["managed Fulfilling, dispatched"], example.packed("shipment-2", 0, 1, 1_000)];
    expect(waitsAfter(history).map(([step]) => step)).toEqual(["delivery", "capture"]);
  });
});

describe("an order that nothing is to be done for", () => {
  test.each([
    "NotPlaced",
    "Withdrawn",
    "managed Cancelled",
    "managed Rejected",
    "managed Expired",
    "external Placed",
    "external Fulfilling",
    "external Returning",
  ] as const)("waits for nothing: %s", (name) => expect(waitingFor(stateOf(histories[name]), timeOf(99))).toEqual([]));

  test.each(Object.entries(saleHistories))("is a sale: %s", (_, history) =>
    expect(waitingFor(stateOf(history), timeOf(99))).toEqual([]),
  );
});
