import type { Decision } from "../../kernel/decision.ts";
import type { OrderEvent } from "../events.ts";
import { evolveOrderBy } from "../evolve.ts";
import type { OrderState, ShippingOrder } from "../state.ts";
import { cameBack, isSettled } from "../state/shipment.ts";

/** Whether nothing is left to do for an order: neither goods nor money are under way in either direction. */
const isDone = ({ lines, shipments, returns }: ShippingOrder): boolean =>
  lines.every(({ open, reserved }) => open + reserved === 0) &&
  shipments.every((shipment) => shipment.status === "Delivered" || cameBack(shipment)) &&
  shipments.every(({ capture }) => isSettled(capture)) &&
  returns.every((known) => known.status !== "Received" || known.refund.status !== "requested");

/** Completes an order after any command that leaves nothing to do for it. */
export const withCompletion = (decision: Decision<OrderEvent>, state: OrderState, at: string): Decision<OrderEvent> => {
  if (decision.outcome === "rejected" || decision.events.length === 0) return decision;
  const next = evolveOrderBy(state, decision.events, at);
  const isUnderWay = next.status === "Fulfilling" || next.status === "Returning";
  return isUnderWay && isDone(next)
    ? { outcome: "accepted", events: [...decision.events, { type: "OrderCompleted", data: {} }] }
    : decision;
};
