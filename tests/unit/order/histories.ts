import type { OrderEvent } from "../../../actors/order/events.ts";
import * as example from "./examples.ts";

const { placedExternal, placedManaged, authorised, requested, reserved, reservedElsewhere, short, resolved } = example;
const { paymentRequested, declined, planned, picked, packed, captureRequested, captured, captureDeclined } = example;
const { dispatched, delivered, deliveryFailed, completed, cancelling, voided, released } = example;
const { returnRequested, returnApproved, returnReceived, refundRequested, refunded } = example;

type History = readonly OrderEvent[];

/** A managed order on its way, from one step to the next. */
const placed: History = [placedManaged, requested(1, 3, 1)];
const reservedAll: History = [...placed, reserved(3, 1), paymentRequested()];
const paid: History = [...reservedAll, authorised()];
const begun: History = [...paid, planned];
const firstPacked: History = [...begun, packed("shipment-1", 3, 0, 750), captureRequested("shipment-1", 750)];
const firstCaptured: History = [...firstPacked, captured("shipment-1", 750)];
const firstSent: History = [...firstCaptured, dispatched("shipment-1", 3, 0)];
const firstDeclined: History = [...firstPacked, captureDeclined("shipment-1")];
const arrivedUnpaid: History = [
  ...firstDeclined,
  example.deliveredEarly("shipment-1"),
  dispatched("shipment-1", 3, 0),
  delivered("shipment-1"),
];
const backUnpaid: History = [
  ...firstPacked,
  dispatched("shipment-1", 3, 0),
  returnRequested("return-1", 1, 0),
  returnApproved("return-1"),
  returnReceived("return-1", 1, 0, 0, 0, [{ shipmentId: "shipment-1", amountMinor: 250 }]),
];
const allSent: History = [
  ...firstSent,
  packed("shipment-2", 0, 1, 1_000),
  captureRequested("shipment-2", 1_000),
  captured("shipment-2", 1_000),
  dispatched("shipment-2", 0, 1),
];
const arrived: History = [...allSent, delivered("shipment-1"), delivered("shipment-2"), completed];
const comingBack: History = [...arrived, returnRequested("return-1", 1, 0), returnApproved("return-1")];
const returning: History = [...comingBack, returnReceived("return-1", 1, 0), refundRequested("return-1", 250)];
const givenUp: History = [...paid, cancelling()];

/** An external order on its way. */
const placedOut: History = [placedExternal];
const reservedOut: History = [...placedOut, reservedElsewhere(3, 1)];
const paidOut: History = [...reservedOut, authorised()];
const firstSentOut: History = [
  ...paidOut,
  packed("shipment-1", 3, 0, 750, null),
  captured("shipment-1", 750, "shipment-1"),
  dispatched("shipment-1", 3, 0, []),
];
const allSentOut: History = [
  ...firstSentOut,
  packed("shipment-2", 0, 1, 1_000, null),
  captured("shipment-2", 1_000, "shipment-2"),
  dispatched("shipment-2", 0, 1, []),
];
const arrivedOut: History = [...allSentOut, delivered("shipment-1"), delivered("shipment-2"), completed];
const returningOut: History = [
  ...arrivedOut,
  returnRequested("return-1", 1, 0),
  returnApproved("return-1"),
  returnReceived("return-1", 1, 0),
  refundRequested("return-1", 250),
];

/** A history that leads to each state an order can be in, by kind of order. */
export const histories = {
  NotPlaced: [],
  Withdrawn: [example.withdrawn],

  "managed Placed": placed,
  "managed Placed, backorder": [...placed, reserved(2, 1), short(1, 0), resolved("wait"), requested(2, 1, 0, true)],
  "managed AwaitingCustomer": [...placed, reserved(2, 1), short(1, 0)],
  "managed Reserved": reservedAll,
  "managed Reserved, declined": [...reservedAll, declined(true)],
  "managed Authorised": paid,
  "managed Fulfilling, planned": begun,
  "managed Fulfilling, picked": [...begun, picked(3, 0, "pick-1")],
  "managed Fulfilling, packed": firstPacked,
  "managed Fulfilling, capture declined": firstDeclined,
  "managed Fulfilling, capture declined, delivered early": [...firstDeclined, example.deliveredEarly("shipment-1")],
  "managed Fulfilling, unpacked": [...firstDeclined, example.unpacked("shipment-1")],
  "managed Fulfilling, captured": firstCaptured,
  "managed Fulfilling, captured, delivered early": [...firstCaptured, example.deliveredEarly("shipment-1")],
  "managed Fulfilling, back unpaid": backUnpaid,
  "managed Fulfilling, delivered unpaid": arrivedUnpaid,
  "managed Fulfilling, capture waived": [...arrivedUnpaid, example.captureWaived("shipment-1")],
  "managed Fulfilling, dispatched": firstSent,
  "managed Fulfilling, delivery failed": [...firstSent, deliveryFailed("shipment-1")],
  "managed Fulfilling, delivered": [...firstSent, delivered("shipment-1")],
  "managed Fulfilling, all dispatched": allSent,
  "managed Completed": arrived,
  "managed Completed, return requested": [...arrived, returnRequested("return-1", 1, 0)],
  "managed Completed, return approved": comingBack,
  "managed Returning": returning,
  "managed Completed, refunded": [...returning, refunded("return-1", 250), completed],
  "managed Cancelling": givenUp,
  "managed Cancelling, nothing held": [...givenUp, released(3, 1), voided(1_750)],
  "managed Cancelled": [...givenUp, released(3, 1), voided(1_750), example.cancelled],
  "managed Rejected": [
    ...placed,
    example.reservationRejected,
    cancelling("reservationRejected", "lost in the warehouse"),
    example.rejected,
  ],
  "managed Expired": [...placed, cancelling("expired", "took too long"), example.expired],

  "external Placed": placedOut,
  "external AwaitingCustomer": [...placedOut, reservedElsewhere(2, 1), short(1, 0)],
  "external Reserved": reservedOut,
  "external Reserved, declined": [...reservedOut, declined(true, 1, null)],
  "external Authorised": paidOut,
  "external Fulfilling": firstSentOut,
  "external Fulfilling, all dispatched": allSentOut,
  "external Completed": arrivedOut,
  "external Returning": returningOut,
  "external Cancelled": [...paidOut, example.cancelled],
  "external Rejected": [...placedOut, example.reservationRejected, example.rejected],
  "external Expired": [...placedOut, example.expired],
} as const satisfies Record<string, History>;

export type HistoryName = keyof typeof histories;
