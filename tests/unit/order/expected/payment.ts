import {
  declined,
  ended,
  finished,
  message,
  over,
  paid,
  request,
  shipping,
  beforePacking,
  unpaid,
  unplanned,
} from "./words.ts";
import type { Expected, Outcomes } from "./words.ts";

/** An external order's dispatch stands for the capture of what is in the shipment, whatever becomes of the order. */
const impliedByDispatch: Outcomes<"external"> = { "ignored as ImpliedByDispatch": [...unpaid, ...paid, ...ended] };

/** The money of an order, but for refunds. */
export const payment = {
  // It is asked for by the order itself; again when it was declined.
  RequestAuthorisation: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NotReserved": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      nothing: ["Reserved"],
      AuthorisationRequested: ["Reserved, declined"],
      "refused as AlreadyAuthorised": paid,
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NotReserved": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      "refused as ExternalOrder": ["Reserved"],
      "refused as AlreadyAuthorised": paid,
      "refused as AlreadyCancelled": ended,
    },
  },
  // Of the whole amount, and the order's authorisation wherever it has one.
  RecordAuthorisation: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotReserved": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      PaymentAuthorised: ["Reserved"],
      "ignored as RequestSuperseded": ["Reserved, declined"],
      "ignored as Repeated": [...paid, "Cancelling"],
      "ignored as OrderOver": ended,
    },
    external: {
      "refused as NotReserved": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      PaymentAuthorised: ["Reserved"],
      "ignored as Repeated": paid,
      "ignored as OrderOver": ended,
    },
  },
  // It may be tried again.
  RecordPaymentFailure: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotReserved": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      PaymentDeclined: ["Reserved"],
      "ignored as Repeated": ["Reserved, declined"],
      "ignored as AlreadyAuthorised": paid,
      "ignored as OrderOver": over,
    },
    external: {
      "refused as NotReserved": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      PaymentDeclined: ["Reserved"],
      "ignored as Repeated": ["Reserved, declined"],
      "ignored as AlreadyAuthorised": paid,
      "ignored as OrderOver": ended,
    },
  },
  // It cannot be tried again, which ends the order, also one that was declined before.
  "RecordPaymentFailure (final)": {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotReserved": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      "PaymentDeclined, CancellationRequested": ["Reserved"],
      "ignored as AlreadyAuthorised": paid,
      "ignored as OrderOver": over,
    },
    external: {
      "refused as NotReserved": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      "PaymentDeclined, OrderRejected": ["Reserved"],
      "ignored as AlreadyAuthorised": paid,
      "ignored as OrderOver": ended,
    },
  },
  "RecordPaymentFailure (capture)": {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotPacked": unplanned,
      "refused as UnknownShipment": beforePacking,
      CaptureDeclined: ["Fulfilling, packed", "Fulfilling, back unpaid"],
      "ignored as Repeated": declined,
      "ignored as AlreadyWaived": ["Fulfilling, capture waived"],
      "ignored as AlreadyUnpacked": ["Fulfilling, unpacked"],
      "ignored as AlreadyCaptured": shipping,
      "ignored as OrderOver": over,
    },
    external: impliedByDispatch,
  },
  // Of the first shipment, which asks for it when it is packed; again when it was declined.
  RequestCapture: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NotPacked": unplanned,
      "refused as UnknownShipment": beforePacking,
      CaptureRequested: declined,
      "refused as CaptureWaived": ["Fulfilling, capture waived"],
      "refused as ShipmentUnpacked": ["Fulfilling, unpacked"],
      nothing: shipping,
      "refused as AlreadyCancelled": over,
    },
    external: { "refused as NotPacked": unplanned, nothing: shipping, "refused as AlreadyCancelled": ended },
  },
  // What was declined may be captured after all. If what it was for is unpacked, or written off, somebody has to see to the money.
  RecordCapture: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotPacked": unplanned,
      "refused as UnknownShipment": beforePacking,
      PaymentCaptured: ["Fulfilling, packed", ...declined],
      "refused as CaptureWaived": ["Fulfilling, capture waived"],
      "PaymentCaptured, RefundRequested": ["Fulfilling, back unpaid"],
      "refused as ShipmentUnpacked": ["Fulfilling, unpacked"],
      "ignored as Repeated": shipping,
      "ignored as OrderOver": over,
    },
    external: impliedByDispatch,
  },
  // Only what has left, and was declined, is written off: goods that are still there are unpacked.
  WaiveCapture: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NotPacked": unplanned,
      "refused as UnknownShipment": beforePacking,
      "refused as ShipmentUnpacked": ["Fulfilling, unpacked"],
      "refused as CapturePending": ["Fulfilling, packed", "Fulfilling, back unpaid"],
      "refused as NotDispatched": ["Fulfilling, capture declined", "Fulfilling, capture declined, delivered early"],
      CaptureWaived: ["Fulfilling, delivered unpaid"],
      nothing: ["Fulfilling, capture waived"],
      "refused as AlreadyCaptured": shipping,
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NotPacked": unplanned,
      "refused as AlreadyCaptured": shipping,
      "refused as AlreadyCancelled": ended,
    },
  },
  // What nobody is going to capture is voided: all of an order that is given up, the rest of one that is finished.
  VoidAuthorisation: {
    sender: "process manager",
    ...request,
    managed: {
      "refused as NotAuthorised": unpaid,
      "refused as AuthorisationInUse": ["Authorised", "Fulfilling"],
      AuthorisationVoided: ["Cancelling"],
      nothing: [...finished, "Cancelling, nothing held", ...ended],
    },
  },
} as const satisfies Record<string, Expected>;
