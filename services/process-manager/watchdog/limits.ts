import { z } from "zod";
import type { WaitingStep } from "../../../actors/order/waiting.ts";
import type { StuckWait } from "../../platform/stuck-orders.ts";

/** What is allowed to a step, and what the watchdog does about an order that takes longer. */
export interface StepLimit {
  /** An order that waits longer is stuck: it is shown, and what else `action` says. */
  readonly allowedSeconds: number;
  /**
   * - `redrive`: the process manager takes the step again, or asks again for an answer that did not come;
   * - `expire`: the order is given up;
   * - `show`: somebody else has to act.
   */
  readonly action: "redrive" | "expire" | "show";
  /** An order that is still waiting by then is given up, after the step was taken once more. */
  readonly expireAfterSeconds?: number;
  readonly owner: StuckWait["owner"];
}

const minutes = (count: number): number => count * 60;
const days = (count: number): number => count * 86_400;

/**
 * How long each step may take by default.
 *
 * The steps of the process manager itself take a second, so that a minute or two mean that something was lost or is away.
 * What people and parcels may take is a matter of the trade.
 */
export const defaultLimits: Readonly<Record<WaitingStep, StepLimit>> = {
  reservation: { allowedSeconds: minutes(1), action: "redrive", owner: "process-manager" },
  backorder: { allowedSeconds: days(30), action: "expire", owner: "warehouse" },
  customer: { allowedSeconds: minutes(30), action: "expire", owner: "customer" },
  authorisation: {
    allowedSeconds: minutes(2),
    action: "redrive",
    expireAfterSeconds: minutes(30),
    owner: "payment-provider",
  },
  "payment-retry": { allowedSeconds: minutes(30), action: "expire", owner: "customer" },
  plan: { allowedSeconds: minutes(1), action: "redrive", owner: "process-manager" },
  pack: { allowedSeconds: days(2), action: "show", owner: "warehouse" },
  capture: { allowedSeconds: minutes(5), action: "redrive", owner: "payment-provider" },
  "capture-retry": { allowedSeconds: days(1), action: "show", owner: "support" },
  dispatch: { allowedSeconds: minutes(5), action: "redrive", owner: "carrier" },
  delivery: { allowedSeconds: days(10), action: "show", owner: "carrier" },
  redelivery: { allowedSeconds: days(10), action: "show", owner: "carrier" },
  "return-decision": { allowedSeconds: days(3), action: "show", owner: "support" },
  "return-receipt": { allowedSeconds: days(30), action: "show", owner: "customer" },
  refund: { allowedSeconds: minutes(5), action: "redrive", owner: "payment-provider" },
  void: { allowedSeconds: minutes(5), action: "redrive", owner: "payment-provider" },
  release: { allowedSeconds: minutes(2), action: "redrive", owner: "process-manager" },
  cancel: { allowedSeconds: minutes(2), action: "redrive", owner: "process-manager" },
};

export type StepLimits = Readonly<Record<WaitingStep, StepLimit>>;

/** An order is never given up for a time limit before the watchdog could look at it at all. */
const seconds = z.coerce.number().int().min(1).max(days(3_650));

const isStep = (name: string): name is WaitingStep => Object.hasOwn(defaultLimits, name);

/**
 * Reads limits that differ from the default, `step=seconds` with commas between them; `step.expire=seconds` for the time
 * after which an order is given up although its step is taken again before. An unknown step, or one that never expires, is
 * refused.
 */
export const stepLimits = z
  .string()
  .default("")
  .transform((text, context): StepLimits => {
    const limits: Record<string, StepLimit> = { ...defaultLimits };
    for (const entry of text.split(",").filter((part) => part.trim() !== "")) {
      const [name = "", value] = entry.split("=").map((part) => part.trim());
      const step = name.replace(/\.expire$/, "");
      const parsed = seconds.safeParse(value);
      const known = isStep(step) ? limits[step] : undefined;
      const isExpiry = step !== name;
      if (known === undefined || !parsed.success || (isExpiry && known.expireAfterSeconds === undefined)) {
        context.addIssue({ code: "custom", message: `${entry.trim()} is no limit: write step=seconds` });
        continue;
      }
      limits[step] = {
        ...known,
        ...(isExpiry ? { expireAfterSeconds: parsed.data } : { allowedSeconds: parsed.data }),
      };
    }
    return { ...defaultLimits, ...limits };
  });
