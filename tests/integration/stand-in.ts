import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, openSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileCache } from "../../deploy/local/artifact/cache.ts";
import { endChild, orKilled } from "../support/end-child.ts";
import { freePort } from "../support/free-port.ts";
import { killProcess, processNamed, sharedStack, waitFor } from "../support/stack.ts";

type Service = "process-manager" | "projector";

/**
 * A process of a service that a test may kill as often as it likes: it takes the place of the stack's own one, which is
 * stopped meanwhile with its leases in its hands, and is started again at once whenever it dies.
 */
export interface StandIn {
  /** Where it serves its own HTTP. */
  readonly url: string;
  /** Has the process killed when it comes to this point for this stream. */
  arm(failpoint: string, streamId: string): void;
  /** Waits until every armed failpoint has killed the process. */
  untilAllHit(timeoutMs: number): Promise<void>;
  /** How often it was killed. */
  kills(): number;
  /** How many failpoints were armed so far. */
  armed(): number;
  /** Ends it in good order and lets the stack's own process go on. */
  close(): Promise<void>;
}

/** What a process of the service needs to know of the stack to be one of its processes. */
const environmentOf = async (service: Service | "ingress", httpPort: number): Promise<NodeJS.ProcessEnv> => {
  const { cosmos } = sharedStack();
  const [sidecarPort] = (await processNamed(`${service}-daprd`)).ports;
  return {
    ...compileCache(process.env),
    ...process.env,
    APP_ID: service,
    HTTP_PORT: String(httpPort),
    DAPR_HTTP_PORT: String(sidecarPort),
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_KEY: cosmos.key,
    COSMOS_DATABASE: cosmos.database,
  };
};

/** Stops the stack's process of the service and starts the stand-in, with these settings beside the usual ones. */
export const openStandIn = async (
  service: Service,
  settings: Readonly<Record<string, string>> = {},
): Promise<StandIn> => {
  const directory = await mkdtemp(join(tmpdir(), `${service}-`));
  const log = openSync(join(directory, "log"), "a");
  const httpPort = await freePort();
  const environment = {
    ...(await environmentOf(service, httpPort)),
    SIMULATED_PROVIDER_PORT: String(sharedStack().portBase + 75),
    FAILPOINTS_DIR: directory,
    // Short times make for short tests: its own leases are what it waits for after it was killed.
    COMMAND_DEADLINE_MS: "2500",
    LEASE_TIME_TO_LIVE_MS: "900",
    CHANGE_FEED_IDLE_MS: "50",
    ...settings,
  };
  const armed: string[] = [];
  let kills = 0;
  let closing = false;
  let child: ChildProcess;

  const start = (): void => {
    child = spawn(process.execPath, [`services/${service}/main.ts`], { env: environment, stdio: ["ignore", log, log] });
    child.once("exit", (_code, signal) => {
      if (closing) return;
      if (signal === "SIGKILL") kills += 1;
      start();
    });
  };

  await killProcess(service, "SIGSTOP");
  start();

  return {
    url: `http://127.0.0.1:${httpPort}`,
    arm: (failpoint, streamId) => {
      const file = join(directory, failpoint);
      writeFileSync(file, streamId);
      armed.push(file);
    },
    untilAllHit: async (timeoutMs) => {
      await waitFor(() => armed.every((file) => !existsSync(file)) && kills >= armed.length, {
        what: `${armed.filter((file) => existsSync(file)).join()} to be hit`,
        timeoutMs,
      });
    },
    kills: () => kills,
    armed: () => armed.length,
    close: async () => {
      closing = true;
      try {
        await endChild(child);
      } finally {
        await killProcess(service, "SIGCONT");
      }
      await rm(directory, { recursive: true });
    },
  };
};

/**
 * Starts an ingress beside the stack's own one, with these settings beside the usual ones. The topic's records come to the
 * stack's; this one looks after what is parked.
 *
 * @returns what ends it in good order
 */
export const openSecondIngress = async (settings: Readonly<Record<string, string>>): Promise<() => Promise<void>> => {
  const httpPort = await freePort();
  const environment = {
    ...(await environmentOf("ingress", httpPort)),
    APP_PORT: String(await freePort()),
    ...settings,
  };
  const child = spawn(process.execPath, ["services/ingress/main.ts"], { env: environment, stdio: "ignore" });
  const isReady = async (): Promise<boolean> => {
    const response = await fetch(`http://127.0.0.1:${httpPort}/readyz`).catch(() => undefined);
    return response?.status === 200;
  };
  await orKilled(child, waitFor(isReady, { what: "the second ingress to be ready", timeoutMs: 15_000 }));
  return async () => {
    await endChild(child);
  };
};
