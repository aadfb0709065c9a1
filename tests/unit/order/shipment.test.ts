import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import type { CommandOf } from "./examples.ts";
import { histories } from "./histories.ts";
import type { HistoryName } from "./histories.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { dispatch, dispatched, packed, captured, heldAt, linesCancelled } = example;

const early: [HistoryName, string][] = [
  ["managed Placed", "NotAuthorised"],
  ["managed AwaitingCustomer", "AwaitingCustomer"],
  ["managed Reserved", "NotAuthorised"],
  ["external Placed", "NotAuthorised"],
  ["external AwaitingCustomer", "AwaitingCustomer"],
  ["external Reserved", "NotAuthorised"],
  ["managed Authorised", "NotPacked"],
  ["managed Fulfilling, planned", "NotPacked"],
  ["managed Fulfilling, capture declined", "CaptureDeclined"],
  ["managed Cancelling", "AlreadyCancelled"],
  ["managed Cancelled", "AlreadyCancelled"],
  ["managed Rejected", "AlreadyCancelled"],
  ["managed Expired", "AlreadyCancelled"],
];

describe("a dispatch", () => {
  test.each(early)("is refused: %s", (name, code) =>
    given(...histories[name])
      .when(dispatch("shipment-1"))
      .thenRejected(code),
  );
});

const held = (lineId: string, quantity: number) => ({
  lineId,
  quantity,
  holds: [{ stockItemId: "cup~berlin", quantity }],
});

describe("the dispatch of a managed order", () => {
  test("sends what is packed, and takes it out of stock", () => {
    for (const name of ["managed Fulfilling, packed", "managed Fulfilling, captured"] as const) {
      given(...histories[name])
        .when(dispatch("shipment-1"))
        .then(dispatched("shipment-1", 3, 0));
    }
    expect(stateAfter(orderAggregate, histories["managed Fulfilling, dispatched"])).toMatchObject({
      status: "Fulfilling",
      lines: [
        { reserved: 0, packed: 3, shipped: 3, delivered: 0 },
        { reserved: 1, packed: 0, shipped: 0 },
      ],
      holds: [{ lineId: "line-2", stockItemId: "pot~berlin", quantity: 1 }],
      shipments: [{ status: "Dispatched", carrier: "Parcel Co", trackingNumber: "P 1" }],
    });
  });
  test("takes the oldest holds first, and adds up what one stock item gives", () => {
    const history: OrderEvent[] = [
      example.placedManaged,
      example.requested(1, 3, 1),
      {
        type: "LinesReserved",
        data: {
          reservationId: "order-1~r1",
          lines: [
            {
              lineId: "line-1",
              quantity: 3,
              holds: [
                { stockItemId: "cup~berlin~1", quantity: 1 },
                { stockItemId: "cup~berlin~0", quantity: 2 },
              ],
            },
            { lineId: "line-2", quantity: 1, holds: [{ stockItemId: "pot~berlin", quantity: 1 }] },
          ],
        },
      },
      example.paymentRequested(),
      example.authorised(),
      example.planned,
      packed("shipment-1", 2, 1, 1_500),
    ];
    const commits = [
      { reservationId: "order-1~r1", stockItemId: "cup~berlin~1", quantity: 1 },
      { reservationId: "order-1~r1", stockItemId: "cup~berlin~0", quantity: 1 },
      { reservationId: "order-1~r1", stockItemId: "pot~berlin", quantity: 1 },
    ];
    given(...history)
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 2, 1, commits));
    expect(stateAfter(orderAggregate, [...history, dispatched("shipment-1", 2, 1, commits)])).toMatchObject({
      holds: [{ reservationId: "order-1~r1", lineId: "line-1", stockItemId: "cup~berlin~0", quantity: 1 }],
    });
  });
  test("adds up what lines of one stock item give", () => {
    const placed = example.placedManaged;
    const [cups] = placed.type === "OrderPlaced" ? placed.data.lines : [];
    if (placed.type !== "OrderPlaced" || cups === undefined) throw new Error("the example is a placement");
    given(
      { ...placed, data: { ...placed.data, lines: [cups, { ...cups, lineId: "line-2", quantity: 1 }] } },
      { type: "LinesReserved", data: { reservationId: "order-1~r1", lines: [held("line-1", 3), held("line-2", 1)] } },
      example.authorised(),
      example.planned,
      packed("shipment-1", 2, 1, 750),
    )
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 2, 1, [{ reservationId: "order-1~r1", stockItemId: "cup~berlin", quantity: 3 }]));
  });
  test("may name what is in it, and must name just that", () => {
    const history = histories["managed Fulfilling, packed"];
    const named = (more: Partial<CommandOf<"DispatchShipment">>) =>
      given(...history).when({ ...dispatch("shipment-1"), ...more });
    named({ lineIds: ["line-1"] }).then(dispatched("shipment-1", 3, 0));
    named({ lines: [{ lineId: "line-1", quantity: 3 }] }).then(dispatched("shipment-1", 3, 0));
    named({ lineIds: ["line-2"] }).thenRejected("ShipmentMismatch");
    named({ lineIds: ["line-1", "line-2"] }).thenRejected("ShipmentMismatch");
    named({ lines: [{ lineId: "line-1", quantity: 2 }] }).thenRejected("ShipmentMismatch");
    given(...histories["managed Authorised"], example.planned, example.packed("shipment-1", 1, 1, 1_250))
      .when({ ...dispatch("shipment-1"), lineIds: ["line-1", "line-1"] })
      .thenRejected("ShipmentMismatch");
  });
  test("needs the shipment to be packed, whatever else was", () => {
    for (const name of ["managed Fulfilling, packed", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(dispatch("shipment-9"))
        .thenRejected("NotPacked");
    }
  });
});

