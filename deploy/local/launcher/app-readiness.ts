import { setTimeout as sleep } from "node:timers/promises";
import { whyNotReady } from "./readiness.ts";
import type { AppTemplate } from "./run-template.ts";

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 100;

/**
 * Waits until every app says on `/readyz` that it can serve, which it may do only after its sidecar and its
 * stores are there. An app without that path counts as ready.
 *
 * @throws Error naming each app that is not ready in time, and why
 */
export const untilAppsReady = async (apps: readonly AppTemplate[], signal: AbortSignal): Promise<void> => {
  const deadline = Date.now() + TIMEOUT_MS;
  let unready = await findUnready(apps);
  while (unready.length > 0 && !signal.aborted) {
    if (Date.now() >= deadline) {
      throw new Error(`not ready within ${TIMEOUT_MS / 1000} s: ${unready.join("; ")}`);
    }
    await sleep(PAUSE_MS);
    unready = await findUnready(apps);
  }
};

const findUnready = async (apps: readonly AppTemplate[]): Promise<string[]> => {
  const reasons = await Promise.all(
    apps.map(async ({ appID, env }) => {
      const port = env["HTTP_PORT"];
      if (port === undefined) return [];
      const url = `http://127.0.0.1:${port}/readyz`;
      const reason = await whyNotReady({ kind: "http", url, statuses: [200, 404] });
      return reason === undefined ? [] : [`${appID} (${reason})`];
    }),
  );
  return reasons.flat();
};
