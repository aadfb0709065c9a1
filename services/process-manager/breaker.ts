/** A part that has failed lately is not asked for a while. */
export class PartAway extends Error {
  override readonly name = "PartAway";
}

export interface Breaker {
  /**
   * Makes the call, unless the part is taken to be away.
   *
   * @throws PartAway at once, if it is; what the call throws, if it fails
   */
  call<Result>(attempt: () => Promise<Result>): Promise<Result>;
  /** Whether calls are let through. */
  isClosed(): boolean;
}

export interface BreakerLimits {
  /** So many failures without a success in between, and the part is taken to be away. */
  readonly failures: number;
  /** How long it is then left alone, before one call may try it again. */
  readonly openMs: number;
}

/**
 * Keeps calls from a part that is away: whoever waits for its silence, holds up others. While it is taken to be away, one
 * call at a time may find out whether it is back.
 */
export const createBreaker = (
  part: string,
  { failures, openMs }: BreakerLimits,
  monotonicMs: () => number,
): Breaker => {
  let failed = 0;
  let openUntilMs = 0;
  let probing = false;

  const isOpen = (): boolean => failed >= failures;

  return {
    isClosed: () => !isOpen(),
    call: async (attempt) => {
      const probes = isOpen();
      if (probes) {
        if (probing || monotonicMs() < openUntilMs) throw new PartAway(`${part} did not answer lately`);
        probing = true;
      }
      try {
        const result = await attempt();
        failed = 0;
        return result;
      } catch (error) {
        failed += 1;
        openUntilMs = monotonicMs() + openMs;
        throw error;
      } finally {
        if (probes) probing = false;
      }
    },
  };
};