describe("a dispatch that is told again", () => {
  test.each([
    "managed Fulfilling, dispatched",
    "managed Fulfilling, delivery failed",
    "managed Fulfilling, delivered",
    "managed Completed",
    "managed Returning",
  ] as const)("changes nothing, and contradicts if it tells something else: %s", (name) => {
    const history = histories[name];
    given(...history)
      .when(dispatch("shipment-1"))
      .thenNothing();
    given(...history)
      .when({ ...dispatch("shipment-1"), lineIds: ["line-1"] })
      .thenNothing();
    given(...history)
      .when({ ...dispatch("shipment-1"), carrier: "Other Co" })
      .thenRejected("ShipmentMismatch");
    given(...history)
      .when({ ...dispatch("shipment-1"), trackingNumber: "P 2" })
      .thenRejected("ShipmentMismatch");
    given(...history)
      .when({ ...dispatch("shipment-1"), lineIds: ["line-2"] })
      .thenRejected("ShipmentMismatch");
  });
  test("changes nothing, whatever history says", () => {
    const history = histories["managed Fulfilling, dispatched"];
    expect(stateAfter(orderAggregate, [...history, dispatched("shipment-1", 3, 0)])).toEqual(
      stateAfter(orderAggregate, history),
    );
  });
});

const all = (shipmentId: string, cups: number, pots: number, amountMinor: number): OrderEvent[] => [
  packed(shipmentId, cups, pots, amountMinor, null),
  captured(shipmentId, amountMinor, shipmentId),
  dispatched(shipmentId, cups, pots, []),
];

const cups = (quantity: number) => [{ lineId: "line-1", quantity }];

