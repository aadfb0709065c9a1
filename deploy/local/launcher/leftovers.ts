import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, signalGroup } from "./process-identity.ts";
import type { LockContent } from "./stack-lock.ts";

const GRACE_MS = 4_000;
const PAUSE_MS = 50;

/**
 * Ends the processes of a stack whose launcher is gone. Only those are touched that still are the ones it recorded.
 *
 * @returns the names of those that were still running
 */
export const endLeftovers = async ({ processes }: LockContent): Promise<string[]> => {
  const running = processes.filter(isRunning);
  for (const { pid } of running) signalGroup(pid, "SIGTERM");
  const deadline = Date.now() + GRACE_MS;
  while (running.some(isRunning) && Date.now() < deadline) await sleep(PAUSE_MS);
  // Also a group whose leader has ended may have members left.
  for (const { pid } of running) signalGroup(pid, "SIGKILL");
  return running.map(({ name }) => name);
};
