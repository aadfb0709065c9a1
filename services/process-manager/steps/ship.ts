import { hitFailpoint } from "../../../actors/host/failpoint.ts";
import { stockStreamId } from "../../../actors/kernel/stream-id.ts";
import type { Plan } from "../plan.ts";
import type { Run } from "../run.ts";

type Shipment = Extract<Plan, { kind: "ship" }>;

/** Captures the value of a dispatched shipment and takes its goods out of stock, once each. */
export const settleShipment = async (run: Run, shipment: Shipment): Promise<void> => {
  const { orderId } = run;
  const { shipmentId, reservationId, authorisationId, amountMinor, currency } = shipment;
  const capture = { requestId: shipmentId, orderId, authorisationId, shipmentId, amountMinor, currency };
  await run.pay(async (payments) => payments.capture(capture));
  hitFailpoint("pm-after-capture", orderId);
  for (const { sku, location, quantity } of shipment.items) {
    await run.drive("StockItem", stockStreamId(sku, location), {
      step: "commit",
      type: "CommitStock",
      data: { reservationId, commitId: shipmentId, quantity },
    });
    hitFailpoint("pm-after-commit", orderId);
  }
};
