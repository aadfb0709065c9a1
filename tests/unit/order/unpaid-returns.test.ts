import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderView } from "../../../actors/order/view.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import { histories } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { capture, captured, captureDeclined, captureRequested, declineCapture, requestCapture, completed } = example;
const { receiveReturn, returnReceived, returnRequested, returnApproved, refundRequested, refunded, cameBack } = example;

const viewAfter = (history: readonly OrderEvent[]) =>
  orderView(example.orderId, history.length, stateAfter(orderAggregate, history));

/** The cups have left before anybody said whether their 750 minor units were captured. */
const sent: readonly OrderEvent[] = [
  ...histories["managed Fulfilling, packed"],
  example.dispatched("shipment-1", 3, 0),
  example.delivered("shipment-1"),
];
const declined: readonly OrderEvent[] = [...sent, captureDeclined("shipment-1")];
const unpaid = (amountMinor: number) => [{ shipmentId: "shipment-1", amountMinor }];
/** Nothing but the cups was ordered. */
const withoutPot = (history: readonly OrderEvent[]): OrderEvent[] => [
  ...history,
  example.linesCancelled(0, 1, example.heldAt(0, 1)),
];

describe("goods that come back before their capture is decided", () => {
  const oneBack = [...sent, ...cameBack("return-1", 1, 0, 0, unpaid(250))];

  test("are recorded, and paid back when they are paid", () => {
    given(...sent)
      .when(receiveReturn("return-1", 1, 0))
      .then(...cameBack("return-1", 1, 0, 0, unpaid(250)));
    expect(viewAfter(oneBack)).toMatchObject({
      status: "Fulfilling",
      dueMinor: 1_750,
      lines: [{ returned: 1 }, { returned: 0 }],
      shipments: [{ amountMinor: 750, capture: { status: "requested" }, lines: [{ returned: 1 }] }],
      returns: [{ status: "Received", refund: null }],
    });
    given(...oneBack)
      .when(capture("shipment-1", 750))
      .then(captured("shipment-1", 750), refundRequested("return-1", 250));
    given(...oneBack)
      .when(example.refund("return-1", 250))
      .thenRejected("UnknownRefund");
  });
  test("are received once", () => {
    given(...oneBack)
      .when(receiveReturn("return-1", 1, 0))
      .thenNothing();
    given(...oneBack)
      .when(receiveReturn("return-1", 2, 0))
      .thenRejected("ReturnMismatch");
    given(...oneBack)
      .when(receiveReturn("return-2", 3, 0))
      .thenRejected("ReturnExceedsShipped");
  });
  test("are paid back return by return", () => {
    const two = [...oneBack, ...cameBack("return-2", 2, 0, 0, unpaid(500))];
    given(...oneBack)
      .when(receiveReturn("return-2", 2, 0))
      .then(...cameBack("return-2", 2, 0, 0, unpaid(500)));
    given(...two)
      .when(capture("shipment-1", 750))
      .then(captured("shipment-1", 750), refundRequested("return-1", 250), refundRequested("return-2", 500));
  });
  test("are not to be paid any more if their capture is declined", () => {
    given(...oneBack)
      .when(declineCapture("shipment-1"))
      .then(captureDeclined("shipment-1"));
    const off = [...oneBack, captureDeclined("shipment-1")];
    expect(viewAfter(off)).toMatchObject({
      dueMinor: 1_500,
      shipments: [{ amountMinor: 500, capture: { status: "declined" } }],
      returns: [{ refund: null }],
    });
    given(...off)
      .when(requestCapture("shipment-1"))
      .then(captureRequested("shipment-1", 500, 2));
    given(...off)
      .when(capture("shipment-1", 500))
      .then(captured("shipment-1", 500));
    // Somebody has to see to money that was taken although the answer was that it was not.
    given(...off)
      .when(capture("shipment-1", 750))
      .thenRejected("CaptureMismatch");
  });
  test("leave nothing to pay if all of them come back and their capture is declined", () => {
    const allBack = [...sent, ...cameBack("return-1", 3, 0, 0, unpaid(750))];
    given(...allBack)
      .when(declineCapture("shipment-1"))
      .then(captureDeclined("shipment-1"), captured("shipment-1", 0, "shipment-1"));
    given(...withoutPot(allBack))
      .when(declineCapture("shipment-1"))
      .then(captureDeclined("shipment-1"), captured("shipment-1", 0, "shipment-1"), completed);
    const over = [...allBack, captureDeclined("shipment-1"), captured("shipment-1", 0, "shipment-1")];
    expect(viewAfter(withoutPot(over))).toMatchObject({
      dueMinor: 0,
      payment: { capturedMinor: 0, refundedMinor: 0 },
      shipments: [{ amountMinor: 0, capture: { status: "captured", captureId: "shipment-1" } }],
    });
    given(...over)
      .when(requestCapture("shipment-1"))
      .thenNothing();
  });
  test("keep their order going until their money is back", () => {
    const allBack = withoutPot([...sent, ...cameBack("return-1", 3, 0, 0, unpaid(750))]);
    given(...allBack)
      .when(capture("shipment-1", 750))
      .then(captured("shipment-1", 750), refundRequested("return-1", 750));
    given(...allBack, captured("shipment-1", 750), refundRequested("return-1", 750))
      .when(example.refund("return-1", 750))
      .then(refunded("return-1", 750), completed);
  });
  test("are paid back however often their money is asked for", () =>
    given(...oneBack, captureRequested("shipment-1", 750, 2))
      .when(capture("shipment-1", 750))
      .then(captured("shipment-1", 750), refundRequested("return-1", 250)));
  test("are asked for as before if they come while their capture is tried again", () => {
    const again = [...declined, captureRequested("shipment-1", 750, 2), ...cameBack("return-1", 1, 0, 0, unpaid(250))];
    given(...again)
      .when(capture("shipment-1", 750))
      .then(captured("shipment-1", 750), refundRequested("return-1", 250));
  });
});

