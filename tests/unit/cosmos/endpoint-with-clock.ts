import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "../../../deploy/local/cosmos/endpoint.ts";
import type { Answer } from "../../../deploy/local/cosmos/http/answer.ts";
import { route } from "../../../deploy/local/cosmos/http/routes.ts";
import { openEndpoint } from "../../../deploy/local/cosmos/open-endpoint.ts";

/** An endpoint whose time stands still until it is moved, asked without HTTP. */
export interface EndpointWithClock {
  readonly endpoint: Endpoint;
  /** Serves a request; rejects with the `Refusal` when it is refused. */
  readonly ask: (method: string, path: string, headers?: Record<string, string>, body?: object) => Promise<Answer>;
  readonly nowMs: () => number;
  readonly advance: (ms: number) => void;
  readonly close: () => void;
}

/** Opens an endpoint on a fresh directory. @param partitions how many ranges a new container has */
export const openWithClock = (partitions = 1): EndpointWithClock => {
  const directory = mkdtempSync(join(tmpdir(), "cosmos-clock-"));
  let nowMs = Date.UTC(2026, 0, 1);
  const settings = { key: "a2V5", partitions, consistency: "Session", region: "Local" };
  const { endpoint, close } = openEndpoint(directory, settings, () => nowMs);
  return {
    endpoint,
    ask: (method, path, headers = {}, body = {}) =>
      new Promise((resolve, reject) => {
        const segments = path.split("/").filter((segment) => segment !== "");
        const request = { method, path: segments, headers, body: JSON.stringify(body), origin: "http://127.0.0.1" };
        const { writes, run } = route(endpoint, request);
        if (writes) endpoint.commits.write(run, resolve, reject);
        else endpoint.commits.read(() => run(() => undefined), resolve, reject);
      }),
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    close: () => {
      close();
      rmSync(directory, { recursive: true });
    },
  };
};
