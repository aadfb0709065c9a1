import type { WaitingStep } from "../../../actors/order/waiting.ts";
import type { StuckOrder } from "../../platform/stuck-orders.ts";

/** What is allowed to a step, and what the watchdog does about an order that takes longer. */
export interface StepLimit {
  readonly allowedSeconds: number;
  /**
   * - `redrive`: the process manager takes the step again, or asks again for an answer that did not come;
   * - `expire`: the order is given up;
   * - `show`: somebody else has to act, and the order is only shown.
   */
  readonly then: "redrive" | "expire" | "show";
  readonly owner: StuckOrder["owner"];
}

const minutes = (count: number): number => count * 60;
const days = (count: number): number => count * 86_400;

/** Every step that an order may wait at. The defaults suit goods that are sent by parcel. */
export const defaultLimits: Readonly<Record<WaitingStep, StepLimit>> = {
  reservation: { allowedSeconds: minutes(1), then: "redrive", owner: "process-manager" },
  backorder: { allowedSeconds: days(30), then: "expire", owner: "warehouse" },
  customerDecision: { allowedSeconds: minutes(30), then: "expire", owner: "customer" },
};
