import { setTimeout as sleep } from "node:timers/promises";
import { failureReason } from "./failure-reason.ts";

const PAUSE_MS = 250;

/** An attempt that no repetition can mend, such as a wrong key. */
export class Hopeless extends Error {
  override readonly name = "Hopeless";
}

/**
 * Repeats an attempt until it succeeds, since what it talks to may still be starting.
 *
 * @param what what is being done, for the message
 * @param deadline when to stop trying, in milliseconds since the epoch
 * @throws Hopeless as thrown by the attempt; Error with the last failure when the deadline passes
 */
export const untilReady = async <Result>(
  what: string,
  deadline: number,
  attempt: () => Promise<Result>,
): Promise<Result> => {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      if (Date.now() + PAUSE_MS >= deadline) {
        throw new Error(`${what}: gave up, the last failure was: ${failureReason(error)}`, { cause: error });
      }
      await sleep(PAUSE_MS);
    }
  }
};
