import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";

const { given } = specificationOf(orderAggregate, "order-1");
const {
  placedExternal,
  placedManaged,
  reserved,
  authorised,
  short,
  capturedFirst,
  dispatchedFirst,
  capturedRest,
  dispatchedRest,
  deliveredFirst,
  deliveredSecond,
  completed,
  cancellationRequested,
  cancelled,
} = example;
const partlySent = [placedExternal, reserved, authorised, capturedFirst, dispatchedFirst];
const whollySent = [...partlySent, capturedRest, dispatchedRest];

describe("an order that was never placed", () => {
  test("can be placed", () => given().when(example.placeExternal).then(placedExternal));
  test("can be placed as a managed one", () => given().when(example.placeManaged).then(placedManaged));
  test("cannot be cancelled", () => given().when(example.requestCancel).thenRejected("OrderNotPlaced"));
});

describe("a placed external order", () => {
  test("cannot be placed again, whatever the content", () =>
    given(placedExternal).when(example.placeExternal).thenRejected("OrderAlreadyPlaced"));
  test("takes a reservation from outside", () => given(placedExternal).when(example.recordReservation).then(reserved));
  test("takes no reservation from the process manager", () =>
    given(placedExternal).whenProcessManager(example.recordReservation).thenRejected("ExternalOrder"));
  test("takes no authorisation before its stock is reserved", () =>
    given(placedExternal).when(example.recordAuthorisation).thenRejected("NotReserved"));
  test("is cancelled at once", () => given(placedExternal).when(example.requestCancel).then(cancelled));
});

describe("a placed managed order", () => {
  test("takes no reservation from outside", () =>
    given(placedManaged).when(example.recordReservation).thenRejected("ManagedOrder"));
  test("takes a reservation from the process manager", () =>
    given(placedManaged).whenProcessManager(example.recordReservation).then(reserved));
  test("takes a shortage from the process manager", () =>
    given(placedManaged).whenProcessManager(example.recordShortage).then(short));
  test("takes no shortage from outside", () =>
    given(placedManaged).when(example.recordShortage).thenRejected("NotForOutside"));
  test("only begins to cancel, since its stock may be being reserved", () =>
    given(placedManaged).when(example.requestCancel).then(cancellationRequested));
});

describe("an order short of stock", () => {
  const awaiting = [placedManaged, short];
  test("takes no reservation", () =>
    given(...awaiting)
      .whenProcessManager(example.recordReservation)
      .thenRejected("AwaitingCustomer"));
  test("ignores the same shortage", () =>
    given(...awaiting)
      .whenProcessManager(example.recordShortage)
      .thenNothing());
  test("takes no other shortage", () => {
    const { reserved, short } = example.shortage;
    const more = { sku: "cup", location: "paris", quantity: 1 };
    for (const other of [
      { reserved: [], short },
      { reserved: [...reserved, more], short },
      { reserved: [more], short },
      ...reserved.flatMap((taken) => [
        { reserved: [{ ...taken, sku: "pan" }], short },
        { reserved: [{ ...taken, location: "paris" }], short },
        { reserved: [{ ...taken, quantity: 2 }], short },
      ]),
      ...short.flatMap((missing) => [
        { reserved, short: [missing, missing] },
        { reserved, short: [{ ...missing, sku: "pan" }] },
        { reserved, short: [{ ...missing, location: "paris" }] },
        { reserved, short: [{ ...missing, requested: 2 }] },
        { reserved, short: [{ ...missing, available: 1 }] },
      ]),
    ]) {
      given(...awaiting)
        .whenProcessManager({ type: "RecordShortage", ...other })
        .thenRejected("ShortageMismatch");
    }
  });
  test("compares every part of the shortage", () => {
    const missing = { sku: "pot", location: "berlin", requested: 1, available: 0 };
    const both = { reserved: [], short: [missing, { ...missing, location: "paris" }] };
    given(placedManaged, { type: "ShortageRaised", data: both })
      .whenProcessManager({ type: "RecordShortage", reserved: [], short: [missing, { ...missing, location: "rome" }] })
      .thenRejected("ShortageMismatch");
  });
  test("can be cancelled", () =>
    given(...awaiting)
      .when(example.requestCancel)
      .then(cancellationRequested));
});

