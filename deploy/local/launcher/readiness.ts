import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Probe } from "./process-spec.ts";

const PAUSE_MS = 50;
const ATTEMPT_MS = 2_000;

/**
 * Asks until the probe is answered as it should be.
 *
 * @param signal ends the waiting, and then it resolves to false
 * @returns true once ready, false when aborted before
 */
export const untilReady = async (probe: Probe, signal: AbortSignal): Promise<boolean> => {
  while (!signal.aborted) {
    if ((await whyNotReady(probe)) === undefined) return !signal.aborted;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
};

/** Asks once. Gives the reason when the answer is not the right one. */
export const whyNotReady = async (probe: Probe): Promise<string | undefined> => {
  if (probe.kind === "tcp") return connects(probe.port);
  return probe.kind === "http" ? answers(probe.url, probe.statuses) : undefined;
};

const connects = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: ATTEMPT_MS });
    const finish = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once("connect", () => finish(undefined));
    socket.once("timeout", () => finish(`port ${port} does not answer`));
    socket.once("error", (error) => finish(error.message));
  });

const answers = async (url: string, statuses: readonly number[] | undefined): Promise<string | undefined> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ATTEMPT_MS), headers: { connection: "close" } });
    const body = await response.text();
    if (statuses === undefined || statuses.includes(response.status)) return undefined;
    return `${url} answers ${response.status} ${body.slice(0, 300)}`.trim();
  } catch (error) {
    return `${url}: ${error instanceof Error ? error.message : String(error)}`;
  }
};
