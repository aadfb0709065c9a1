import { ended, finished, over, paid, request, shipping, beforePacking, unpaid, unplanned } from "./words.ts";
import type { Expected } from "./words.ts";

/** Placement, amendment, and the ways in which an order is ended. */
export const intake = {
  // An order id is used once.
  PlaceOrder: {
    sender: "anyone",
    NotPlaced: "OrderPlaced, ReservationRequested",
    Withdrawn: "refused as AlreadyCancelled",
    managed: { "refused as OrderAlreadyPlaced": [...unpaid, ...paid, ...over] },
    external: { "refused as OrderAlreadyPlaced": [...unpaid, ...paid, ...ended] },
  },
  // What is ordered can be replaced until it is paid; a managed order asks for its payment as soon as it is reserved.
  AmendOrder: {
    sender: "anyone",
    ...request,
    managed: {
      "OrderAmended, ReservationRequested": ["Placed", "AwaitingCustomer"],
      "refused as AlreadyReserved": ["Reserved"],
      "refused as AlreadyAuthorised": paid,
      "refused as AlreadyCancelled": over,
    },
    external: {
      OrderAmended: unpaid,
      "refused as AlreadyAuthorised": paid,
      "refused as AlreadyCancelled": ended,
    },
  },
  // An order that is paid does not expire any more.
  ExpireOrder: {
    sender: "driver",
    ...request,
    managed: { CancellationRequested: unpaid, "refused as AlreadyAuthorised": paid, nothing: over },
    external: { OrderExpired: unpaid, "refused as AlreadyAuthorised": paid, nothing: ended },
  },
  // An order of which something is packed is never given up as a whole.
  RequestCancel: {
    sender: "anyone",
    NotPlaced: "OrderWithdrawn",
    Withdrawn: "nothing",
    managed: {
      CancellationRequested: [...unplanned, ...beforePacking, "Fulfilling, unpacked"],
      "refused as AlreadyPacked": shipping,
      nothing: over,
    },
    external: { OrderCancelled: unplanned, "refused as AlreadyPacked": shipping, nothing: ended },
  },
  // One pot of an order whose cups are packed first. There is no tombstone for a part of an order that is not known.
  "RequestCancel (lines)": {
    sender: "anyone",
    NotPlaced: "refused as OrderNotPlaced",
    Withdrawn: "nothing",
    managed: {
      "refused as ReservationPending": ["Placed"],
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      LinesCancelled: ["Reserved", "Authorised", "Fulfilling"],
      "LinesCancelled, OrderCompleted": ["Fulfilling, delivered", "Fulfilling, capture waived"],
      "refused as CancelExceedsOpen": ["Fulfilling, all dispatched"],
      "refused as AlreadyPacked": finished,
      nothing: over,
    },
    external: {
      "refused as AwaitingCustomer": ["AwaitingCustomer"],
      LinesCancelled: ["Placed", "Reserved", "Authorised", "Fulfilling"],
      "refused as CancelExceedsOpen": ["Fulfilling, all dispatched"],
      "refused as AlreadyPacked": finished,
      nothing: ended,
    },
  },
  // A cancel is complete when neither stock nor money is held.
  CompleteCancel: {
    sender: "process manager",
    ...request,
    managed: {
      "refused as CancelNotRequested": [...unpaid, ...paid],
      "refused as StillHolding": ["Cancelling"],
      OrderCancelled: ["Cancelling, nothing held"],
      nothing: ended,
    },
  },
} as const satisfies Record<string, Expected>;
