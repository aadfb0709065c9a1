import type { OrderEvent, OrderEventOf } from "../../../actors/order/events.ts";
import type { OrderCommand } from "../../../actors/order/schemas.ts";

/** The command of one type. */
export type CommandOf<Type extends OrderCommand["type"]> = Extract<OrderCommand, { type: Type }>;

export const orderId = "order-1";

const untaxed = { discountMinor: 0, taxRatePpm: 0 };

/** Two lines, worth 3 x 250 and 1 x 1,000 minor units. */
export const lines = [
  { lineId: "line-1", sku: "cup", location: "berlin", quantity: 3, unitPriceMinor: 250, ...untaxed },
  { lineId: "line-2", sku: "pot", location: "berlin", quantity: 1, unitPriceMinor: 1_000, ...untaxed },
];

const placeFields = {
  customerId: "customer-1",
  currency: "EUR",
  lines,
  discountMinor: 0,
  pricesIncludeTax: false,
};
export const placeExternal: CommandOf<"PlaceOrder"> = { type: "PlaceOrder", ...placeFields, fulfilment: "external" };
export const placeManaged: CommandOf<"PlaceOrder"> = { type: "PlaceOrder", ...placeFields, fulfilment: "managed" };

const priced = <Line extends object>(line: Line) => ({ ...line, taxMinor: 0, includedTaxMinor: 0 });
const placedFields = {
  customerId: "customer-1",
  currency: "EUR",
  channel: null,
  lines: lines.map(priced),
  discountMinor: 0,
  shipping: null,
  pricesIncludeTax: false,
  totalMinor: 1_750,
};
export const placedExternal: OrderEvent = { type: "OrderPlaced", data: { ...placedFields, fulfilment: "external" } };
export const placedManaged: OrderEventOf<"OrderPlaced"> = {
  type: "OrderPlaced",
  data: { ...placedFields, fulfilment: "managed" },
};

const wanted = (lineId: string, sku: string, quantity: number) => ({ lineId, sku, location: "berlin", quantity });
export const requested = (
  round: number,
  cups: number,
  pots: number,
  backorder = false,
): OrderEventOf<"ReservationRequested"> => ({
  type: "ReservationRequested",
  data: {
    reservationId: `order-1~r${round}`,
    backorder,
    lines: [
      ...(cups === 0 ? [] : [wanted("line-1", "cup", cups)]),
      ...(pots === 0 ? [] : [wanted("line-2", "pot", pots)]),
    ],
  },
});

const heldLine = (lineId: string, sku: string, quantity: number, isHeld: boolean) => ({
  lineId,
  quantity,
  holds: isHeld ? [{ stockItemId: `${sku}~berlin`, quantity }] : [],
});

const bothLines = (cups: number, pots: number, isHeld: boolean) => [
  ...(cups === 0 ? [] : [heldLine("line-1", "cup", cups, isHeld)]),
  ...(pots === 0 ? [] : [heldLine("line-2", "pot", pots, isHeld)]),
];

/** A report of what is reserved of a managed order, each line at its own stock item. */
export const recordReserved = (cups: number, pots: number, round = 1): CommandOf<"RecordReservation"> => ({
  type: "RecordReservation",
  reservationId: `order-1~r${round}`,
  lines: bothLines(cups, pots, true),
});

/** A report of what is reserved of an external order. */
export const recordElsewhere = (cups: number, pots: number): CommandOf<"RecordReservation"> => ({
  type: "RecordReservation",
  reservationId: "order-1~r1",
  lines: bothLines(cups, pots, false),
});

/** A report that everything is reserved. */
export const recordAll: CommandOf<"RecordReservation"> = { type: "RecordReservation", reservationId: "order-1~r1" };

export const reserved = (cups: number, pots: number, round = 1): OrderEventOf<"LinesReserved"> => ({
  type: "LinesReserved",
  data: { reservationId: `order-1~r${round}`, lines: bothLines(cups, pots, true) },
});
export const reservedElsewhere = (cups: number, pots: number): OrderEventOf<"LinesReserved"> => ({
  type: "LinesReserved",
  data: { reservationId: "order-1~r1", lines: bothLines(cups, pots, false) },
});

const both = (cups: number, pots: number) => [
  ...(cups === 0 ? [] : [{ lineId: "line-1", quantity: cups }]),
  ...(pots === 0 ? [] : [{ lineId: "line-2", quantity: pots }]),
];

