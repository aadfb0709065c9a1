import { describe, expect, test } from "@jest/globals";
import { findExcess } from "../../../actors/host/compose-batch.ts";
import type { EventDraft } from "../../../actors/host/compose-batch.ts";
import { bodiesBy } from "../../../actors/host/publication/cloud-event.ts";
import { maxRecentCommands } from "../../../actors/host/recent-commands.ts";
import { orderAggregate } from "../../../actors/order/aggregate.ts";
import type { OrderEvent } from "../../../actors/order/events.ts";
import { maximumLines } from "../../../actors/order/line-terms.ts";
import { orderBounds } from "../../../actors/order/state.ts";
import type { OrderState } from "../../../actors/order/state.ts";
import { orderView } from "../../../actors/order/view.ts";
import { toPublicForms } from "../../../actors/public-contract/contract.ts";

const toBodies = bodiesBy(toPublicForms);

const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The longest texts that commands take, in the characters that take most room. */
const identifier = (index: number): string => String(index).padStart(128, "x");
const reference = (index: number): string => String(index).padStart(128, '"');
const derived = (index: number, longest: number): string => String(index).padStart(longest, '"');
const text = (longest: number): string => "€".repeat(longest);
const amount = Number.MAX_SAFE_INTEGER;
const time = "2026-01-02T03:04:05.678Z";
const orderId = identifier(0);

/** The ids that a managed order, which alone has holds and fulfilments, derives from its own: no sign of that is escaped. */
const reservationId = `${orderId}~r9999999999`;
const fulfilmentId = (index: number): string => `${orderId}~f${index}`;
const stockItemId = (index: number): string => `${identifier(index)}~${identifier(index)}~63`;
const hold = (index: number) => ({ reservationId, stockItemId: stockItemId(index), quantity: 1_000_000 });
const lineUnits = (index: number) => ({ lineId: identifier(index % maximumLines), quantity: 1_000_000 });

const pricedLine = (index: number) => ({
  lineId: identifier(index),
  sku: identifier(index),
  location: identifier(index),
  quantity: 1_000_000,
  unitPriceMinor: amount,
  discountMinor: amount,
  taxMinor: amount,
  includedTaxMinor: amount,
});

const units = {
  open: 1_000_000,
  reserved: 1_000_000,
  packed: 1_000_000,
  shipped: 1_000_000,
  delivered: 1_000_000,
  returned: 1_000_000,
  cancelled: 1_000_000,
};

/** The lines of one of `things` that have so many lines in all: the first have as many as they may, the rest one each. */
const linesOf = <Line>(index: number, things: number, lines: number, make: (line: number) => Line): Line[] =>
  times(1 + Math.min(maximumLines - 1, Math.max(0, lines - things - index * (maximumLines - 1))), make);

/** The runs of a line's value order: one more than shipments that ever had units of it, since each can add a cut. */
const runsOf = (index: number): [number, number][] =>
  times(1 + Math.ceil((orderBounds.shippedLines - index) / maximumLines), () => [1_000_000, 1_000_000]);

/** An order that holds as much of everything as it may, in the longest words. */
const largest = (): OrderState => {
  const { holds, fulfilments, plannedLines, knownPicks, shipments, shippedLines, returns, returnedLines } = orderBounds;
  return orderAggregate.decodeState({
    status: "Returning",
    customerId: text(128),
    currency: "EUR",
    fulfilment: "managed",
    channel: text(64),
    pricesIncludeTax: false,
    lines: times(maximumLines, (index) => ({ ...pricedLine(index), ...units, valueOrder: runsOf(index) })),
    discountMinor: amount,
    shipping: { amountMinor: amount, taxMinor: amount, includedTaxMinor: amount },
    totalMinor: amount,
    amendments: orderBounds.amendments,
    shortageChoice: "accept",
    placedAt: time,
    since: time,
    updatedAt: time,
    reservation: {
      reservationId,
      backorder: false,
      requestedAt: time,
      lines: times(maximumLines, (index) => ({
        lineId: identifier(index),
        requested: 1_000_000,
        reserved: 1_000_000,
      })),
    },
    reservationRound: amount,
    // Only an external order has any.
    supersededIds: [],
    holds: times(holds, (index) => ({ ...hold(index), lineId: identifier(index % maximumLines) })),
    payment: {
      status: "authorised",
      authorisationId: reference(0),
      attempt: orderBounds.authorisationAttempts,
      authorisedMinor: amount,
      capturedMinor: amount,
      voidedMinor: amount,
      refundedMinor: amount,
    },
    pickIds: times(knownPicks, reference),
    fulfilments: times(fulfilments, (index) => ({
      fulfilmentId: fulfilmentId(index),
      location: identifier(index),
      lines: linesOf(index, fulfilments, plannedLines, (line) => ({
        lineId: identifier(line),
        planned: 1_000_000,
        picked: 1_000_000,
        packed: 1_000_000,
      })),
    })),
    shipments: times(shipments, (index) => ({
      status: "Failed",
      shipmentId: reference(index),
      fulfilmentId: fulfilmentId(index),
      lines: linesOf(index, shipments, shippedLines, (line) => ({ ...lineUnits(line), returned: 1_000_000 })),
      amountMinor: amount,
      capture: {
        status: "declined",
        attempt: 1_000_000,
        code: text(64),
        declinedAt: time,
      },
      packedAt: time,
      carrier: text(128),
      trackingNumber: text(128),
      dispatchedAt: time,
      failures: amount,
      failedAt: time,
    })),
    shippingPaidBy: reference(0),
    shippingPaidBack: false,
    // Every shipment is either there or unpacked, and takes more room if it is there.
    unpacked: [],
    returns: times(returns, (index) => ({
      status: "Received",
      returnId: reference(index),
      reason: text(500),
      announced: false,
      requestedAt: time,
      lines: linesOf(index, returns, returnedLines, (line) => ({ ...lineUnits(line), condition: "resalable" })),
      refundShipping: false,
      deductionMinor: amount,
      refund: { status: "requested", refundId: derived(index, 260), amountMinor: amount, requestedAt: time },
    })),
  });
};

