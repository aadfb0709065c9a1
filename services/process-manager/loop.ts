import { pause } from "../platform/change-feed/waiting.ts";

/**
 * Does the work again and again, with a pause after each time, until the signal aborts. Work that fails is told to `onFailure`
 * and done again all the same.
 *
 * @returns when the last of it has ended
 */
export const repeat = async (
  work: () => Promise<void>,
  pauseMs: number,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    }
    await pause(pauseMs, signal);
  }
};