export const short = (cups: number, pots: number): OrderEventOf<"ShortageRaised"> => ({
  type: "ShortageRaised",
  data: { lines: both(cups, pots).map(({ lineId, quantity }) => ({ lineId, missing: quantity })) },
});
export const resolved = (choice: "accept" | "refuse" | "wait"): OrderEventOf<"ShortageResolved"> => ({
  type: "ShortageResolved",
  data: { choice },
});
export const confirm = (choice: "accept" | "refuse" | "wait"): CommandOf<"ConfirmShortage"> => ({
  type: "ConfirmShortage",
  choice,
});

export const paymentRequested = (amountMinor = 1_750, attempt = 1): OrderEventOf<"AuthorisationRequested"> => ({
  type: "AuthorisationRequested",
  data: { requestId: `order-1~a${attempt}`, attempt, amountMinor },
});
export const authorise = (amountMinor = 1_750): CommandOf<"RecordAuthorisation"> => ({
  type: "RecordAuthorisation",
  authorisationId: "authorisation-1",
  amountMinor,
});
export const authorised = (amountMinor = 1_750): OrderEventOf<"PaymentAuthorised"> => ({
  type: "PaymentAuthorised",
  data: { authorisationId: "authorisation-1", amountMinor },
});
export const decline = (retryable: boolean, code = "insufficient-funds"): CommandOf<"RecordPaymentFailure"> => ({
  type: "RecordPaymentFailure",
  code,
  retryable,
});
export const declined = (
  retryable: boolean,
  attempt = 1,
  requestId: string | null = `order-1~a${attempt}`,
  code = "insufficient-funds",
): OrderEventOf<"PaymentDeclined"> => ({ type: "PaymentDeclined", data: { requestId, attempt, code, retryable } });
export const requestPayment: CommandOf<"RequestAuthorisation"> = { type: "RequestAuthorisation" };
export const voidPayment: CommandOf<"VoidAuthorisation"> = {
  type: "VoidAuthorisation",
  authorisationId: "authorisation-1",
};
export const voided = (amountMinor: number): OrderEventOf<"AuthorisationVoided"> => ({
  type: "AuthorisationVoided",
  data: { authorisationId: "authorisation-1", amountMinor },
});

export const plan: CommandOf<"PlanFulfilment"> = {
  type: "PlanFulfilment",
  fulfilments: [{ fulfilmentId: "order-1~f1", location: "berlin", lines: both(3, 1) }],
};
export const planned: OrderEventOf<"FulfilmentPlanned"> = {
  type: "FulfilmentPlanned",
  data: { fulfilments: plan.fulfilments },
};
export const pick = (cups: number, pots: number): CommandOf<"RecordPick"> => ({
  type: "RecordPick",
  fulfilmentId: "order-1~f1",
  lines: both(cups, pots),
});
export const picked = (cups: number, pots: number, pickId: string | null = null): OrderEventOf<"LinesPicked"> => ({
  type: "LinesPicked",
  data: { pickId, fulfilmentId: "order-1~f1", lines: both(cups, pots) },
});
export const pack = (shipmentId: string, cups: number, pots: number): CommandOf<"RecordPack"> => ({
  type: "RecordPack",
  shipmentId,
  fulfilmentId: "order-1~f1",
  lines: both(cups, pots),
});
export const packed = (
  shipmentId: string,
  cups: number,
  pots: number,
  amountMinor: number,
  fulfilmentId: string | null = "order-1~f1",
): OrderEventOf<"ShipmentPacked"> => ({
  type: "ShipmentPacked",
  data: { shipmentId, fulfilmentId, lines: both(cups, pots), amountMinor },
});
export const unpack = (shipmentId: string): CommandOf<"RecordUnpack"> => ({ type: "RecordUnpack", shipmentId });
export const unpacked = (shipmentId: string): OrderEventOf<"ShipmentUnpacked"> => ({
  type: "ShipmentUnpacked",
  data: { shipmentId },
});
export const captureRequested = (
  shipmentId: string,
  amountMinor: number,
  attempt = 1,
): OrderEventOf<"CaptureRequested"> => ({
  type: "CaptureRequested",
  data: { shipmentId, attempt, amountMinor },
});
export const requestCapture = (shipmentId: string): CommandOf<"RequestCapture"> => ({
  type: "RequestCapture",
  shipmentId,
});
export const capture = (
  shipmentId: string,
  amountMinor: number,
  captureId = `capture-${shipmentId}`,
): CommandOf<"RecordCapture"> => ({ type: "RecordCapture", shipmentId, captureId, amountMinor });
export const captured = (
  shipmentId: string,
  amountMinor: number,
  captureId = `capture-${shipmentId}`,
): OrderEventOf<"PaymentCaptured"> => ({ type: "PaymentCaptured", data: { shipmentId, captureId, amountMinor } });
export const declineCapture = (shipmentId: string, code = "insufficient-funds"): CommandOf<"RecordPaymentFailure"> => ({
  type: "RecordPaymentFailure",
  code,
  retryable: true,
  shipmentId,
});
/** A provider's decline that names its request; `order-1/7` would be one of a request that had no name. */
export const declineCaptureRequest = (shipmentId: string, requestId: string): CommandOf<"RecordPaymentFailure"> => ({
  ...declineCapture(shipmentId),
  requestId,
});
export const captureDeclined = (shipmentId: string, code = "insufficient-funds"): OrderEventOf<"CaptureDeclined"> => ({
  type: "CaptureDeclined",
  data: { shipmentId, code },
});

