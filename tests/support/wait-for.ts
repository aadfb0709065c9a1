import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 50;
/** A deadline is for what never comes: on a busy machine everything takes longer, and no test fails for that. */
const PATIENCE = 5;

/** How long to wait, in ms, for what takes at most so long on a machine that does nothing else. */
export const patient = (timeoutMs: number): number => timeoutMs * PATIENCE;

export interface Waiting {
  /** What is waited for, to complete "waited 5000 ms for ...". */
  readonly what: string;
  /** How long it may take on a machine that does nothing else, in ms. */
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
  const longestMs = patient(timeoutMs);
  const deadline = Date.now() + longestMs;
  for (;;) {
    const result = await condition();
    if (isPresent(result)) return result;
    if (Date.now() >= deadline) throw new Error(`waited ${longestMs} ms for ${what}`);
    await sleep(PAUSE_MS);
  }
};

const isPresent = <Result>(result: Result): result is Exclude<Result, false | null | undefined> =>
  result !== false && result !== null && result !== undefined;
