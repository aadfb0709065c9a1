import { setTimeout as delay } from "node:timers/promises";

/** Waits for `ms` milliseconds, or until the signal aborts; never throws. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return;
  await delay(ms, undefined, { signal }).catch(() => undefined);
};

/** The result of `work`, unless the signal aborts first: then its reason is thrown and the work is left to itself. */
export const unlessAborted = async <Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
};

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * Calls `attempt` until it succeeds, with a growing pause in between; `onFault` is told every failure, and waited for. Ends
 * only by success, by what `onFault` throws or, at once, by the signal, whose reason it then throws.
 */
export const untilItSucceeds = async <Result>(
  attempt: () => Promise<Result>,
  signal: AbortSignal,
  { firstMs, longestMs }: BackOff,
  onFault: (error: unknown, failures: number) => unknown,
): Promise<Result> => {
  let waitMs = firstMs;
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await unlessAborted(attempt(), signal);
    } catch (error) {
      signal.throwIfAborted();
      await onFault(error, failures);
    }
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, longestMs);
  }
};

/**
 * Runs `work` for every item, at most `limit` at a time. When one fails, no further item is begun, those under way are
 * awaited, and the first failure is thrown.
 */
export const concurrently = async <Item>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const waiting = [...items];
  const failures: unknown[] = [];
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    while (next < waiting.length && failures.length === 0) {
      const item = waiting[next] as Item;
      next += 1;
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, waiting.length) }, takeTurns));
  if (failures.length > 0) throw failures[0];
};
