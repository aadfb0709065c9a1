import { ended, message, over, request, beforePacking, unplanned, unsent, unsentButDelivered } from "./words.ts";
import type { Expected } from "./words.ts";

const cameBackUnpaid = "ReturnRequested, ReturnApproved, ReturnReceived";
const cameBackUnannounced = `${cameBackUnpaid}, RefundRequested`;

/** What comes back, and the money for it; all is about the first return, of one cup. */
export const returns = {
  // Only what was sent can come back.
  RequestReturn: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NotDispatched": unplanned,
      "refused as ReturnExceedsShipped": [...beforePacking, "Fulfilling, unpacked", ...unsent, ...unsentButDelivered],
      ReturnRequested: ["Fulfilling", "Completed"],
      nothing: [
        "Completed, return requested",
        "Completed, return approved",
        "Completed, refunded",
        "Returning",
        "Fulfilling, back unpaid",
      ],
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NotDispatched": unplanned,
      ReturnRequested: ["Fulfilling", "Completed"],
      nothing: ["Returning"],
      "refused as AlreadyCancelled": ended,
    },
  },
  ApproveReturn: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NotDispatched": unplanned,
      "refused as UnknownReturn": ["Fulfilling", "Completed"],
      ReturnApproved: ["Completed, return requested"],
      nothing: ["Completed, return approved", "Completed, refunded", "Returning", "Fulfilling, back unpaid"],
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NotDispatched": unplanned,
      "refused as UnknownReturn": ["Fulfilling", "Completed"],
      nothing: ["Returning"],
      "refused as AlreadyCancelled": ended,
    },
  },
  // An approved one too, which nothing came back of: its goods came back otherwise, or never will.
  DeclineReturn: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NotDispatched": unplanned,
      "refused as UnknownReturn": ["Fulfilling", "Completed"],
      ReturnDeclined: ["Completed, return requested", "Completed, return approved"],
      "refused as ReturnDecided": ["Completed, refunded", "Returning", "Fulfilling, back unpaid"],
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NotDispatched": unplanned,
      "refused as UnknownReturn": ["Fulfilling", "Completed"],
      "refused as ReturnDecided": ["Returning"],
      "refused as AlreadyCancelled": ended,
    },
  },
  // A parcel that nobody announced is asked for and approved by coming; one that was announced waits for its approval.
  ReceiveReturn: {
    sender: "anyone",
    ...request,
    managed: {
      "refused as NotDispatched": unplanned,
      "refused as ReturnExceedsShipped": [...beforePacking, "Fulfilling, unpacked", ...unsent, ...unsentButDelivered],
      [cameBackUnannounced]: ["Fulfilling", "Completed"],
      "refused as ReturnNotApproved": ["Completed, return requested"],
      // Nobody paid for them, so that nothing is paid back.
      [cameBackUnpaid]: ["Fulfilling, delivered unpaid", "Fulfilling, capture waived"],
      "ReturnReceived, RefundRequested": ["Completed, return approved"],
      nothing: ["Completed, refunded", "Returning", "Fulfilling, back unpaid"],
      "refused as AlreadyCancelled": over,
    },
    external: {
      "refused as NotDispatched": unplanned,
      [cameBackUnannounced]: ["Fulfilling", "Completed"],
      nothing: ["Returning"],
      "refused as AlreadyCancelled": ended,
    },
  },
  // The only refund that an order waits for is paid, so that it is complete again.
  RecordRefund: {
    sender: "anyone",
    ...message,
    managed: {
      "refused as NotDispatched": unplanned,
      "refused as UnknownRefund": ["Fulfilling", "Completed"],
      "RefundIssued, OrderCompleted": ["Returning"],
      "ignored as Repeated": ["Completed, refunded"],
      "ignored as OrderOver": over,
    },
    external: {
      "refused as NotDispatched": unplanned,
      "refused as UnknownRefund": ["Fulfilling", "Completed"],
      "RefundIssued, OrderCompleted": ["Returning"],
      "ignored as OrderOver": ended,
    },
  },
} as const satisfies Record<string, Expected>;
