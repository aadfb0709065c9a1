import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { progressBoard } from "../../../deploy/local/artifact/progress.ts";
import { ensureRuntime } from "../../../deploy/local/runtime/build.ts";
import { setUpCosmos } from "../../../deploy/setup/cosmos.ts";
import { freePort } from "../../support/free-port.ts";
import { waitFor } from "../../support/wait-for.ts";
import { endEmbedded, startEmbedded } from "../cosmos/endpoint-under-test.ts";
import { startChild, type Child } from "./child.ts";
import { startWatchedProxy, type WatchedProxy } from "./watched-proxy.ts";

/** A sidecar with the project's `event-store` component, on a Cosmos endpoint of its own, with a proxy in between. */
export interface DaprAndCosmos {
  readonly daprHttpPort: number;
  readonly proxy: WatchedProxy;
  stop(): Promise<void>;
}

const root = resolve(import.meta.dirname, "../../..");
const key = Buffer.from("the key of a test").toString("base64");
const startMs = 30_000;
const longestSetUpMs = 120_000;

const startDaprd = async (directory: string, cosmosPort: number): Promise<{ child: Child; httpPort: number }> => {
  const components = join(directory, "components");
  mkdirSync(components);
  copyFileSync(join(root, "components/event-store.yaml"), join(components, "event-store.yaml"));
  const board = progressBoard(process.stderr);
  const runtime = await ensureRuntime({ env: process.env, progress: board.task("Dapr runtime") });
  board.close();
  const [httpPort, grpcPort, internalPort, metricsPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const flags = {
    "app-id": "actor-host",
    mode: "standalone",
    "resources-path": components,
    "dapr-listen-addresses": "127.0.0.1",
    "dapr-http-port": httpPort,
    "dapr-grpc-port": grpcPort,
    "dapr-internal-grpc-port": internalPort,
    "dapr-internal-grpc-listen-address": "127.0.0.1",
    "metrics-listen-address": "127.0.0.1",
    "metrics-port": metricsPort,
    "log-level": "warn",
  };
  const env = {
    ...process.env,
    DAPR_HOST_IP: "127.0.0.1",
    COSMOS_ENDPOINT: `http://127.0.0.1:${cosmosPort}`,
    COSMOS_KEY: key,
    COSMOS_DATABASE: "orders",
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return { child: startChild(runtime.daprd, args, env), httpPort };
};

const isReady = async (daprHttpPort: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${daprHttpPort}/v1.0/healthz/outbound`)).status === 204;
  } catch {
    return false;
  }
};

/** Starts both and waits until the sidecar is ready. Building the runtime for the first time takes minutes. */
export const startDaprAndCosmos = async (): Promise<DaprAndCosmos> => {
  const directory = mkdtempSync(join(tmpdir(), "event-store-contract-"));
  const cosmos = await startEmbedded(join(directory, "cosmos"), 0, "--key", key);
  const proxy = await startWatchedProxy(cosmos.port);
  let daprd: Child | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([daprd?.stop(), proxy.close(), endEmbedded(cosmos, "SIGTERM")]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await setUpCosmos({ endpoint: cosmos.url, key, database: "orders" }, Date.now() + longestSetUpMs);
    const started = await startDaprd(directory, proxy.port);
    daprd = started.child;
    await waitFor(async () => isReady(started.httpPort), { what: "the sidecar to be ready", timeoutMs: startMs });
    return { daprHttpPort: started.httpPort, proxy, stop };
  } catch (error) {
    await stop();
    throw new Error(`the sidecar did not start:\n${daprd?.output() ?? ""}`, { cause: error });
  }
};
