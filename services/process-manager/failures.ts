/** Why steps of orders were left lately, as far as this instance knows. */
export interface Failures {
  readonly note: (orderId: string, reason: string) => void;
  readonly of: (orderId: string) => { readonly at: string; readonly reason: string } | null;
}

const longestReason = 1_000;

/** Remembers the last failure of at most `maximum` orders, and forgets those that failed longest ago beyond that. */
export const createFailures = (maximum: number, nowIso: () => string): Failures => {
  const failures = new Map<string, { readonly at: string; readonly reason: string }>();
  return {
    note: (orderId, reason) => {
      failures.delete(orderId);
      failures.set(orderId, { at: nowIso(), reason: reason.slice(0, longestReason) });
      for (const oldest of failures.keys()) {
        if (failures.size <= maximum) break;
        failures.delete(oldest);
      }
    },
    of: (orderId) => failures.get(orderId) ?? null,
  };
};
