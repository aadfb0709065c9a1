import { ended, finished, over, paid, request, shipping, beforePacking, unpaid, unplanned } from "./words.ts";
import type { Expected } from "./words.ts";

/** The stock of an order. */
export const stock = {
  // The first reservation, as a whole. What is reserved once is only told again; who waits for a backorder has another one.
  RecordReservation: {
    sender: "driver",
    ...request,
    managed: {
      "LinesReserved, AuthorisationRequested": ["Placed", "AwaitingCustomer"],
      "refused as ReservationSuperseded": ["Placed, backorder"],
      nothing: ["Reserved", ...paid],
      "refused as AlreadyCancelled": over,
    },
    external: {
      LinesReserved: ["Placed", "AwaitingCustomer"],
      nothing: ["Reserved", ...paid],
      "refused as AlreadyCancelled": ended,
    },
  },
  // Stock may get lost as long as it is not packed.
  RejectReservation: {
    sender: "driver",
    ...request,
    managed: {
      "ReservationRejected, CancellationRequested": [...unplanned, ...beforePacking, "Fulfilling, unpacked"],
      "refused as AlreadyPacked": shipping,
      nothing: over,
    },
    external: {
      "ReservationRejected, OrderRejected": unplanned,
      "refused as AlreadyPacked": shipping,
      nothing: ended,
    },
  },
  // Only an order that is given up gives stock back.
  ReleaseReservation: {
    sender: "process manager",
    ...request,
    managed: {
      "refused as CancelNotRequested": [...unpaid, ...paid],
      ReservationReleased: ["Cancelling"],
      nothing: ["Cancelling, nothing held", ...ended],
    },
  },
  // The customer takes what is there. Who waits for what is missing has chosen otherwise.
  ConfirmShortage: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NoShortage": ["Placed", "Reserved", "Authorised", "Fulfilling", ...finished],
      "ShortageResolved, LinesCancelled, AuthorisationRequested": ["AwaitingCustomer"],
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NoShortage": ["Placed", "Reserved", "Authorised", "Fulfilling", ...finished],
      "ShortageResolved, LinesCancelled": ["AwaitingCustomer"],
      "refused as AlreadyCancelled": ended,
    },
  },
  // The customer waits for what is missing; who does so already says nothing new.
  "ConfirmShortage (wait)": {
    sender: "anyone",
    ...request,
    managed: {
      nothing: ["Placed, backorder"],
      "refused as NoShortage": ["Placed", "Reserved", "Authorised", "Fulfilling", ...finished],
      "ShortageResolved, ReservationRequested": ["AwaitingCustomer"],
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NoShortage": ["Placed", "Reserved", "Authorised", "Fulfilling", ...finished],
      ShortageResolved: ["AwaitingCustomer"],
      "refused as AlreadyCancelled": ended,
    },
  },
} as const satisfies Record<string, Expected>;