describe("a reserved order", () => {
  test("ignores the same reservation", () =>
    given(placedExternal, reserved).when(example.recordReservation).thenNothing());
  test("takes no other reservation", () =>
    given(placedExternal, reserved)
      .when({ ...example.recordReservation, reservationId: "reservation-2" })
      .thenRejected("ReservationMismatch"));
  test("takes no shortage", () =>
    given(placedManaged, reserved).whenProcessManager(example.recordShortage).thenRejected("AlreadyReserved"));
  test("takes an authorisation of its total", () =>
    given(placedExternal, reserved).when(example.recordAuthorisation).then(authorised));
  test.each([0, 1_749, 1_751])("takes no authorisation of %d minor units", (amountMinor) =>
    given(placedExternal, reserved)
      .when({ ...example.recordAuthorisation, amountMinor })
      .thenRejected("AmountMismatch"),
  );
  test("cannot be dispatched", () =>
    given(placedExternal, reserved).when(example.dispatchFirst).thenRejected("NotAuthorised"));
});

describe("an authorised order", () => {
  const history = [placedExternal, reserved, authorised];
  test("ignores the same authorisation", () =>
    given(...history)
      .when(example.recordAuthorisation)
      .thenNothing());
  test("takes no other authorisation", () =>
    given(...history)
      .when({ ...example.recordAuthorisation, authorisationId: "authorisation-2" })
      .thenRejected("AuthorisationMismatch"));
  test("takes no other amount of the same authorisation", () =>
    given(...history)
      .when({ ...example.recordAuthorisation, amountMinor: 1 })
      .thenRejected("AmountMismatch"));
  test("captures the value of what it sends", () =>
    given(...history)
      .when(example.dispatchFirst)
      .then(capturedFirst, dispatchedFirst));
  test("sends all lines unless they are named", () =>
    given(...history)
      .when(example.dispatchRest)
      .then(
        { type: "PaymentCaptured", data: { shipmentId: "shipment-2", amountMinor: 1_750 } },
        {
          type: "ShipmentDispatched",
          data: {
            shipmentId: "shipment-2",
            carrier: "Parcel Co",
            trackingNumber: "P 2",
            lineIds: ["line-1", "line-2"],
          },
        },
      ));
  test("cannot send a line it does not have", () =>
    given(...history)
      .when({ ...example.dispatchFirst, lineIds: ["line-1", "line-3"] })
      .thenRejected("UnknownLine"));
  test("knows no shipment yet", () =>
    given(...history)
      .when(example.deliverFirst)
      .thenRejected("UnknownShipment"));
  test("is cancelled at once if external", () =>
    given(...history)
      .when(example.requestCancel)
      .then(cancelled));
  test("begins to cancel if managed", () =>
    given(placedManaged, reserved, authorised).when(example.requestCancel).then(cancellationRequested));
});

describe("a partly dispatched order", () => {
  test("sends what is left unless lines are named", () =>
    given(...partlySent)
      .when(example.dispatchRest)
      .then(capturedRest, dispatchedRest));
  test("ignores the same shipment", () =>
    given(...partlySent)
      .when(example.dispatchFirst)
      .thenNothing());
  test("takes no other content of the same shipment", () => {
    const { lineIds: _, ...allLines } = example.dispatchFirst;
    for (const other of [
      { ...example.dispatchFirst, carrier: "Other Co" },
      { ...example.dispatchFirst, trackingNumber: "P 9" },
      { ...example.dispatchFirst, lineIds: ["line-2"] },
      { ...example.dispatchFirst, lineIds: ["line-1", "line-2"] },
      { ...example.dispatchFirst, lineIds: ["line-9"] },
      allLines,
    ]) {
      given(...partlySent)
        .when(other)
        .thenRejected("ShipmentMismatch");
    }
  });
  test("sends no line twice", () =>
    given(...partlySent)
      .when({ ...example.dispatchRest, lineIds: ["line-2", "line-1"] })
      .thenRejected("LineAlreadyDispatched"));
  test("cannot be cancelled", () =>
    given(...partlySent)
      .when(example.requestCancel)
      .thenRejected("AlreadyDispatched"));
  test("is not completed by the delivery of a part", () =>
    given(...partlySent)
      .when(example.deliverFirst)
      .then(deliveredFirst));
});

