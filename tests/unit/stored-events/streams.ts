import type { StreamType } from "../../../actors/kernel/aggregate.ts";

/** A stream as it may stand in the store, and what its events add up to on every version of the code. */
export interface StoredStream {
  readonly title: string;
  readonly streamType: StreamType;
  /** The names of fixtures, each of which is one event. */
  readonly events: readonly string[];
  /** What matters of the state; what else the state keeps is for the tests of its rules. */
  readonly state: Readonly<Record<string, unknown>>;
}

const reserved = ["OrderPlaced.v2", "ReservationRequested.v1", "LinesReserved.v2", "AuthorisationRequested.v1"];
const paid = [...reserved, "PaymentDeclined.v1", "AuthorisationRequested.v1", "PaymentAuthorised.v1"];
const parcel = [...paid, "FulfilmentPlanned.v1", "LinesPicked.v2", "ShipmentPacked.v1"];
const packed = [...parcel, "CaptureRequested.v1"];
const delivered = [
  ...packed,
  "CaptureDeclined.v1",
  "PaymentCaptured.v2",
  "ShipmentDispatched.v2",
  "DeliveryFailed.v1",
  "ShipmentDelivered.v1",
];

const orders: readonly Omit<StoredStream, "streamType">[] = [
  {
    title: "an order that the first version brought to its end",
    events: [
      "OrderPlaced.v1",
      "LinesReserved.v1",
      "PaymentAuthorised.v1",
      "PaymentCaptured.v1",
      "ShipmentDispatched.v1",
      "ShipmentDelivered.v1",
      "OrderCompleted.v1",
    ],
    state: {
      status: "Completed",
      fulfilment: "managed",
      totalMinor: 750,
      lines: [
        { lineId: "line-1", quantity: 3, open: 0, reserved: 0, packed: 3, shipped: 3, delivered: 3, cancelled: 0 },
      ],
      holds: [],
      payment: { authorisationId: "authorisation-1", authorisedMinor: 750, capturedMinor: 750, refundedMinor: 0 },
      shipments: [{ status: "Delivered", shipmentId: "shipment-1", amountMinor: 750, capture: { status: "captured" } }],
    },
  },
  {
    title: "an order that the first version found short, and its customer cancelled",
    events: ["OrderPlaced.v2", "ShortageRaised.v1", "CancellationRequested.v1", "OrderCancelled.v1"],
    state: {
      status: "Cancelled",
      reason: "changed my mind",
      lines: [
        { lineId: "line-1", open: 0, reserved: 0, cancelled: 3 },
        { lineId: "line-2", open: 0, reserved: 0, cancelled: 1 },
      ],
    },
  },
  {
    title: "an order that is being packed by a location that told of its pick without an id",
    events: [...paid, "FulfilmentPlanned.v1", "LinesPicked.v1"],
    state: {
      status: "Fulfilling",
      fulfilments: [
        {
          fulfilmentId: "order-1~f1",
          lines: [
            { planned: 3, picked: 3 },
            { planned: 1, picked: 0 },
          ],
        },
      ],
    },
  },
  {
    title: "an order of which a shipment arrived that nobody is going to pay for",
    events: [...packed, "ShipmentDispatched.v2", "ShipmentDelivered.v1", "CaptureDeclined.v1", "CaptureWaived.v1"],
    state: {
      status: "Fulfilling",
      shipments: [{ status: "Delivered", amountMinor: 0, capture: { status: "waived" } }],
    },
  },
  {
    title: "an order of which a shipment was unpacked that stayed unpaid",
    events: [...parcel, "CaptureRequested.v2", "CaptureDeclined.v1", "ShipmentUnpacked.v1"],
    state: {
      status: "Fulfilling",
      lines: [{ lineId: "line-1", reserved: 3, packed: 0, shipped: 0 }, { lineId: "line-2" }],
      fulfilments: [{ lines: [{ planned: 3, picked: 0, packed: 0 }, { planned: 1 }] }],
      payment: { authorisedMinor: 750, capturedMinor: 0 },
      shipments: [],
      unpacked: [{ shipmentId: "shipment-1", lines: 1 }],
    },
  },
  {
    title: "an order whose carrier told that it failed before the dispatch was told",
    events: [...packed, "PaymentCaptured.v2", "DeliveryReportedEarly.v1"],
    state: { shipments: [{ status: "Packed", shipmentId: "shipment-1", reported: "failed" }] },
  },
  {
    title: "an order that came back in part",
    events: [
      ...delivered,
      "ReturnRequested.v1",
      "ReturnApproved.v1",
      "ReturnReceived.v1",
      "RefundRequested.v1",
      "RefundIssued.v1",
    ],
    state: {
      status: "Fulfilling",
      lines: [
        { lineId: "line-1", reserved: 0, packed: 3, shipped: 3, delivered: 3, returned: 1 },
        { lineId: "line-2", reserved: 1, packed: 0, shipped: 0 },
      ],
      holds: [{ reservationId: "order-1~r1", lineId: "line-2", stockItemId: "pot~berlin", quantity: 1 }],
      payment: { authorisedMinor: 750, capturedMinor: 750, voidedMinor: 0, refundedMinor: 200 },
      fulfilments: [
        {
          lines: [
            { planned: 3, picked: 3, packed: 3 },
            { planned: 1, picked: 0, packed: 0 },
          ],
        },
      ],
      shipments: [{ status: "Delivered", lines: [{ lineId: "line-1", quantity: 3, returned: 1 }] }],
      returns: [{ status: "Received", deductionMinor: 50, refundShipping: true, refund: { status: "issued" } }],
    },
  },
  {
    title: "an order of which a part came back, or got lost, before the money for it was refused",
    events: [
      ...packed,
      "ShipmentDispatched.v2",
      "ReturnRequested.v1",
      "ReturnApproved.v1",
      "ReturnReceived.v2",
      "CaptureDeclined.v1",
    ],
    state: {
      status: "Fulfilling",
      lines: [{ lineId: "line-1", shipped: 3, returned: 2 }, { lineId: "line-2" }],
      payment: { capturedMinor: 0, refundedMinor: 0 },
      shipments: [{ amountMinor: 300, capture: { status: "declined" }, lines: [{ quantity: 3, returned: 2 }] }],
      returns: [{ status: "Received", refund: { status: "none" } }],
    },
  },
  {
    title: "an order whose return was declined",
    events: [...delivered, "ReturnRequested.v1", "ReturnDeclined.v1"],
    state: { returns: [{ status: "Declined", returnId: "return-1", reason: "too small", declineReason: "worn" }] },
  },
  {
    title: "an order whose stock was lost after it was paid",
    events: [
      ...paid,
      "LinesCancelled.v1",
      "ReservationRejected.v1",
      "CancellationRequested.v2",
      "ReservationReleased.v1",
      "AuthorisationVoided.v1",
      "MessageIgnored.v1",
      "OrderRejected.v1",
    ],
    state: {
      status: "Rejected",
      cause: "reservationRejected",
      lines: [
        { lineId: "line-1", quantity: 3, reserved: 0, cancelled: 3 },
        { lineId: "line-2", quantity: 1, reserved: 0, cancelled: 1 },
      ],
    },
  },
  {
    title: "an order that was short, waited, was changed and took too long",
    events: [
      "OrderPlaced.v2",
      "ReservationRequested.v1",
      "ShortageRaised.v2",
      "ShortageResolved.v1",
      "OrderAmended.v1",
      "CancellationRequested.v2",
      "OrderExpired.v1",
    ],
    state: {
      status: "Expired",
      reason: "took too long",
      amendments: 1,
      discountMinor: 100,
      shipping: { amountMinor: 490 },
    },
  },
  {
    title: "an order that was cancelled before it came",
    events: ["OrderWithdrawn.v1"],
    state: { status: "Withdrawn", reason: "changed my mind" },
  },
  {
    title: "a sale that was taken back",
    events: ["SaleRecorded.v1", "TenderRecorded.v1", "SaleCompleted.v1", "SaleVoided.v1"],
    state: { status: "SaleVoided", reason: "wrong article", terms: { receiptNumber: "1001", totalMinor: 1_904 } },
  },
];

