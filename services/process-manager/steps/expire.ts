import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import type { Run } from "../run.ts";
import { namedByContent } from "./ports.ts";

/**
 * Ends an order that has waited for too long. Refused, it went on at the last moment: it was paid, and what it has lost
 * meanwhile shows when its stock is confirmed; or it is over already.
 */
export const expireOrder = async (
  run: Run,
  { orderId, reason, expectedVersion }: { orderId: string; reason: string; expectedVersion?: number },
): Promise<boolean> => {
  const expired = await run.drive("Order", orderId, {
    step: namedByContent("expire-order", { reason }),
    type: "ExpireOrder",
    data: { reason },
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  });
  hitFailpoint("pm-after-expire", orderId);
  return expired.accepted;
};
