import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderView } from "../../../actors/order/view.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { unpack, unpacked, pack, packed, captureRequested, captureDeclined, captured, ignored, dispatch } = example;
const { dispatched, delivered, cancelUnits, linesCancelled, heldAt, requestCancel, cancelling } = example;
const declined = histories["managed Fulfilling, capture declined"];
const apart = histories["managed Fulfilling, unpacked"];

const restSent: OrderEvent[] = [
  packed("shipment-2", 0, 1, 1_000),
  captureRequested("shipment-2", 1_000),
  captured("shipment-2", 1_000),
  dispatched("shipment-2", 0, 1),
  delivered("shipment-2"),
];

const viewAfter = (history: readonly OrderEvent[]) =>
  orderView(example.orderId, 20, stateAfter(orderAggregate, history));

describe("unpacking a shipment whose capture is declined", () => {
  test("is recorded, and once", () => {
    given(...declined)
      .when(unpack("shipment-1"))
      .then(unpacked("shipment-1"));
    given(...apart)
      .when(unpack("shipment-1"))
      .then(ignored("RecordUnpack", "shipment-1", "Repeated"));
  });
  test("takes its lines back to what they were before packing", () => {
    const order = stateAfter(orderAggregate, apart);
    expect(order).toMatchObject({
      status: "Fulfilling",
      lines: [{ reserved: 3, packed: 0, shipped: 0 }, { reserved: 1 }],
      fulfilments: [{ lines: [{ planned: 3, picked: 0, packed: 0 }, { planned: 1 }] }],
      shipments: [],
    });
    expect(orderView(example.orderId, 9, order)).toMatchObject({ dueMinor: 1_750, shipments: [] });
  });
  test("lets the units be packed again, under another id", () => {
    given(...apart)
      .when(pack("shipment-2", 3, 0))
      .then(packed("shipment-2", 3, 0, 750), captureRequested("shipment-2", 750));
    given(...apart)
      .when(pack("shipment-1", 3, 0))
      .then(ignored("RecordPack", "shipment-1", "AlreadyUnpacked"));
    given(...apart, linesCancelled(3, 0, heldAt(3, 0)), ...restSent, example.completed)
      .when(pack("shipment-1", 3, 0))
      .then(ignored("RecordPack", "shipment-1", "AlreadyUnpacked"));
  });
  test("lets the units, or the whole order, be cancelled", () => {
    given(...apart)
      .when(cancelUnits(3, 0))
      .then(linesCancelled(3, 0, heldAt(3, 0)));
    given(...apart)
      .when(requestCancel)
      .then(cancelling());
    given(...apart)
      .when(cancelUnits(3, 1))
      .then(cancelling());
  });
  test("lets the rest of the order end", () => {
    given(...declined, ...restSent, unpacked("shipment-1"))
      .when(cancelUnits(3, 0))
      .then(linesCancelled(3, 0, heldAt(3, 0)), example.completed);
  });
  test("is refused while its money may be taken, or when it was", () => {
    given(...histories["managed Fulfilling, packed"])
      .when(unpack("shipment-1"))
      .thenRejected("CapturePending");
    given(...declined, captureRequested("shipment-1", 750, 2))
      .when(unpack("shipment-1"))
      .thenRejected("CapturePending");
    given(...histories["managed Fulfilling, captured"])
      .when(unpack("shipment-1"))
      .thenRejected("AlreadyCaptured");
  });
  test("is refused when the carrier has it", () => {
    for (const name of [
      "managed Fulfilling, dispatched",
      "managed Fulfilling, delivery failed",
      "managed Completed",
      "managed Returning",
    ] as const) {
      given(...histories[name])
        .when(unpack("shipment-1"))
        .thenRejected("AlreadyDispatched");
    }
  });
  test("is of a shipment of the order", () =>
    given(...declined)
      .when(unpack("shipment-9"))
      .thenRejected("UnknownShipment"));
  test.each(["managed Placed", "managed AwaitingCustomer", "managed Reserved", "managed Authorised"] as const)(
    "comes before anything is packed: %s",
    (name) =>
      given(...histories[name])
        .when(unpack("shipment-1"))
        .thenRejected("NotPacked"),
  );
  test.each(["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const)(
    "comes too late: %s",
    (name) =>
      given(...histories[name])
        .when(unpack("shipment-1"))
        .then(ignored("RecordUnpack", "shipment-1", "OrderOver")),
  );
  test("is nothing that can be of an external order", () =>
    given(...histories["external Fulfilling"])
      .when(unpack("shipment-1"))
      .then(ignored("RecordUnpack", "shipment-1", "ImpliedByDispatch")));
});

describe("what is told of a shipment that was unpacked", () => {
  test("by the payment provider: a decline does not matter, and money that was taken is for people to look at", () => {
    given(...apart)
      .when(example.declineCapture("shipment-1"))
      .then(ignored("RecordPaymentFailure", "shipment-1", "AlreadyUnpacked"));
    given(...apart)
      .when(example.capture("shipment-1", 750))
      .thenRejected("ShipmentUnpacked");
    given(...apart)
      .when(example.requestCapture("shipment-1"))
      .thenRejected("ShipmentUnpacked");
  });
  test("by the warehouse or the carrier: it does not leave", () => {
    given(...apart)
      .when(dispatch("shipment-1"))
      .thenRejected("ShipmentUnpacked");
    given(...apart)
      .when(example.deliver("shipment-1"))
      .thenRejected("ShipmentUnpacked");
    given(...apart)
      .when(example.failDelivery("shipment-1"))
      .thenRejected("ShipmentUnpacked");
  });
});

describe("the money of an order of which something was unpacked", () => {
  /** Three cups for 1.00 that are worth 33, 34 and 33 one by one, and shipping for 0.50. */
  const line = { lineId: "line-1", sku: "cup", location: "berlin", quantity: 3, unitPriceMinor: 34 };
  const priced = { ...line, discountMinor: 2, taxRatePpm: 0, taxMinor: 0, includedTaxMinor: 0 };
  const all = { lineId: "line-1", quantity: 3 };
  const one = [{ lineId: "line-1", quantity: 1 }];
  const paid: readonly OrderEvent[] = [
    {
      type: "OrderPlaced",
      data: {
        customerId: "customer-1",
        currency: "EUR",
        fulfilment: "managed",
        channel: null,
        lines: [priced],
        discountMinor: 0,
        shipping: { amountMinor: 50, taxRatePpm: 0, taxMinor: 0, includedTaxMinor: 0 },
        pricesIncludeTax: false,
        totalMinor: 150,
      },
    },
    example.requested(1, 3, 0),
    {
      type: "LinesReserved",
      data: { reservationId: "order-1~r1", lines: [{ ...all, holds: [{ stockItemId: "cup~berlin", quantity: 3 }] }] },
    },
    example.paymentRequested(150),
    example.authorised(150),
    {
      type: "FulfilmentPlanned",
      data: { fulfilments: [{ fulfilmentId: "order-1~f1", location: "berlin", lines: [all] }] },
    },
  ];
  const packOne = (shipmentId: string, amountMinor: number): OrderEvent[] => [
    { type: "ShipmentPacked", data: { shipmentId, fulfilmentId: "order-1~f1", lines: one, amountMinor } },
    captureRequested(shipmentId, amountMinor),
  ];
  const first = [...paid, ...packOne("s1", 83), captureDeclined("s1")];
  const second = [...packOne("s2", 34), captured("s2", 34), dispatched("s2", 1, 0)];

  test("is asked for by what is packed in its place, shipping too", () => {
    given(...first, ...second, unpacked("s1"))
      .when({ type: "RecordPack", shipmentId: "s3", fulfilmentId: "order-1~f1", lines: one })
      .then(...packOne("s3", 83));
    given(...first, ...second, unpacked("s1"), ...packOne("s3", 83))
      .when({ type: "RecordPack", shipmentId: "s4", fulfilmentId: "order-1~f1", lines: one })
      .then(...packOne("s4", 33));
  });
  test("is the same if what was packed after it has not left yet", () => {
    const kept = [...packOne("s2", 34), captured("s2", 34)];
    given(...first, ...kept, unpacked("s1"))
      .when({ type: "RecordPack", shipmentId: "s3", fulfilmentId: "order-1~f1", lines: one })
      .then(...packOne("s3", 83));
    const left = [...first, ...kept, unpacked("s1"), linesCancelled(2, 0, heldAt(2, 0))];
    expect(viewAfter(left)).toMatchObject({ dueMinor: 34, payment: { capturedMinor: 34 } });
  });
  test("is asked for without shipping that another shipment pays", () =>
    given(...first, ...packOne("s2", 34), captureDeclined("s2"), unpacked("s2"))
      .when({ type: "RecordPack", shipmentId: "s3", fulfilmentId: "order-1~f1", lines: one })
      .then(...packOne("s3", 34)));
  test("is exactly what was captured if the rest is cancelled instead", () => {
    const left = [...first, ...second, unpacked("s1"), linesCancelled(2, 0, heldAt(2, 0))];
    expect(viewAfter(left)).toMatchObject({ dueMinor: 34, payment: { capturedMinor: 34 } });
  });
  test("is paid back exactly, without shipping that nobody paid", () => {
    const left = [
      ...first,
      ...second,
      unpacked("s1"),
      linesCancelled(2, 0, heldAt(2, 0)),
      delivered("s2"),
      example.completed,
    ];
    given(...left, example.returnRequested("return-1", 1, 0), example.returnApproved("return-1", true))
      .when(example.receiveReturn("return-1", 1, 0))
      .then(example.returnReceived("return-1", 1, 0, 0, 34), example.refundRequested("return-1", 34));
  });
  test("is asked for with shipping if goods came back without it", () => {
    const back = example.cameBack("return-1", 1, 0, 34);
    given(...first, ...second, ...back, example.refundRequested("return-1", 34), unpacked("s1"))
      .when({ type: "RecordPack", shipmentId: "s3", fulfilmentId: "order-1~f1", lines: one })
      .then(...packOne("s3", 83));
  });
  test("is never asked for shipping that was promised back before anybody paid it", () => {
    const promised = [...second, example.returnRequested("return-1", 1, 0), example.returnApproved("return-1", true)];
    const received = example.returnReceived("return-1", 1, 0, 0, 34, [{ shipmentId: "s1", amountMinor: 50 }]);
    const back = [...first, ...promised, received, example.refundRequested("return-1", 34)];
    given(...first, ...promised)
      .when(example.receiveReturn("return-1", 1, 0))
      .then(received, example.refundRequested("return-1", 34));
    given(...back)
      .when(example.requestCapture("s1"))
      .then(captureRequested("s1", 33, 2));
    expect(viewAfter(back)).toMatchObject({ dueMinor: 100, shipments: [{ amountMinor: 34 }, { amountMinor: 33 }] });
    const unpaidBack = example.returnReceived("return-1", 1, 0, 0, 34);
    given(...first, ...promised, unpacked("s1"))
      .when(example.receiveReturn("return-1", 1, 0))
      .then(unpaidBack, example.refundRequested("return-1", 34));
    for (const history of [
      [...back, unpacked("s1")],
      [...first, ...promised, unpacked("s1"), unpaidBack, example.refundRequested("return-1", 34)],
    ]) {
      given(...history)
        .when({ type: "RecordPack", shipmentId: "s3", fulfilmentId: "order-1~f1", lines: one })
        .then(...packOne("s3", 33));
    }
    const packedAnew = [...back, unpacked("s1"), ...packOne("s3", 33)];
    expect(stateAfter(orderAggregate, packedAnew)).toMatchObject({ shippingPaidBy: null });
    expect(viewAfter(packedAnew)).toMatchObject({ dueMinor: 100 });
  });
});
