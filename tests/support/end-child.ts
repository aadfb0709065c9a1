import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Far above what any program takes that ends in good order, on a machine that is busy too. */
const LONGEST_END_MS = 60_000;

/** How a process ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Whether the process has ended, or was never started. */
export const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

/**
 * Sends a signal and waits for the end of the process, unless it has ended before.
 *
 * @throws Error when it goes on for a minute; it is killed then
 */
export const endChild = async (child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<ChildEnd> => {
  if (!hasEnded(child)) {
    const ended = once(child, "exit");
    child.kill(signal);
    let tooLong = false;
    const timer = setTimeout(() => {
      tooLong = true;
      child.kill("SIGKILL");
    }, LONGEST_END_MS);
    await ended;
    clearTimeout(timer);
    if (tooLong) throw new Error(`${child.spawnargs.join(" ")} went on for ${LONGEST_END_MS} ms after ${signal}`);
  }
  return { code: child.exitCode, signal: child.signalCode };
};

/** The result of `begun`; when it fails, the process is killed before the failure is passed on, so that none is left behind. */
export const orKilled = async <Result>(child: ChildProcess, begun: Promise<Result>): Promise<Result> => {
  try {
    return await begun;
  } catch (error) {
    await endChild(child, "SIGKILL");
    throw error;
  }
};
