import {
  arrived,
  ended,
  finished,
  message,
  over,
  paid,
  request,
  beforePacking,
  unpaid,
  unplanned,
  unsent,
  unsentButDelivered,
} from "./words.ts";
import type { Expected, Outcomes } from "./words.ts";

/** An external order's dispatch stands for picking and packing what is in the shipment, whatever becomes of the order. */
const impliedByDispatch: Outcomes<"external"> = { "ignored as ImpliedByDispatch": [...unpaid, ...paid, ...ended] };

/** The goods of an order on their way; all is about the first shipment, of all cups. */
export const fulfilment = {
  PlanFulfilment: {
    sender: "process manager",
    ...request,
    managed: {
      "refused as NotAuthorised": ["Placed", "Reserved"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      FulfilmentPlanned: ["Authorised"],
      nothing: ["Fulfilling", ...finished],
      "refused as AlreadyCancelled": over,
    },
  },
  // Without an id of its own, nobody knows whether it was told before.
  RecordPick: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotPlanned": ["Placed", "Reserved", "Authorised"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      LinesPicked: ["Fulfilling, planned", "Fulfilling, unpacked"],
      "refused as PickExceedsPlan": ["Fulfilling, picked"],
      "ignored as AlreadyPacked": ["Fulfilling", ...finished],
      "ignored as OrderOver": over,
    },
    external: impliedByDispatch,
  },
  "RecordPick (with its id)": {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotPlanned": ["Placed", "Reserved", "Authorised"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      LinesPicked: ["Fulfilling, planned", "Fulfilling, unpacked"],
      "ignored as Repeated": ["Fulfilling, picked"],
      "ignored as AlreadyPacked": ["Fulfilling", ...finished],
      "ignored as OrderOver": over,
    },
    external: impliedByDispatch,
  },
  RecordPack: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotPlanned": ["Placed", "Reserved", "Authorised"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      "ShipmentPacked, CaptureRequested": beforePacking,
      // The id is used up: this tells of the packing that was undone.
      "ignored as AlreadyUnpacked": ["Fulfilling, unpacked"],
      "ignored as Repeated": ["Fulfilling", ...finished],
      "ignored as OrderOver": over,
    },
    external: impliedByDispatch,
  },
  // Only a shipment whose money was declined is taken apart: that of any other is taken, or may be at this moment.
  RecordUnpack: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotPacked": ["Placed", "AwaitingCustomer", "Reserved", "Authorised"],
      "refused as UnknownShipment": beforePacking,
      "refused as CapturePending": ["Fulfilling, packed"],
      "refused as AlreadyCaptured": ["Fulfilling, captured", "Fulfilling, captured, delivered early"],
      ShipmentUnpacked: ["Fulfilling, capture declined", "Fulfilling, capture declined, delivered early"],
      "ignored as Repeated": ["Fulfilling, unpacked"],
      "refused as AlreadyDispatched": ["Fulfilling", ...finished],
      "ignored as OrderOver": over,
    },
    external: impliedByDispatch,
  },
  // Without lines. What is packed may go as long as its money is authorised, which it is not any more after a decline; what the
  // carrier has told something of has gone. Of an external order it takes all that is left, so that it is another one while the pot is left.
  DispatchShipment: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NotAuthorised": ["Placed", "Reserved"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      "refused as NotPacked": ["Authorised", ...beforePacking],
      ShipmentDispatched: ["Fulfilling, packed", "Fulfilling, captured"],
      "ShipmentDispatched, ShipmentDelivered": unsentButDelivered,
      "refused as ShipmentUnpacked": ["Fulfilling, unpacked"],
      "refused as CaptureDeclined": ["Fulfilling, capture declined"],
      nothing: ["Fulfilling", ...finished],
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NotAuthorised": ["Placed", "Reserved"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      "ShipmentPacked, PaymentCaptured, ShipmentDispatched": ["Authorised"],
      "refused as ShipmentMismatch": ["Fulfilling"],
      nothing: ["Fulfilling, all dispatched", ...finished],
      "refused as AlreadyCancelled": ended,
    },
  },
  RecordDelivery: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotDispatched": unplanned,
      "refused as UnknownShipment": beforePacking,
      "refused as ShipmentUnpacked": ["Fulfilling, unpacked"],
      DeliveryReportedEarly: unsent,
      ShipmentDelivered: ["Fulfilling"],
      "ignored as Repeated": [...unsentButDelivered, ...arrived, ...finished],
      "ignored as OrderOver": over,
    },
    external: {
      "refused as NotDispatched": unplanned,
      ShipmentDelivered: ["Fulfilling"],
      "ignored as Repeated": finished,
      "ignored as OrderOver": ended,
    },
  },
  // A carrier may fail more than once.
  RecordDeliveryFailure: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotDispatched": unplanned,
      "refused as UnknownShipment": beforePacking,
      "refused as ShipmentUnpacked": ["Fulfilling, unpacked"],
      DeliveryReportedEarly: unsent,
      DeliveryFailed: ["Fulfilling"],
      "ignored as AlreadyDelivered": [...unsentButDelivered, ...arrived, ...finished],
      "ignored as OrderOver": over,
    },
    external: {
      "refused as NotDispatched": unplanned,
      DeliveryFailed: ["Fulfilling"],
      "ignored as AlreadyDelivered": finished,
      "ignored as OrderOver": ended,
    },
  },
} as const satisfies Record<string, Expected>;