describe("goods that come back after their capture was declined", () => {
  const oneBack = [...declined, ...cameBack("return-1", 1, 0, 0, unpaid(250))];

  test("are recorded, and not to be paid any more", () => {
    given(...declined)
      .when(receiveReturn("return-1", 1, 0))
      .then(...cameBack("return-1", 1, 0, 0, unpaid(250)));
    expect(viewAfter(oneBack)).toMatchObject({
      dueMinor: 1_500,
      shipments: [{ amountMinor: 500, capture: { status: "declined" } }],
      returns: [{ status: "Received", refund: null }],
    });
    given(...oneBack)
      .when(requestCapture("shipment-1"))
      .then(captureRequested("shipment-1", 500, 2));
  });
  test("are not paid back when the rest is paid", () => {
    const asked = [...oneBack, captureRequested("shipment-1", 500, 2)];
    given(...asked)
      .when(capture("shipment-1", 500))
      .then(captured("shipment-1", 500));
    const more = [...asked, ...cameBack("return-2", 1, 0, 0, unpaid(250))];
    given(...more)
      .when(capture("shipment-1", 500))
      .then(captured("shipment-1", 500), refundRequested("return-2", 250));
    given(...more)
      .when(declineCapture("shipment-1"))
      .then(captureDeclined("shipment-1"));
    given(...more, captureDeclined("shipment-1"))
      .when(requestCapture("shipment-1"))
      .then(captureRequested("shipment-1", 250, 3));
  });
  test("leave nothing to pay if all of them come back", () => {
    given(...declined)
      .when(receiveReturn("return-1", 3, 0))
      .then(...cameBack("return-1", 3, 0, 0, unpaid(750)), captured("shipment-1", 0, "shipment-1"));
    given(...withoutPot(declined))
      .when(receiveReturn("return-1", 3, 0))
      .then(...cameBack("return-1", 3, 0, 0, unpaid(750)), captured("shipment-1", 0, "shipment-1"), completed);
  });
  test("have what they lost in value paid all the same", () => {
    given(...declined)
      .when(receiveReturn("return-1", 3, 0, 100))
      .then(...cameBack("return-1", 3, 0).slice(0, 2), returnReceived("return-1", 3, 0, 100, 0, unpaid(650)));
    given(...declined, ...cameBack("return-1", 3, 0).slice(0, 2), returnReceived("return-1", 3, 0, 100, 0, unpaid(650)))
      .when(requestCapture("shipment-1"))
      .then(captureRequested("shipment-1", 100, 2));
    given(...declined)
      .when(receiveReturn("return-1", 3, 0, 750))
      .then(...cameBack("return-1", 3, 0).slice(0, 2), returnReceived("return-1", 3, 0, 750, 0));
    given(...declined)
      .when(receiveReturn("return-1", 3, 0, 751))
      .thenRejected("DeductionExceedsValue");
  });
});

