import { accept } from "../../kernel/decision.ts";
import type { Decision } from "../../kernel/decision.ts";
import type { OrderEvent } from "../events.ts";
import type { OrderProperCommand } from "../schemas.ts";

const messageTypes = [
  "RecordAuthorisation",
  "RecordPaymentFailure",
  "RecordCapture",
  "RecordPick",
  "RecordPack",
  "RecordUnpack",
  "RecordDelivery",
  "RecordDeliveryFailure",
  "RecordRefund",
] as const;

/** What payment provider, warehouse and carrier tell of what they did, which nobody can take back by refusing it. */
export type Message = Extract<OrderProperCommand, { type: (typeof messageTypes)[number] }>;

export const isMessage = (command: OrderProperCommand): command is Message =>
  messageTypes.some((type) => type === command.type);

const referenceOf = (message: Message): string => {
  switch (message.type) {
    case "RecordAuthorisation":
      return message.authorisationId;
    case "RecordPaymentFailure":
      return message.shipmentId ?? message.requestId ?? message.code;
    case "RecordPick":
      return message.fulfilmentId;
    case "RecordRefund":
      return message.refundId;
    default:
      return message.shipmentId;
  }
};

/**
 * Why a message no longer matters.
 *
 * - `OrderOver`: the order ended, or is being ended, on another path.
 * - `OrderWithdrawn`: it was cancelled before it was placed.
 * - `ImpliedByDispatch`: the dispatch of an external order stands for pick, pack and capture, and its parcels are not
 *   unpacked.
 * - `AlreadyAuthorised`, `AlreadyCaptured`, `AlreadyWaived`, `AlreadyPacked`, `AlreadyUnpacked`, `AlreadyDelivered`, `AlreadyReturned`: something
 *   later is known.
 * - `RequestSuperseded`: it answers a request that was given up for another one.
 * - `Repeated`: another message told the same.
 */
export type LateReason =
  | "OrderOver"
  | "OrderWithdrawn"
  | "ImpliedByDispatch"
  | "AlreadyAuthorised"
  | "AlreadyCaptured"
  | "AlreadyWaived"
  | "AlreadyPacked"
  | "AlreadyUnpacked"
  | "AlreadyDelivered"
  | "AlreadyReturned"
  | "RequestSuperseded"
  | "Repeated";

/** Takes note of a message that does not matter any more, and leaves everything as it is. */
export const ignore = (message: Message, reason: LateReason): Decision<OrderEvent> =>
  accept<OrderEvent>({
    type: "MessageIgnored",
    data: { command: message.type, reference: referenceOf(message), reason },
  });

/** Whether the dispatch of an external order stands for what the message tells. */
export const isImpliedByDispatch = (message: Message): boolean =>
  message.type === "RecordPick" ||
  message.type === "RecordPack" ||
  message.type === "RecordUnpack" ||
  message.type === "RecordCapture" ||
  (message.type === "RecordPaymentFailure" && message.shipmentId !== undefined);
