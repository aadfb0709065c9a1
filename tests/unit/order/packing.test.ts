import { describe, expect, test } from "@jest/globals";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import { specificationOf, stateAfter } from "../../support/specification.ts";
import * as example from "./examples.ts";
import type { CommandOf } from "./examples.ts";
import { histories } from "./histories.ts";
import type { HistoryName } from "./histories.ts";
import { paidOrderOf } from "./large-orders.ts";

const { given } = specificationOf(orderAggregate, example.orderId);
const { pick, picked, pack, packed, captureRequested, captured, ignored, linesCancelled } = example;
const begun = histories["managed Fulfilling, planned"];

type Planned = CommandOf<"PlanFulfilment">["fulfilments"];
const plannedAs = (...fulfilments: Planned): OrderEvent => ({ type: "FulfilmentPlanned", data: { fulfilments } });

describe("what is picked", () => {
  test("is part of the plan", () => {
    given(...begun)
      .when(pick(2, 1))
      .then(picked(2, 1));
    given(...begun, picked(2, 0))
      .when(pick(1, 1))
      .then(picked(1, 1));
    given(...begun, picked(2, 0))
      .when(pick(2, 0))
      .thenRejected("PickExceedsPlan");
    expect(stateAfter(orderAggregate, [...begun, picked(2, 0), picked(1, 0)])).toMatchObject({
      fulfilments: [{ lines: [{ planned: 3, picked: 3, packed: 0 }, { picked: 0 }] }],
    });
  });
  test("is told once under its id, whatever became of it since", () => {
    const named = { ...pick(2, 0), pickId: "pick-1" };
    given(...begun)
      .when(named)
      .then(picked(2, 0, "pick-1"));
    const told = [...begun, picked(2, 0, "pick-1")];
    const since = [
      [],
      [picked(1, 0)],
      [packed("shipment-1", 2, 0, 500)],
      histories["managed Completed"].slice(begun.length),
      histories["managed Returning"].slice(begun.length),
    ];
    for (const later of since) {
      given(...told, ...later)
        .when(named)
        .then(ignored("RecordPick", "order-1~f1", "Repeated"));
    }
    given(...told)
      .when({ ...pick(1, 0), pickId: "pick-2" })
      .then(picked(1, 0, "pick-2"));
    given(...told)
      .when(pick(1, 0))
      .then(picked(1, 0));
    expect(stateAfter(orderAggregate, [...told, picked(1, 0, "pick-1")])).toEqual(stateAfter(orderAggregate, told));
  });
  test("is known by its id as long as it is one of the newest", () => {
    const ids = Array.from({ length: orderBounds.knownPicks + 1 }, (_, index) => `pick-${index}`);
    const history = [...begun, ...ids.map((id) => picked(1, 0, id))];
    const told = (pickId = "") => given(...history).when({ ...pick(1, 0), pickId });
    told(ids[0]).thenRejected("PickExceedsPlan");
    told(ids[1]).then(ignored("RecordPick", "order-1~f1", "Repeated"));
    told(ids.at(-1)).then(ignored("RecordPick", "order-1~f1", "Repeated"));
  });
  test("is of a fulfilment and lines of the order", () => {
    given(...begun)
      .when({ ...pick(1, 0), fulfilmentId: "f9" })
      .thenRejected("UnknownFulfilment");
    given(...begun)
      .when({ ...pick(1, 0), lines: [{ lineId: "line-9", quantity: 1 }] })
      .thenRejected("UnknownLine");
  });
  test("is known already if it was packed before it was told", () => {
    const history = [...begun, packed("shipment-1", 2, 0, 500)];
    const late = ignored("RecordPick", "order-1~f1", "AlreadyPacked");
    given(...history)
      .when(pick(2, 0))
      .then(late);
    given(...history)
      .when(pick(1, 1))
      .then(picked(1, 1));
    given(...history)
      .when(pick(2, 1))
      .then(late);
    given(...history)
      .when(pick(2, 2))
      .thenRejected("PickExceedsPlan");
    for (const name of ["managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(pick(1, 0))
        .then(late);
    }
  });
  test.each<[HistoryName, string]>([
    ["managed Placed", "NotPlanned"],
    ["managed AwaitingCustomer", "AwaitingCustomer"],
    ["managed Reserved", "NotPlanned"],
    ["managed Authorised", "NotPlanned"],
  ])("comes before its time: %s", (name, code) => {
    given(...histories[name])
      .when(pick(1, 0))
      .thenRejected(code);
    given(...histories[name])
      .when(pack("shipment-1", 1, 0))
      .thenRejected(code);
  });
  test.each(["managed Cancelling", "managed Cancelled", "managed Rejected", "managed Expired"] as const)(
    "comes too late: %s",
    (name) => {
      given(...histories[name])
        .when(pick(1, 0))
        .then(ignored("RecordPick", "order-1~f1", "OrderOver"));
      given(...histories[name])
        .when(pack("shipment-1", 1, 0))
        .then(ignored("RecordPack", "shipment-1", "OrderOver"));
    },
  );
  test("of an external order is told by its dispatch", () => {
    given(...histories["external Authorised"])
      .when(pick(1, 0))
      .then(ignored("RecordPick", "order-1~f1", "ImpliedByDispatch"));
    given(...histories["external Placed"])
      .when(pack("shipment-1", 1, 0))
      .then(ignored("RecordPack", "shipment-1", "ImpliedByDispatch"));
  });
});

describe("a packed shipment", () => {
  test("is worth its part of each line, and what it is worth is asked for", () =>
    given(...begun)
      .when(pack("shipment-1", 2, 1))
      .then(packed("shipment-1", 2, 1, 1_500), captureRequested("shipment-1", 1_500)));
  test("was picked, whether that was told or not", () =>
    expect(stateAfter(orderAggregate, [...begun, picked(1, 0), packed("shipment-1", 2, 0, 500)])).toMatchObject({
      lines: [{ reserved: 3, packed: 2, shipped: 0 }, { packed: 0 }],
      fulfilments: [
        {
          lines: [
            { planned: 3, picked: 2, packed: 2 },
            { picked: 0, packed: 0 },
          ],
        },
      ],
      shipments: [
        {
          status: "Packed",
          shipmentId: "shipment-1",
          fulfilmentId: "order-1~f1",
          lines: [{ lineId: "line-1", quantity: 2, returned: 0 }],
          amountMinor: 500,
          capture: { status: "requested" },
        },
      ],
    }));
  test("is part of the plan", () => {
    const history = [...begun, packed("shipment-1", 2, 0, 500)];
    given(...history)
      .when(pack("shipment-2", 1, 1))
      .then(packed("shipment-2", 1, 1, 1_250), captureRequested("shipment-2", 1_250));
    given(...history)
      .when(pack("shipment-2", 2, 0))
      .thenRejected("PackExceedsPlan");
    given(...begun, linesCancelled(1, 0, example.heldAt(1, 0)))
      .when(pack("shipment-1", 3, 0))
      .thenRejected("PackExceedsPlan");
    given(...begun)
      .when({ ...pack("shipment-1", 1, 0), fulfilmentId: "f9" })
      .thenRejected("UnknownFulfilment");
    given(...begun)
      .when({ ...pack("shipment-1", 1, 0), lines: [{ lineId: "line-9", quantity: 1 }] })
      .thenRejected("UnknownLine");
  });
  test("told again is known, or contradicts", () => {
    for (const name of ["managed Fulfilling, packed", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(pack("shipment-1", 3, 0))
        .then(ignored("RecordPack", "shipment-1", "Repeated"));
      given(...histories[name])
        .when(pack("shipment-1", 2, 0))
        .thenRejected("ShipmentMismatch");
      given(...histories[name])
        .when({ ...pack("shipment-1", 3, 0), fulfilmentId: "f9" })
        .thenRejected("ShipmentMismatch");
      given(...histories[name])
        .when(pack("shipment-1", 3, 1))
        .thenRejected("ShipmentMismatch");
    }
  });
  test("is too many when the order is complete", () => {
    for (const name of ["managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .when(pack("shipment-9", 1, 0))
        .then(ignored("RecordPack", "shipment-9", "AlreadyPacked"));
    }
  });
  test("that is worth nothing is captured at once", () => {
    const free = paidOrderOf(1, 2).map(
      (event): OrderEvent =>
        event.type === "OrderPlaced"
          ? {
              ...event,
              data: { ...event.data, lines: event.data.lines.map((line) => ({ ...line, unitPriceMinor: 0 })) },
            }
          : event,
    );
    given(
      ...free,
      plannedAs({ fulfilmentId: "order-1~f1", location: "berlin", lines: [{ lineId: "line-0", quantity: 2 }] }),
    )
      .when({ ...pack("shipment-1", 0, 0), lines: [{ lineId: "line-0", quantity: 1 }] })
      .then(
        {
          type: "ShipmentPacked",
          data: {
            shipmentId: "shipment-1",
            fulfilmentId: "order-1~f1",
            lines: [{ lineId: "line-0", quantity: 1 }],
            amountMinor: 0,
          },
        },
        captured("shipment-1", 0, "shipment-1"),
      );
  });
  test("is kept once, whatever history says", () =>
    expect(
      stateAfter(orderAggregate, [...histories["managed Fulfilling, packed"], packed("shipment-1", 0, 1, 1_000)]),
    ).toMatchObject({ lines: [{ packed: 3 }, { packed: 0 }], shipments: [{ amountMinor: 750 }] }));
});

describe("what shipments are worth", () => {
  // 3 x 333 less 1 are 998, with 19 % tax 1,188: the first unit is worth 396, two 792, all 1,188. Shipping costs 590.
  const placed: CommandOf<"PlaceOrder"> = {
    ...example.placeExternal,
    fulfilment: "managed",
    lines: [
      {
        lineId: "line-1",
        sku: "cup",
        location: "berlin",
        quantity: 3,
        unitPriceMinor: 333,
        discountMinor: 1,
        taxRatePpm: 190_000,
      },
    ],
    shipping: { amountMinor: 500, taxRatePpm: 180_000 },
  };
  const history = (): OrderEvent[] => {
    const context = {
      streamId: example.orderId,
      commandId: "c",
      at: "2026-01-01T00:00:00.000Z",
      issuer: "outside" as const,
    };
    const decision = orderAggregate.decide(placed, orderAggregate.initial, context);
    const events = decision.outcome === "accepted" ? decision.events : [];
    return [
      ...events,
      example.reserved(3, 0),
      example.authorised(1_778),
      plannedAs({ fulfilmentId: "order-1~f1", location: "berlin", lines: [{ lineId: "line-1", quantity: 3 }] }),
    ];
  };
  test("adds up to what is due, however it is split, and the first pays for shipping", () => {
    given(...history())
      .when(pack("s1", 3, 0))
      .then(packed("s1", 3, 0, 1_778), captureRequested("s1", 1_778));
    given(...history())
      .when(pack("s1", 1, 0))
      .then(packed("s1", 1, 0, 986), captureRequested("s1", 986));
    given(...history(), packed("s1", 1, 0, 986))
      .when(pack("s2", 2, 0))
      .then(packed("s2", 2, 0, 792), captureRequested("s2", 792));
  });
});

const packedOne = (shipmentId: string, lineId = "line-0"): OrderEvent => ({
  type: "ShipmentPacked",
  data: { shipmentId, fulfilmentId: "order-1~f1", lines: [{ lineId, quantity: 1 }], amountMinor: 250 },
});

const everyLine = (quantity: number) =>
  Array.from({ length: 200 }, (_, index) => ({ lineId: `line-${index}`, quantity }));

describe("the shipments of an order", () => {
  test("are bounded", () => {
    const lines = [{ lineId: "line-0", quantity: 1_000 }];
    const history = [...paidOrderOf(1, 1_000), plannedAs({ fulfilmentId: "order-1~f1", location: "berlin", lines })];
    const shipments = (count: number) => Array.from({ length: count }, (_, index) => packedOne(`s${index}`));
    const command = { ...pack("one-more", 1, 0), lines: [{ lineId: "line-0", quantity: 1 }] };
    given(...history, ...shipments(orderBounds.shipments - 1))
      .when(command)
      .then(packedOne("one-more"), captureRequested("one-more", 250));
    given(...history, ...shipments(orderBounds.shipments))
      .when(command)
      .thenRejected("TooManyShipments");
  });
  test("are bounded in their lines", () => {
    const history = [
      ...paidOrderOf(200, 9),
      plannedAs({ fulfilmentId: "order-1~f1", location: "berlin", lines: everyLine(9) }),
    ];
    const all = (shipmentId: string): OrderEvent => ({
      type: "ShipmentPacked",
      data: { shipmentId, fulfilmentId: "order-1~f1", lines: everyLine(1), amountMinor: 50_000 },
    });
    const command = (count: number) => ({ ...pack("s3", 1, 0), lines: everyLine(1).slice(0, count) });
    const some = (count: number): OrderEvent => ({
      type: "ShipmentPacked",
      data: {
        shipmentId: "s3",
        fulfilmentId: "order-1~f1",
        lines: everyLine(1).slice(0, count),
        amountMinor: 250 * count,
      },
    });
    const decided = (more: readonly OrderEvent[], count: number) =>
      given(...history, all("s1"), all("s2"), ...more).when(command(count));
    decided([], 100).then(some(100), captureRequested("s3", 25_000));
    decided([packedOne("s4")], 99).then(some(99), captureRequested("s3", 24_750));
    decided([packedOne("s4")], 100).thenRejected("TooManyShipments");
  });
});
