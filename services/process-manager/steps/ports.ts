import { canonicalHash } from "../../../actors/kernel/request-hash.ts";
import type { StockCoordinator } from "../stock/stock-coordinator.ts";

/** What the steps need beside the calls of their run. */
export interface StepParts {
  readonly stock: StockCoordinator;
  /** How long stock is held for an order that is not paid for: milliseconds. */
  readonly reservationTtlMs: (channel: string | null) => number;
  /** How long an order waits for stock that is not there: milliseconds. */
  readonly backorderTtlMs: number;
}

/**
 * The name of a step whose content follows from what was found when it was taken: found otherwise, it is another command,
 * whose outcome must not be that of the first.
 */
export const namedByContent = (step: string, data: object): string => `${step}-${canonicalHash(data)}`;