/** The same, with every refund awaited: a line of a return is of one shipment more than it uses up. */
const awaiting = (): OrderState => {
  const order = largest();
  if (order.status !== "Returning") throw new Error("the largest order is returning");
  const parts = Math.ceil((orderBounds.returnedLines + orderBounds.shippedLines) / orderBounds.shipments);
  return orderAggregate.decodeState({
    ...order,
    shipments: order.shipments.map((shipment) => ({
      ...shipment,
      capture: {
        status: "requested",
        attempt: 1_000_000,
        requestedAt: time,
        owed: times(parts, () => ({ return: orderBounds.returns, amountMinor: amount })),
      },
    })),
    returns: order.returns.map((known) => ({ ...known, refund: { status: "awaited", amountMinor: amount } })),
  });
};

const draftOf = (event: OrderEvent): EventDraft => ({
  kind: "event",
  streamType: "Order",
  streamId: orderId,
  version: 9_999_999_999,
  type: event.type,
  schemaVersion: orderAggregate.schemaVersionOf(event.type),
  data: { ...event.data },
  at: time,
  commandId: "<".repeat(256),
  commandType: "RecordReservation",
  requestHash: "x".repeat(22),
  statusAfter: "AwaitingCustomer",
  correlationId: "<".repeat(256),
  causationId: "<".repeat(256),
  by: "<".repeat(256),
});

const snapshotOf = (state: OrderState) => ({
  kind: "snapshot" as const,
  streamType: "Order" as const,
  streamId: orderId,
  version: 9_999_999_999,
  stateVersion: orderAggregate.stateVersion,
  state,
  recentCommands: times(maxRecentCommands, () => ({
    id: "x".repeat(22),
    requestHash: "x".repeat(22),
    version: 9_999_999_999,
    status: "AwaitingCustomer",
    eventTypes: ["ReturnRequested", "ReturnApproved", "ReturnReceived", "RefundRequested", "OrderCompleted"],
  })),
  recentCommandsComplete: false,
  updatedAt: time,
});

const someTerms = {
  lines: times(maximumLines, (index) => ({ ...pricedLine(index), taxRatePpm: 1_000_000 })),
  discountMinor: amount,
  shipping: { amountMinor: amount, taxRatePpm: 1_000_000, taxMinor: amount, includedTaxMinor: amount },
  pricesIncludeTax: false,
  totalMinor: amount,
};
const allLines = times(maximumLines, lineUnits);
const holdsPerLine = orderBounds.holds / maximumLines;
const allHolds = times(orderBounds.holds, hold);
const requestedLines = times(maximumLines, (index) => ({
  lineId: identifier(index),
  sku: identifier(index),
  location: identifier(index),
  quantity: 1_000_000,
}));

/** What the largest amendment causes; only an order of which nothing is packed can be amended. */
const largestAmendment: readonly OrderEvent[] = [
  {
    type: "OrderAmended",
    data: {
      ...someTerms,
      superseded: times(orderBounds.holds + maximumLines, (index) => ({
        reservationId,
        sku: identifier(index),
        location: identifier(index),
      })),
    },
  },
  { type: "ReservationRequested", data: { reservationId, backorder: false, lines: requestedLines } },
];

