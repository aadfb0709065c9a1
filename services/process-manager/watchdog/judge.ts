import type { OrderState } from "../../../actors/order/state.ts";
import { waitingFor } from "../../../actors/order/waiting.ts";
import type { StuckWait } from "../../platform/stuck-orders.ts";
import type { StepLimit, StepLimits } from "./limits.ts";

/** What is to be done about an order that waits for longer than is allowed. */
export interface Judgement {
  /** What it waits for too long, the longest first; never empty. */
  readonly waits: readonly StuckWait[];
  readonly redrive: boolean;
  /** Why the order is to be given up, if it is. */
  readonly expire: string | undefined;
  /** How long to wait before it is looked at again, in milliseconds. */
  readonly againInMs: number;
}

/** By what orders are judged. */
export interface JudgementRules {
  readonly limits: StepLimits;
  /** The least time between two attempts at an order, in milliseconds. */
  readonly shortestPauseMs: number;
}

const longestPauseMs = 900_000;
/** An order that nothing can be done about is looked at again after this, so that it is not shown for long when it moves. */
const shownPauseMs = 300_000;

interface LateWait {
  readonly wait: StuckWait;
  readonly limit: StepLimit;
  readonly forMs: number;
}

const isExpired = ({ limit, forMs }: LateWait): boolean =>
  limit.action === "expire" || (limit.expireAfterSeconds !== undefined && forMs >= limit.expireAfterSeconds * 1_000);

/** A growing pause between attempts, but none that runs past the time at which the order is to be given up. */
const pauseOf = (late: readonly LateWait[], attempts: number, shortestPauseMs: number): number => {
  const acted = late.filter(({ limit }) => limit.action !== "show");
  if (acted.length === 0) return shownPauseMs;
  const firstMs = Math.max(shortestPauseMs, Math.min(...acted.map(({ limit }) => limit.allowedSeconds * 1_000)));
  const growingMs = Math.min(longestPauseMs, firstMs * 2 ** attempts);
  const untilExpiryMs = acted
    .filter((each) => !isExpired(each))
    .map(({ limit, forMs }) => (limit.expireAfterSeconds ?? Infinity) * 1_000 - forMs);
  return Math.min(growingMs, ...untilExpiryMs);
};

/**
 * Judges an order that was attended to `attempts` times for the same waiting.
 *
 * @param now ISO 8601, UTC
 * @returns undefined if it waits for nothing for longer than is allowed
 */
export const judge = (
  order: OrderState,
  { limits, shortestPauseMs }: JudgementRules,
  now: string,
  attempts: number,
): Judgement | undefined => {
  const late = waitingFor(order, now)
    .map(({ step, what, since, forMs }): LateWait => {
      const limit = limits[step];
      const { allowedSeconds, owner } = limit;
      return { wait: { step, waitsFor: what, since, allowedSeconds, owner }, limit, forMs };
    })
    .filter(({ limit, forMs }) => forMs >= limit.allowedSeconds * 1_000);
  if (late.length === 0) return undefined;
  const expired = late.find(isExpired);
  return {
    waits: late.map(({ wait }) => wait),
    redrive: late.some(({ limit }) => limit.action === "redrive"),
    expire: expired && `It waited for too long. ${expired.wait.waitsFor}`.slice(0, 500),
    againInMs: pauseOf(late, attempts, shortestPauseMs),
  };
};
