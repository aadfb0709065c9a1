import type { DecisionContext } from "../kernel/aggregate.ts";
import type { Decision } from "../kernel/decision.ts";
import { refuse } from "./rejections.ts";
import type { OrderProperCommand } from "./schemas.ts";
import type { PlacedOrder } from "./state.ts";

/**
 * Who sends a command.
 *
 * - `anyone`: whoever it is.
 * - `driver`: whoever takes the order's steps, which is the process manager for a managed order, and outside for an
 *   external one; two drivers of one order would reserve and charge twice.
 * - `process-manager`: the process manager alone.
 */
type Sender = "anyone" | "driver" | "process-manager";

const senders: { readonly [Type in OrderProperCommand["type"]]: Sender } = {
  PlaceOrder: "anyone",
  AmendOrder: "anyone",
  ExpireOrder: "driver",
  RequestCancel: "anyone",
  CompleteCancel: "process-manager",
  RecordReservation: "driver",
  RejectReservation: "driver",
  ConfirmShortage: "anyone",
  ReleaseReservation: "process-manager",
  RequestAuthorisation: "anyone",
  RecordAuthorisation: "anyone",
  RecordPaymentFailure: "anyone",
  RequestCapture: "anyone",
  RecordCapture: "anyone",
  WaiveCapture: "anyone",
  VoidAuthorisation: "process-manager",
  PlanFulfilment: "process-manager",
  RecordPick: "anyone",
  RecordPack: "anyone",
  RecordUnpack: "anyone",
  DispatchShipment: "anyone",
  RecordDelivery: "anyone",
  RecordDeliveryFailure: "anyone",
  RequestReturn: "anyone",
  ApproveReturn: "anyone",
  DeclineReturn: "anyone",
  ReceiveReturn: "anyone",
  RecordRefund: "anyone",
};

/** The refusal of a command whose sender may not send it to this order, or undefined if it may. */
export const refuseSender = (
  { type }: OrderProperCommand,
  order: PlacedOrder,
  { issuer }: DecisionContext,
): Decision<never> | undefined => {
  if (senders[type] === "process-manager" && issuer !== "process-manager") {
    return refuse("NotForOutside", "Only the process manager may send this command.");
  }
  if (order.fulfilment === "external" && issuer === "process-manager") {
    return refuse("ExternalOrder", "The process manager takes no step of an external order.");
  }
  if (senders[type] === "driver" && order.fulfilment === "managed" && issuer !== "process-manager") {
    return refuse("ManagedOrder", "The process manager takes this step of a managed order.");
  }
  return undefined;
};