/** What the largest commands cause. */
const largestDecisions: readonly [string, readonly OrderEvent[]][] = [
  [
    "a reservation",
    [
      {
        type: "LinesReserved",
        data: {
          reservationId,
          lines: allLines.map((line, index) => ({
            ...line,
            holds: times(holdsPerLine, (place) => hold(holdsPerLine * index + place)).map(
              ({ stockItemId, quantity }) => ({ stockItemId, quantity }),
            ),
          })),
        },
      },
      {
        type: "ShortageRaised",
        data: { lines: allLines.map(({ lineId, quantity }) => ({ lineId, missing: quantity })) },
      },
    ],
  ],
  [
    "a cancel of units",
    [
      {
        type: "LinesCancelled",
        data: { lines: allLines, cause: "customer", reason: text(500), releases: allHolds },
      },
      { type: "OrderCompleted", data: {} },
    ],
  ],
  [
    "a plan",
    [
      {
        type: "FulfilmentPlanned",
        data: {
          fulfilments: times(orderBounds.fulfilments, (index) => ({
            fulfilmentId: fulfilmentId(index),
            location: identifier(index),
            lines: linesOf(index, orderBounds.fulfilments, orderBounds.plannedLines, lineUnits),
          })),
        },
      },
    ],
  ],
  [
    "the packing of a shipment",
    [
      {
        type: "ShipmentPacked",
        data: { shipmentId: reference(0), fulfilmentId: fulfilmentId(0), lines: allLines, amountMinor: amount },
      },
      { type: "CaptureRequested", data: { shipmentId: reference(0), attempt: 1_000_000, amountMinor: amount } },
    ],
  ],
  [
    "a dispatch",
    [
      {
        type: "ShipmentDispatched",
        data: {
          shipmentId: reference(0),
          carrier: text(128),
          trackingNumber: text(128),
          lines: allLines,
          commits: allHolds,
        },
      },
    ],
  ],
  [
    "a return",
    [
      {
        type: "ReturnRequested",
        data: { returnId: reference(0), reason: text(500), lines: allLines, announced: false },
      },
      { type: "ReturnApproved", data: { returnId: reference(0), refundShipping: false } },
      {
        type: "ReturnReceived",
        data: {
          returnId: reference(0),
          lines: times(2 * maximumLines, (index) => ({ ...lineUnits(index), condition: "resalable" })),
          deductionMinor: amount,
          refundMinor: amount,
          uncaptured: times(orderBounds.shipments, (index) => ({ shipmentId: reference(index), amountMinor: amount })),
        },
      },
      {
        type: "RefundRequested",
        data: { refundId: derived(0, 260), returnId: reference(0), amountMinor: amount },
      },
    ],
  ],
];

const count = (parts: readonly { readonly lines: readonly unknown[] }[]) =>
  parts.reduce((sum, { lines }) => sum + lines.length, 0);

describe("an order that is as large as it may be", () => {
  test("has as many parts as the bounds say", () => {
    const state = largest();
    if (state.status !== "Returning") throw new Error("the largest order is returning");
    expect([state.fulfilments.length, count(state.fulfilments)]).toEqual([
      orderBounds.fulfilments,
      orderBounds.plannedLines,
    ]);
    expect([state.shipments.length, count(state.shipments)]).toEqual([orderBounds.shipments, orderBounds.shippedLines]);
    expect([state.returns.length, count(state.returns)]).toEqual([orderBounds.returns, orderBounds.returnedLines]);
  });

  test.each(largestDecisions)("still fits one batch, with what the largest commands cause: %s", (_, events) =>
    expect(findExcess(events.map(draftOf), snapshotOf(largest()), toBodies)).toBeUndefined(),
  );

  test("still fits one batch when all that is awaited is decided at once", () => {
    const events: OrderEvent[] = [
      { type: "PaymentCaptured", data: { shipmentId: reference(0), captureId: reference(1), amountMinor: amount } },
      ...times(
        orderBounds.returns,
        (index): OrderEvent => ({
          type: "RefundRequested",
          data: { refundId: derived(index, 260), returnId: reference(index), amountMinor: amount },
        }),
      ),
    ];
    const snapshot = snapshotOf(largest());
    expect(findExcess(events.map(draftOf), snapshot, toBodies)).toBeUndefined();
    expect(findExcess(events.slice(0, 1).map(draftOf), snapshotOf(awaiting()), toBodies)).toBeUndefined();
  });

  test.each([
    ["with every refund asked for", largest],
    ["with every refund awaited", awaiting],
  ])("fits one document of the read model together with its view: %s", (_, make) => {
    const state = make();
    if (state.status !== "Returning") throw new Error("the largest order is returning");
    // All amounts cannot be the largest at once: what is due is their sum.
    const free = { unitPriceMinor: 0, discountMinor: 0, taxMinor: 0 };
    const payable = { ...state, shipping: null, lines: state.lines.map((line) => ({ ...line, ...free })) };
    const bytes = Buffer.byteLength(JSON.stringify({ state, view: orderView(orderId, 9_999_999_999, payable) }));
    // An item of Cosmos DB takes 2 MB; the rest is room for what else stands in the document.
    expect(bytes).toBeLessThan(1_900_000);
  });

  test("fits one batch with its amendment", () => {
    const state = largest();
    if (state.status !== "Returning") throw new Error("the largest order is returning");
    const {
      payment: _,
      pickIds: _picks,
      fulfilments: _fulfilments,
      shipments: _shipments,
      returns: _returns,
      shippingPaidBy: _paidBy,
      shippingPaidBack: _paidBack,
      unpacked: _unpacked,
      ...placed
    } = state;
    const amendable = { ...placed, status: "AwaitingCustomer", shortage: { lines: [] } };
    const snapshot = snapshotOf(orderAggregate.decodeState(amendable));
    expect(findExcess(largestAmendment.map(draftOf), snapshot, toBodies)).toBeUndefined();
  });
});