const stockItems: readonly Omit<StoredStream, "streamType">[] = [
  {
    title: "a stock item of the first version that was spread over shards later",
    events: [
      "StockReceived.v1",
      "StockReserved.v1",
      "StockCommitted.v1",
      "ReservationReleased.v1",
      "StockRestocked.v1",
      "StockAdjusted.v1",
      "StockSharded.v1",
      "StockAllocated.v1",
    ],
    state: {
      status: "Sharded",
      // 10 received, 3 sold, 2 came back, 5 went to the shards; 3 more that had gone already are owed.
      onHand: 4,
      reserved: 0,
      oversold: 3,
      shards: 4,
      openReservations: [],
      endedReservations: [{ reservationId: "order-1", parts: [{ kind: "commit", id: "shipment-1", quantity: 3 }] }],
    },
  },
  {
    title: "a shard whose item took units back",
    events: ["StockReceived.v1", "StockRecalled.v1"],
    state: {
      status: "Stocked",
      onHand: 7,
      reserved: 0,
      movements: [{ kind: "receipt" }, { kind: "recall", id: "cup~berlin~1/7", quantity: 3 }],
    },
  },
  {
    title: "a stock item with a reservation that was confirmed and released in part",
    events: ["StockReceived.v1", "StockReserved.v2", "ReservationConfirmed.v1", "ReservationReleased.v2"],
    state: {
      onHand: 10,
      reserved: 6,
      openReservations: [{ reservationId: "order-1~r1", requested: 8, held: 6, backordered: 0, expiresAt: null }],
    },
  },
  {
    title: "a stock item with a reservation of a part that expired",
    events: ["StockReceived.v1", "StockPartlyReserved.v1", "ReservationExpired.v1"],
    state: { onHand: 10, reserved: 0, openReservations: [], endedReservations: [{ reservationId: "order-1~r1" }] },
  },
  {
    title: "a stock item that was waited for",
    events: ["StockBackordered.v1", "StockReceived.v1", "BackorderFilled.v1"],
    state: {
      onHand: 10,
      reserved: 3,
      openReservations: [{ reservationId: "order-1~r1", requested: 3, held: 3, backordered: 0 }],
    },
  },
  {
    title: "a stock item that had nothing",
    events: ["ReservationDenied.v1"],
    state: { status: "Unknown", deniedReservations: ["order-1~r1"] },
  },
];

/** Every shape that was ever stored stands in one of these streams. */
export const storedStreams: readonly StoredStream[] = [
  ...orders.map((stream) => ({ ...stream, streamType: "Order" as const })),
  ...stockItems.map((stream) => ({ ...stream, streamType: "StockItem" as const })),
];
