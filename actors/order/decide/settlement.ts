import type { DecisionContext } from "../../kernel/aggregate.ts";
import { accept } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { OrderEvent } from "../events.ts";
import { evolveOrderBy } from "../evolve.ts";
import { isShipping } from "../lines.ts";
import type { ShippingOrder } from "../state.ts";
import { isOwed } from "../state/shipment.ts";
import { captureOfNothing } from "./requests.ts";

/** Shipments that were not paid, and of which so much came back that nothing is left to pay. */
const capturesOfNothing = ({ shipments }: ShippingOrder): OrderEvent[] =>
  shipments.flatMap(({ shipmentId, capture, amountMinor }) =>
    capture.status === "declined" && amountMinor === 0 ? [captureOfNothing(shipmentId)] : [],
  );

/** Refunds of returns whose every shipment is captured, or is not going to be. */
const dueRefunds = ({ returns, shipments }: ShippingOrder, orderId: string): OrderEvent[] =>
  returns.flatMap((known, index) => {
    if (known.status !== "Received" || known.refund.status !== "awaited" || isOwed(shipments, index)) return [];
    const { returnId, refund } = known;
    const { amountMinor } = refund;
    return [{ type: "RefundRequested", data: { refundId: `${orderId}~${returnId}`, returnId, amountMinor } }];
  });

/** Records what came back, or how a capture was decided, with what follows from it for the money. */
export const settle = (
  events: readonly OrderEvent[],
  order: ShippingOrder,
  { streamId, at }: DecisionContext,
): Decision<OrderEvent> => {
  const next = evolveOrderBy(order, events, at);
  return isShipping(next)
    ? accept(...events, ...capturesOfNothing(next), ...dueRefunds(next, streamId))
    : accept(...events);
};
