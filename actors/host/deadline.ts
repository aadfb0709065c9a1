/** The moment by which a turn has answered. */
export interface Deadline {
  /** Milliseconds that are left; 0 when it has passed. */
  leftMs(): number;
  /** `timeoutMs`, or what is left if that is less. */
  atMost(timeoutMs: number): number;
}

/** A deadline `ms` milliseconds from now, on a clock that never goes back. */
export const deadlineIn = (ms: number): Deadline => {
  const endsAt = performance.now() + ms;
  const leftMs = (): number => Math.max(0, endsAt - performance.now());
  return { leftMs, atMost: (timeoutMs) => Math.min(timeoutMs, leftMs()) };
};
