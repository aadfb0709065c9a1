import type { DecisionContext } from "../kernel/aggregate.ts";
import type { Decision } from "../kernel/decision.ts";
import { refuse } from "./rejections.ts";
import type { PlacedOrder } from "./state.ts";

/**
 * A managed order's reservation and authorisation are recorded by the process manager, an external order's by anyone
 * else; two drivers of one order would reserve and charge twice.
 *
 * @returns the refusal, or undefined if the sender may record the step.
 */
export const refuseOtherDriver = (order: PlacedOrder, context: DecisionContext): Decision<never> | undefined => {
  if (order.fulfilment === "managed" && context.issuer === "outside") {
    return refuse("ManagedOrder", "The process manager takes this step of a managed order.");
  }
  return refuseProcessManagerOfExternal(order, context);
};

/**
 * Some commands exist for the process manager alone.
 *
 * @returns the refusal, or undefined if the sender is the process manager and the order is managed.
 */
export const refuseOutside = (order: PlacedOrder, context: DecisionContext): Decision<never> | undefined => {
  if (context.issuer === "outside") {
    return refuse("NotForOutside", "Only the process manager may send this command.");
  }
  return refuseProcessManagerOfExternal(order, context);
};

const refuseProcessManagerOfExternal = (order: PlacedOrder, context: DecisionContext): Decision<never> | undefined =>
  order.fulfilment === "external" && context.issuer === "process-manager"
    ? refuse("ExternalOrder", "The process manager takes no step of an external order.")
    : undefined;