describe("a wholly dispatched order", () => {
  test("has nothing left to send", () =>
    given(...whollySent)
      .when({ ...example.dispatchRest, shipmentId: "shipment-3" })
      .thenRejected("NothingToDispatch"));
  test("ignores the shipment that took all that was left", () =>
    given(...whollySent)
      .when(example.dispatchRest)
      .thenNothing());
  test("ignores the same lines in another order", () => {
    const { type: _, ...shipment } = example.dispatchRest;
    given(placedExternal, reserved, authorised, {
      type: "ShipmentDispatched",
      data: { ...shipment, lineIds: ["line-2", "line-1"] },
    })
      .when({ ...example.dispatchRest, lineIds: ["line-1", "line-2"] })
      .thenNothing();
  });
  test("compares every line of a repeated shipment", () => {
    const { type: _, ...shipment } = example.dispatchRest;
    given(placedExternal, reserved, authorised, {
      type: "ShipmentDispatched",
      data: { ...shipment, lineIds: ["line-1", "line-2"] },
    })
      .when({ ...example.dispatchRest, lineIds: ["line-1", "line-9"] })
      .thenRejected("ShipmentMismatch");
  });
  test("is completed by the last delivery", () =>
    given(...whollySent, deliveredFirst)
      .when(example.deliverSecond)
      .then(deliveredSecond, completed));
  test("is completed by the last delivery in any order", () =>
    given(...whollySent, deliveredSecond)
      .when(example.deliverFirst)
      .then(deliveredFirst, completed));
  test("ignores a second delivery", () =>
    given(...whollySent, deliveredFirst)
      .when(example.deliverFirst)
      .thenNothing());
});

describe("a completed order", () => {
  const history = [...whollySent, deliveredFirst, deliveredSecond, completed];
  test.each([
    example.recordReservation,
    example.recordAuthorisation,
    example.dispatchFirst,
    example.dispatchRest,
    example.deliverFirst,
    example.deliverSecond,
  ])("ignores the late repetition of $type", (command) =>
    given(...history)
      .when(command)
      .thenNothing(),
  );
  test("cannot be cancelled", () =>
    given(...history)
      .when(example.requestCancel)
      .thenRejected("AlreadyDispatched"));
});

describe("an order being cancelled", () => {
  const history = [placedManaged, reserved, cancellationRequested];
  test("ignores a second cancellation", () =>
    given(...history)
      .when({ ...example.requestCancel, reason: "another reason" })
      .thenNothing());
  test("refuses a reservation that was on its way", () =>
    given(...history)
      .whenProcessManager(example.recordReservation)
      .thenRejected("AlreadyCancelled"));
  test("refuses a shortage that was on its way", () =>
    given(...history)
      .whenProcessManager(example.recordShortage)
      .thenRejected("AlreadyCancelled"));
  test("is cancelled by the process manager", () =>
    given(...history)
      .whenProcessManager(example.completeCancel)
      .then(cancelled));
  test("is not cancelled by anyone else", () =>
    given(...history)
      .when(example.completeCancel)
      .thenRejected("NotForOutside"));
  test("knows what it has to give back", () =>
    expect(stateAfter(orderAggregate, history)).toMatchObject({
      status: "Cancelling",
      holding: { kind: "reservation", reservationId: "reservation-1" },
    }));
});

describe("a cancelled order", () => {
  test("ignores a second cancellation", () =>
    given(placedExternal, cancelled).when(example.requestCancel).thenNothing());
  test("ignores a second end of the cancellation", () =>
    given(placedManaged, cancellationRequested, cancelled).whenProcessManager(example.completeCancel).thenNothing());
  test("cannot be dispatched", () =>
    given(placedExternal, reserved, authorised, cancelled)
      .when(example.dispatchFirst)
      .thenRejected("AlreadyCancelled"));
  test("cannot be placed again", () =>
    given(placedExternal, cancelled).when(example.placeExternal).thenRejected("OrderAlreadyPlaced"));
});