describe("goods of which only a part is paid", () => {
  /** The pot is paid, the cups are not yet. */
  const both: readonly OrderEvent[] = [
    ...sent,
    example.packed("shipment-2", 0, 1, 1_000),
    captureRequested("shipment-2", 1_000),
    captured("shipment-2", 1_000),
    example.dispatched("shipment-2", 0, 1),
    example.delivered("shipment-2"),
  ];
  const allBack = [...both, ...cameBack("return-1", 3, 1, 1_000, unpaid(750))];

  test("are paid back at once, when that of the rest is decided", () => {
    given(...both)
      .when(receiveReturn("return-1", 3, 1))
      .then(...cameBack("return-1", 3, 1, 1_000, unpaid(750)));
    given(...allBack)
      .when(capture("shipment-1", 750))
      .then(captured("shipment-1", 750), refundRequested("return-1", 1_750));
    given(...allBack)
      .when(declineCapture("shipment-1"))
      .then(captureDeclined("shipment-1"), captured("shipment-1", 0, "shipment-1"), refundRequested("return-1", 1_000));
  });
  test("are paid back alone if the rest was declined before", () => {
    given(...both, captureDeclined("shipment-1"))
      .when(receiveReturn("return-1", 3, 1))
      .then(
        ...cameBack("return-1", 3, 1, 1_000, unpaid(750)),
        captured("shipment-1", 0, "shipment-1"),
        refundRequested("return-1", 1_000),
      );
  });
  test("have what they lost in value taken off what is paid first", () => {
    const wished = [returnRequested("return-1", 3, 1), returnApproved("return-1")];
    given(...both, ...wished)
      .when(receiveReturn("return-1", 3, 1, 300))
      .then(returnReceived("return-1", 3, 1, 300, 700, unpaid(750)));
    given(...both, ...wished)
      .when(receiveReturn("return-1", 3, 1, 1_200))
      .then(returnReceived("return-1", 3, 1, 1_200, 0, unpaid(550)));
  });
  test("wait for no other shipment than theirs", () => {
    given(...both)
      .when(receiveReturn("return-1", 0, 1))
      .then(...cameBack("return-1", 0, 1), refundRequested("return-1", 1_000));
    const unpaidPot = [example.packed("shipment-2", 0, 1, 1_000), example.dispatched("shipment-2", 0, 1)];
    const back = [...sent, ...unpaidPot, ...cameBack("return-1", 1, 0, 0, unpaid(250))];
    given(...back)
      .when(capture("shipment-2", 1_000))
      .then(captured("shipment-2", 1_000));
    given(...back, captured("shipment-2", 1_000))
      .when(capture("shipment-1", 750))
      .then(captured("shipment-1", 750), refundRequested("return-1", 250));
  });
  test("wait for all of their shipments", () => {
    const three = [
      ...histories["managed Fulfilling, planned"],
      example.packed("shipment-1", 1, 0, 250),
      captureRequested("shipment-1", 250),
      example.packed("shipment-2", 2, 0, 500),
      captureRequested("shipment-2", 500),
      example.dispatched("shipment-2", 2, 0),
      example.dispatched("shipment-1", 1, 0),
    ];
    const parts = [
      { shipmentId: "shipment-2", amountMinor: 500 },
      { shipmentId: "shipment-1", amountMinor: 250 },
    ];
    const back = [...three, ...cameBack("return-1", 3, 0, 0, parts)];
    given(...three)
      .when(receiveReturn("return-1", 3, 0))
      .then(...cameBack("return-1", 3, 0, 0, parts));
    given(...back)
      .when(capture("shipment-1", 250))
      .then(captured("shipment-1", 250));
    given(...back, captured("shipment-1", 250))
      .when(declineCapture("shipment-2"))
      .then(captureDeclined("shipment-2"), captured("shipment-2", 0, "shipment-2"), refundRequested("return-1", 250));
    given(...back, captureDeclined("shipment-2"), captured("shipment-2", 0, "shipment-2"))
      .when(capture("shipment-1", 250))
      .then(captured("shipment-1", 250), refundRequested("return-1", 250));
  });
});

/** What somebody tells of a parcel that is not going to come any more. */
const closeLost = (cups: number, pots: number) => ({
  ...receiveReturn("lost-1", cups, pots),
  lines: receiveReturn("lost-1", cups, pots).lines.map((line) => ({ ...line, condition: "lost" as const })),
});

const closed = (before: readonly OrderEvent[], refundMinor: number, uncaptured = unpaid(0).slice(1)): OrderEvent[] => [
  ...before,
  {
    type: "ReturnReceived",
    data: { ...returnReceived("lost-1", 0, 0, 0, refundMinor, uncaptured).data, lines: closeLost(3, 0).lines },
  },
];