describe("the dispatch of an external order", () => {
  const paid = histories["external Authorised"];

  test("packs and captures what it names, or all that is left", () => {
    given(...paid)
      .when(dispatch("shipment-1"))
      .then(...all("shipment-1", 3, 1, 1_750));
    given(...paid)
      .when({ ...dispatch("shipment-1"), lineIds: ["line-1"] })
      .then(...all("shipment-1", 3, 0, 750));
    given(...paid)
      .when({ ...dispatch("shipment-1"), lines: cups(2) })
      .then(...all("shipment-1", 2, 0, 500));
  });
  test("sends what is left of a line", () => {
    const history = [...paid, ...all("shipment-1", 2, 0, 500)];
    given(...history)
      .when({ ...dispatch("shipment-2"), lineIds: ["line-1"] })
      .then(...all("shipment-2", 1, 0, 250));
    given(...history)
      .when(dispatch("shipment-2"))
      .then(...all("shipment-2", 1, 1, 1_250));
    given(...history)
      .when({ ...dispatch("shipment-2"), lines: cups(1) })
      .then(...all("shipment-2", 1, 0, 250));
    given(...history)
      .when({ ...dispatch("shipment-2"), lines: cups(2) })
      .thenRejected("DispatchExceedsReserved");
    given(...history, linesCancelled(1, 0))
      .when({ ...dispatch("shipment-2"), lineIds: ["line-1"] })
      .thenRejected("LineAlreadyDispatched");
  });
  test("sends no line twice, and none that the order does not have", () => {
    given(...histories["external Fulfilling"])
      .when({ ...dispatch("shipment-2"), lineIds: ["line-1"] })
      .thenRejected("LineAlreadyDispatched");
    given(...paid)
      .when({ ...dispatch("shipment-1"), lineIds: ["line-9"] })
      .thenRejected("UnknownLine");
    for (const name of ["external Fulfilling, all dispatched", "external Completed", "external Returning"] as const) {
      given(...histories[name])
        .when(dispatch("shipment-9"))
        .thenRejected("NothingToDispatch");
    }
  });
  test("told again without lines is the same while none is left", () => {
    given(...histories["external Fulfilling, all dispatched"])
      .when(dispatch("shipment-1"))
      .thenNothing();
    given(...histories["external Fulfilling"])
      .when(dispatch("shipment-1"))
      .thenRejected("ShipmentMismatch");
    given(...histories["external Fulfilling"])
      .when({ ...dispatch("shipment-1"), lineIds: ["line-1"] })
      .thenNothing();
    given(...histories["external Fulfilling"])
      .when({ ...dispatch("shipment-1"), lines: cups(3) })
      .thenNothing();
    given(...histories["external Fulfilling"])
      .when({ ...dispatch("shipment-1"), lines: cups(2) })
      .thenRejected("ShipmentMismatch");
  });
  test("is bounded", () => {
    const placed = example.placedExternal;
    const [line] = placed.type === "OrderPlaced" ? placed.data.lines : [];
    if (placed.type !== "OrderPlaced" || line === undefined) throw new Error("the example is a placement");
    const history = [
      { ...placed, data: { ...placed.data, lines: [{ ...line, quantity: 1_000 }] } },
      { ...example.reservedElsewhere(1_000, 0) },
      example.authorised(250_000),
      ...Array.from({ length: orderBounds.shipments - 1 }, (_, index) => all(`s${index}`, 1, 0, 250)).flat(),
    ];
    const command = { ...dispatch("one-more"), lines: cups(1) };
    given(...history)
      .when(command)
      .then(...all("one-more", 1, 0, 250));
    given(...history, ...all("one-less", 1, 0, 250))
      .when(command)
      .thenRejected("TooManyShipments");
  });
  test("is worth its part of what is due, and the first pays for shipping", () => {
    const placed = example.placedExternal;
    if (placed.type !== "OrderPlaced") throw new Error("the example is a placement");
    const shipping = { amountMinor: 490, taxRatePpm: 0, taxMinor: 10, includedTaxMinor: 0 };
    const history = [
      { ...placed, data: { ...placed.data, shipping, totalMinor: 2_250 } },
      example.reservedElsewhere(3, 1),
    ];
    given(...history)
      .when(example.authorise(2_250))
      .then(example.authorised(2_250));
    given(...history, example.authorised(2_250))
      .when({ ...dispatch("shipment-1"), lineIds: ["line-1"] })
      .then(...all("shipment-1", 3, 0, 1_250));
    given(...history, example.authorised(2_250), ...all("shipment-1", 3, 0, 1_250))
      .when(dispatch("shipment-2"))
      .then(...all("shipment-2", 0, 1, 1_000));
  });
  test("is not the process manager's", () =>
    given(...paid)
      .whenProcessManager(dispatch("shipment-1"))
      .thenRejected("ExternalOrder"));
});

describe("stock that was reserved twice for an order", () => {
  test("is taken from the older reservation first, and released from the newer", () => {
    const history = [
      ...histories["managed Placed, backorder"],
      example.reserved(1, 0, 2),
      example.paymentRequested(),
      example.authorised(),
    ];
    given(...history)
      .when(example.cancelUnits(2, 0))
      .then(linesCancelled(2, 0, [...heldAt(1, 0, 2), ...heldAt(1, 0, 1)]));
    expect(
      stateAfter(orderAggregate, [...history, linesCancelled(2, 0, [...heldAt(1, 0, 2), ...heldAt(1, 0, 1)])]),
    ).toMatchObject({
      holds: [
        { reservationId: "order-1~r1", lineId: "line-1", quantity: 1 },
        { reservationId: "order-1~r1", lineId: "line-2", quantity: 1 },
      ],
    });
    given(...history, example.planned, packed("shipment-1", 3, 0, 750))
      .when(dispatch("shipment-1"))
      .then(dispatched("shipment-1", 3, 0, [...heldAt(2, 0, 1), ...heldAt(1, 0, 2)]));
  });
});