export const waiveCapture = (shipmentId: string): CommandOf<"WaiveCapture"> => ({
  type: "WaiveCapture",
  shipmentId,
  reason: "the card stays blocked",
});
export const captureWaived = (shipmentId: string): OrderEventOf<"CaptureWaived"> => ({
  type: "CaptureWaived",
  data: { shipmentId, reason: "the card stays blocked" },
});

const sentBy = { carrier: "Parcel Co", trackingNumber: "P 1" };
export const dispatch = (shipmentId: string): CommandOf<"DispatchShipment"> => ({
  type: "DispatchShipment",
  shipmentId,
  ...sentBy,
});

/** What the stock items of both lines give up. */
export const heldAt = (cups: number, pots: number, round = 1) => [
  ...(cups === 0 ? [] : [{ reservationId: `order-1~r${round}`, stockItemId: "cup~berlin", quantity: cups }]),
  ...(pots === 0 ? [] : [{ reservationId: `order-1~r${round}`, stockItemId: "pot~berlin", quantity: pots }]),
];
export const dispatched = (
  shipmentId: string,
  cups: number,
  pots: number,
  commits: OrderEventOf<"ShipmentDispatched">["data"]["commits"] = heldAt(cups, pots),
): OrderEventOf<"ShipmentDispatched"> => ({
  type: "ShipmentDispatched",
  data: { shipmentId, ...sentBy, lines: both(cups, pots), commits },
});
export const deliver = (shipmentId: string): CommandOf<"RecordDelivery"> => ({ type: "RecordDelivery", shipmentId });
export const delivered = (shipmentId: string): OrderEventOf<"ShipmentDelivered"> => ({
  type: "ShipmentDelivered",
  data: { shipmentId },
});
export const deliveredEarly = (shipmentId: string): OrderEventOf<"DeliveryReportedEarly"> => ({
  type: "DeliveryReportedEarly",
  data: { shipmentId, outcome: "delivered", reason: null },
});
export const failedEarly = (shipmentId: string): OrderEventOf<"DeliveryReportedEarly"> => ({
  type: "DeliveryReportedEarly",
  data: { shipmentId, outcome: "failed", reason: "nobody at home" },
});
export const failDelivery = (shipmentId: string): CommandOf<"RecordDeliveryFailure"> => ({
  type: "RecordDeliveryFailure",
  shipmentId,
  reason: "nobody at home",
});
export const deliveryFailed = (shipmentId: string): OrderEventOf<"DeliveryFailed"> => ({
  type: "DeliveryFailed",
  data: { shipmentId, reason: "nobody at home" },
});
export const completed: OrderEvent = { type: "OrderCompleted", data: {} };

export const reason = "changed my mind";
export const requestCancel: CommandOf<"RequestCancel"> = { type: "RequestCancel", reason };
export const cancelUnits = (cups: number, pots: number): CommandOf<"RequestCancel"> => ({
  type: "RequestCancel",
  reason,
  lines: both(cups, pots),
});
export const linesCancelled = (
  cups: number,
  pots: number,
  releases: OrderEventOf<"LinesCancelled">["data"]["releases"] = [],
): OrderEventOf<"LinesCancelled"> => ({
  type: "LinesCancelled",
  data: { lines: both(cups, pots), cause: "customer", reason, releases },
});
export const missingCancelled = (cups: number, pots: number): OrderEventOf<"LinesCancelled"> => ({
  type: "LinesCancelled",
  data: { lines: both(cups, pots), cause: "shortage", reason: "out of stock", releases: [] },
});
export const cancelling = (
  cause: OrderEventOf<"CancellationRequested">["data"]["cause"] = "customer",
  why = reason,
): OrderEventOf<"CancellationRequested"> => ({ type: "CancellationRequested", data: { cause, reason: why } });
export const cancelled: OrderEvent = { type: "OrderCancelled", data: { reason } };
export const withdrawn: OrderEvent = { type: "OrderWithdrawn", data: { reason } };
export const expire: CommandOf<"ExpireOrder"> = { type: "ExpireOrder", reason: "took too long" };
export const expired: OrderEvent = { type: "OrderExpired", data: { reason: "took too long" } };
export const completeCancel: CommandOf<"CompleteCancel"> = { type: "CompleteCancel" };
export const release = (round = 1): CommandOf<"ReleaseReservation"> => ({
  type: "ReleaseReservation",
  reservationId: `order-1~r${round}`,
});
export const released = (cups: number, pots: number, round = 1): OrderEventOf<"ReservationReleased"> => ({
  type: "ReservationReleased",
  data: { reservationId: `order-1~r${round}`, lines: both(cups, pots) },
});
export const rejectReservation: CommandOf<"RejectReservation"> = {
  type: "RejectReservation",
  reservationId: "order-1~r1",
  reason: "lost in the warehouse",
};
export const reservationRejected: OrderEvent = {
  type: "ReservationRejected",
  data: { reservationId: "order-1~r1", reason: "lost in the warehouse" },
};
export const rejected: OrderEvent = {
  type: "OrderRejected",
  data: { cause: "reservationRejected", reason: "lost in the warehouse" },
};

