import { cancelAfterPacking, cancelBeforePacking } from "./stories/cancel.ts";
import { expiredReservation } from "./stories/expired-reservation.ts";
import { hotSku } from "./stories/hot-sku.ts";
import { marketplaceOrder } from "./stories/marketplace.ts";
import { parkedAndRedriven } from "./stories/parked.ts";
import { partialShipments } from "./stories/partial-shipments.ts";
import { paymentDeclined } from "./stories/payment-declined.ts";
import { pointOfSale } from "./stories/point-of-sale.ts";
import { poisonAmongGoodOnes } from "./stories/poison.ts";
import { returnWithRefund } from "./stories/return.ts";
import { shortageAccepted, shortageRefused, shortageWaited } from "./stories/shortage.ts";
import { unreliableProvider } from "./stories/unreliable-provider.ts";
import type { Story } from "./story.ts";

/** Every story, those that take longest first, and last the one that is told after the others. */
export const stories: readonly Story[] = [
  expiredReservation,
  parkedAndRedriven,
  unreliableProvider,
  partialShipments,
  shortageAccepted,
  shortageRefused,
  shortageWaited,
  paymentDeclined,
  cancelBeforePacking,
  cancelAfterPacking,
  returnWithRefund,
  pointOfSale,
  poisonAmongGoodOnes,
  marketplaceOrder,
  hotSku,
];
