import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 50;

export interface Waiting {
  /** What is waited for, to complete "waited 5000 ms for ...". */
  readonly what: string;
  readonly timeoutMs: number;
}

/**
 * Asks again and again until the condition gives something other than false, null or undefined, and gives that.
 *
 * @throws Error naming what was waited for when the time is over; whatever the condition throws, at once
 */
export const waitFor = async <Result>(
  condition: () => Result | Promise<Result>,
  { what, timeoutMs }: Waiting,
): Promise<Exclude<Result, false | null | undefined>> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await condition();
    if (isPresent(result)) return result;
    if (Date.now() >= deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await sleep(PAUSE_MS);
  }
};

const isPresent = <Result>(result: Result): result is Exclude<Result, false | null | undefined> =>
  result !== false && result !== null && result !== undefined;
