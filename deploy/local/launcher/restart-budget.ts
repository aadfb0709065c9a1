const WINDOW_MS = 60_000;
/** How often a process is started again within a minute, unless the launcher is told otherwise. */
export const RESTARTS_PER_MINUTE = 10;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 4_000;

/** What is done about a process that has died. */
export type RestartDecision =
  | { readonly kind: "restart"; readonly delayMs: number; readonly restarts: readonly number[] }
  | { readonly kind: "giveUp" };

/**
 * Decides whether a process that died is started again: at most so many times in sixty seconds, each time after
 * twice the wait up to four seconds, so that neither a crash loop nor a broken machine goes unnoticed.
 *
 * @param restarts when it was restarted before, in milliseconds
 * @param now when it died, on the same clock
 * @param most how many restarts a minute may have
 */
export const decideRestart = (restarts: readonly number[], now: number, most: number): RestartDecision => {
  const recent = restarts.filter((at) => now - at < WINDOW_MS);
  if (recent.length >= most) return { kind: "giveUp" };
  const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** recent.length);
  return { kind: "restart", delayMs, restarts: [...recent, now] };
};
