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
const { plan, planned, linesCancelled } = example;
const begun = histories["managed Fulfilling, planned"];
const authorised = histories["managed Authorised"];

const fulfilment = (fulfilmentId: string, cups: number, pots: number, location = "berlin") => ({
  fulfilmentId,
  location,
  lines: [
    ...(cups === 0 ? [] : [{ lineId: "line-1", quantity: cups }]),
    ...(pots === 0 ? [] : [{ lineId: "line-2", quantity: pots }]),
  ],
});
const planOf = (...fulfilments: CommandOf<"PlanFulfilment">["fulfilments"]): CommandOf<"PlanFulfilment"> => ({
  type: "PlanFulfilment",
  fulfilments,
});
const plannedAs = (...fulfilments: CommandOf<"PlanFulfilment">["fulfilments"]): OrderEvent => ({
  type: "FulfilmentPlanned",
  data: { fulfilments },
});

const cupsInParts = (count: number): CommandOf<"PlanFulfilment">["fulfilments"] =>
  Array.from({ length: count }, (_, index) => fulfilment(`f${index}`, index === 0 ? 900 - count + 1 : 1, 0));

describe("the plan of a fulfilment", () => {
  test("says where everything comes from", () => {
    given(...authorised)
      .whenProcessManager(plan)
      .then(planned);
    given(...authorised)
      .whenProcessManager(planOf(fulfilment("f1", 2, 0), fulfilment("f2", 1, 1)))
      .then(plannedAs(fulfilment("f1", 2, 0), fulfilment("f2", 1, 1)));
    expect(stateAfter(orderAggregate, begun)).toMatchObject({
      status: "Fulfilling",
      fulfilments: [
        {
          fulfilmentId: "order-1~f1",
          location: "berlin",
          lines: [
            { lineId: "line-1", planned: 3, picked: 0, packed: 0 },
            { lineId: "line-2", planned: 1, picked: 0, packed: 0 },
          ],
        },
      ],
      pickIds: [],
      shipments: [],
      returns: [],
    });
  });
  test("covers exactly what is reserved", () => {
    const refused = (...fulfilments: Parameters<typeof planOf>): void =>
      given(...authorised)
        .whenProcessManager(planOf(...fulfilments))
        .thenRejected("PlanMismatch");
    refused(fulfilment("f1", 3, 0));
    refused(fulfilment("f1", 2, 1));
    refused(fulfilment("f1", 3, 1), fulfilment("f2", 1, 0));
    given(...authorised, linesCancelled(1, 0, example.heldAt(1, 0)))
      .whenProcessManager(planOf(fulfilment("f1", 2, 1)))
      .then(plannedAs(fulfilment("f1", 2, 1)));
  });
  test("takes each line from where it lies", () => {
    given(...authorised)
      .whenProcessManager(planOf(fulfilment("f1", 3, 1, "paris")))
      .thenRejected("PlanMismatch");
    given(...authorised)
      .whenProcessManager(planOf({ ...fulfilment("f1", 3, 1), lines: [{ lineId: "line-9", quantity: 1 }] }))
      .thenRejected("UnknownLine");
  });
  test("of several fulfilments, told again in part or otherwise in part, contradicts", () => {
    const inTwo = [fulfilment("f1", 2, 0), fulfilment("f2", 1, 1)];
    const again = given(...authorised, plannedAs(...inTwo));
    again.whenProcessManager(planOf(...inTwo.toReversed())).thenNothing();
    again.whenProcessManager(planOf(fulfilment("f1", 2, 0))).thenRejected("AlreadyPlanned");
    again.whenProcessManager(planOf(fulfilment("f1", 2, 0), fulfilment("f2", 1, 0))).thenRejected("AlreadyPlanned");
  });
  test("told again is known, or contradicts", () => {
    for (const name of ["managed Fulfilling, planned", "managed Completed", "managed Returning"] as const) {
      given(...histories[name])
        .whenProcessManager(plan)
        .thenNothing();
      given(...histories[name])
        .whenProcessManager(planOf(fulfilment("order-1~f1", 2, 1)))
        .thenRejected("AlreadyPlanned");
      given(...histories[name])
        .whenProcessManager(planOf(fulfilment("f2", 3, 1)))
        .thenRejected("AlreadyPlanned");
      given(...histories[name])
        .whenProcessManager(planOf(...plan.fulfilments, fulfilment("f2", 1, 0)))
        .thenRejected("AlreadyPlanned");
    }
  });
  test("is made once, whatever history says", () => {
    const other = plannedAs(fulfilment("f9", 3, 1));
    expect(stateAfter(orderAggregate, [...begun, other])).toMatchObject({
      fulfilments: [{ fulfilmentId: "order-1~f1" }],
    });
  });
  test("is bounded", () => {
    const one = { ...example.placedManaged };
    if (one.type !== "OrderPlaced") throw new Error("the example is a placement");
    const [line] = one.data.lines;
    if (line === undefined) throw new Error("the example has lines");
    const history: OrderEvent[] = [
      { ...one, data: { ...one.data, lines: [{ ...line, quantity: 900 }] } },
      {
        type: "LinesReserved",
        data: { reservationId: "order-1~r1", lines: [{ lineId: "line-1", quantity: 900, holds: [] }] },
      },
      example.authorised(),
    ];
    given(...history)
      .whenProcessManager(planOf(...cupsInParts(orderBounds.fulfilments)))
      .then(plannedAs(...cupsInParts(orderBounds.fulfilments)));
    given(...history)
      .whenProcessManager(planOf(...cupsInParts(orderBounds.fulfilments + 1)))
      .thenRejected("TooManyFulfilments");
  });
  test("is bounded in its lines", () => {
    const lines = Array.from({ length: 200 }, (_, index) => ({ lineId: `line-${index}`, quantity: 3 }));
    const history = paidOrderOf(200, 3);
    const thirds = (extra: number): CommandOf<"PlanFulfilment">["fulfilments"] => [
      { fulfilmentId: "f1", location: "berlin", lines: lines.map(({ lineId }) => ({ lineId, quantity: 1 })) },
      {
        fulfilmentId: "f2",
        location: "berlin",
        lines: lines.map(({ lineId }, index) => ({ lineId, quantity: index < extra ? 1 : 2 })),
      },
      ...(extra === 0
        ? []
        : [
            {
              fulfilmentId: "f3",
              location: "berlin",
              lines: lines.slice(0, extra).map(({ lineId }) => ({ lineId, quantity: 1 })),
            },
          ]),
    ];
    given(...history)
      .whenProcessManager(planOf(...thirds(0)))
      .then(plannedAs(...thirds(0)));
    given(...history)
      .whenProcessManager(planOf(...thirds(1)))
      .thenRejected("TooManyFulfilments");
  });
  test.each<[HistoryName, string]>([
    ["managed Placed", "NotAuthorised"],
    ["managed AwaitingCustomer", "AwaitingCustomer"],
    ["managed Reserved", "NotAuthorised"],
    ["managed Cancelling", "AlreadyCancelled"],
    ["managed Cancelled", "AlreadyCancelled"],
    ["managed Rejected", "AlreadyCancelled"],
    ["managed Expired", "AlreadyCancelled"],
    ["external Authorised", "ExternalOrder"],
  ])("is refused: %s", (name, code) =>
    given(...histories[name])
      .whenProcessManager(plan)
      .thenRejected(code),
  );
  test("is the process manager's", () =>
    given(...authorised)
      .when(plan)
      .thenRejected("NotForOutside"));
});