export const requestReturn = (returnId: string, cups: number, pots: number): CommandOf<"RequestReturn"> => ({
  type: "RequestReturn",
  returnId,
  reason: "too small",
  lines: both(cups, pots),
});
export const returnRequested = (returnId: string, cups: number, pots: number): OrderEventOf<"ReturnRequested"> => ({
  type: "ReturnRequested",
  data: { returnId, reason: "too small", lines: both(cups, pots), announced: true },
});
export const approveReturn = (returnId: string, refundShipping = false): CommandOf<"ApproveReturn"> => ({
  type: "ApproveReturn",
  returnId,
  refundShipping,
});
export const returnApproved = (returnId: string, refundShipping = false): OrderEventOf<"ReturnApproved"> => ({
  type: "ReturnApproved",
  data: { returnId, refundShipping },
});
export const declineReturn = (returnId: string): CommandOf<"DeclineReturn"> => ({
  type: "DeclineReturn",
  returnId,
  reason: "worn",
});
export const returnDeclined = (returnId: string): OrderEventOf<"ReturnDeclined"> => ({
  type: "ReturnDeclined",
  data: { returnId, reason: "worn" },
});
const resalable = (cups: number, pots: number) =>
  both(cups, pots).map((line) => ({ ...line, condition: "resalable" as const }));
export const receiveReturn = (
  returnId: string,
  cups: number,
  pots: number,
  deductionMinor = 0,
): CommandOf<"ReceiveReturn"> => ({
  type: "ReceiveReturn",
  returnId,
  lines: resalable(cups, pots),
  deductionMinor,
});
export const returnReceived = (
  returnId: string,
  cups: number,
  pots: number,
  deductionMinor = 0,
  refundMinor = cups * 250 + pots * 1_000 - deductionMinor,
  uncaptured: OrderEventOf<"ReturnReceived">["data"]["uncaptured"] = [],
): OrderEventOf<"ReturnReceived"> => ({
  type: "ReturnReceived",
  data: { returnId, lines: resalable(cups, pots), deductionMinor, refundMinor, uncaptured },
});
/** What a parcel causes that just comes back. */
export const cameBack = (
  returnId: string,
  cups: number,
  pots: number,
  refundMinor?: number,
  uncaptured?: OrderEventOf<"ReturnReceived">["data"]["uncaptured"],
): OrderEvent[] => [
  {
    type: "ReturnRequested",
    data: { returnId, reason: "came back unannounced", lines: both(cups, pots), announced: false },
  },
  returnApproved(returnId),
  returnReceived(returnId, cups, pots, 0, refundMinor, uncaptured),
];
export const refundRequested = (returnId: string, amountMinor: number): OrderEventOf<"RefundRequested"> => ({
  type: "RefundRequested",
  data: { refundId: `order-1~${returnId}`, returnId, amountMinor },
});
export const refund = (returnId: string, amountMinor: number): CommandOf<"RecordRefund"> => ({
  type: "RecordRefund",
  refundId: `order-1~${returnId}`,
  amountMinor,
});
export const refunded = (returnId: string, amountMinor: number): OrderEventOf<"RefundIssued"> => ({
  type: "RefundIssued",
  data: { refundId: `order-1~${returnId}`, returnId, amountMinor },
});

/** What is recorded of a message that came too late. */
export const ignored = (command: string, reference: string, why: string): OrderEventOf<"MessageIgnored"> => ({
  type: "MessageIgnored",
  data: { command, reference, reason: why },
});