describe("a parcel that got lost", () => {
  const failed = histories["managed Fulfilling, delivery failed"];
  const unannounced = cameBack("lost-1", 3, 0).slice(0, 2);

  test("is closed as a return of what is lost, and paid back, and the order comes to its end", () => {
    const only = withoutPot(failed);
    given(...only)
      .when(closeLost(3, 0))
      .then(...closed(unannounced, 750), refundRequested("lost-1", 750));
    const paidBack = [...only, ...closed(unannounced, 750), refundRequested("lost-1", 750)];
    given(...paidBack)
      .when(example.refund("lost-1", 750))
      .then(refunded("lost-1", 750), completed);
    expect(stateAfter(orderAggregate, [...paidBack, refunded("lost-1", 750), completed])).toMatchObject({
      status: "Completed",
      lines: [{ shipped: 3, delivered: 0, returned: 3 }, { cancelled: 1 }],
      payment: { capturedMinor: 750, refundedMinor: 750 },
      shipments: [{ status: "Failed", lines: [{ quantity: 3, returned: 3 }] }],
    });
  });
  test("is not to be paid if it was not paid", () => {
    const unpaidOnly = withoutPot([
      ...histories["managed Fulfilling, packed"],
      example.dispatched("shipment-1", 3, 0),
      captureDeclined("shipment-1"),
    ]);
    given(...unpaidOnly)
      .when(closeLost(3, 0))
      .then(...closed(unannounced, 0, unpaid(750)), captured("shipment-1", 0, "shipment-1"), completed);
  });
  test("is one that did not arrive, also if it was announced so that shipping is paid back", () => {
    const two = [
      ...histories["managed Authorised"],
      example.planned,
      example.packed("shipment-1", 1, 0, 250),
      captured("shipment-1", 250),
      example.dispatched("shipment-1", 1, 0),
      example.packed("shipment-2", 2, 1, 1_500),
      captured("shipment-2", 1_500),
      example.dispatched("shipment-2", 2, 1),
      example.delivered("shipment-1"),
      returnRequested("lost-1", 2, 0),
      returnApproved("lost-1"),
    ];
    const lines = [
      { lineId: "line-1", quantity: 1, condition: "lost" as const },
      { lineId: "line-1", quantity: 1, condition: "damaged" as const },
    ];
    const received: OrderEvent = { type: "ReturnReceived", data: { ...returnReceived("lost-1", 2, 0).data, lines } };
    const one: OrderEvent = {
      type: "ReturnReceived",
      data: { ...returnReceived("lost-1", 1, 0).data, lines: closeLost(1, 0).lines },
    };
    expect(stateAfter(orderAggregate, [...two, one])).toMatchObject({
      shipments: [{ lines: [{ returned: 0 }] }, { lines: [{ returned: 1 }, { returned: 0 }] }],
    });
    given(...two)
      .when({ ...receiveReturn("lost-1", 2, 0), lines })
      .then(received, refundRequested("lost-1", 500));
    expect(stateAfter(orderAggregate, [...two, received])).toMatchObject({
      shipments: [{ lines: [{ returned: 1 }] }, { lines: [{ returned: 1 }, { returned: 0 }] }],
    });
  });
});

describe("money that no decider moves", () => {
  const authorised = histories["managed Authorised"];
  const packed = histories["managed Fulfilling, packed"];

  test("is not captured or let go of beyond what is authorised", () => {
    for (const history of [authorised, packed]) {
      const state = stateAfter(orderAggregate, history);
      expect(stateAfter(orderAggregate, [...history, captured("shipment-1", 1_751)])).toEqual(state);
    }
    expect(stateAfter(orderAggregate, [...packed, captured("shipment-1", 1_750)])).toMatchObject({
      payment: { capturedMinor: 1_750 },
    });
    for (const [name, most] of [
      ["managed Fulfilling, captured", 1_000],
      ["managed Cancelling", 1_750],
    ] as const) {
      const voidedOf = (amountMinor: number) =>
        stateAfter(orderAggregate, [...histories[name], example.voided(amountMinor)]);
      expect(voidedOf(most)).toMatchObject({ payment: { voidedMinor: most } });
      expect(voidedOf(most + 1)).toMatchObject({ payment: { voidedMinor: 0 } });
    }
  });
  test("is paid back as it was asked for", () =>
    expect(stateAfter(orderAggregate, [...histories["managed Returning"], refunded("return-1", 9_999)])).toMatchObject({
      payment: { refundedMinor: 250 },
    }));
  test("is not taken off a shipment beyond what it costs", () => {
    const tooMuch = cameBack("return-1", 1, 0, 0, unpaid(751));
    const twice = [...cameBack("return-1", 1, 0, 0, unpaid(750)), ...cameBack("return-2", 1, 0, 0, unpaid(750))];
    for (const history of [
      [...sent, ...tooMuch, captureDeclined("shipment-1")],
      [...declined, ...tooMuch],
      [...sent, ...twice, captureDeclined("shipment-1")],
    ]) {
      expect(stateAfter(orderAggregate, history)).toMatchObject({ shipments: [{ amountMinor: 0 }] });
    }
  });
});
