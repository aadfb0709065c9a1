import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { progressBoard } from "../../../deploy/local/artifact/progress.ts";
import { ensureRuntime } from "../../../deploy/local/runtime/build.ts";
import { freePort } from "../../support/free-port.ts";
import { startChild, type Child } from "../event-store/child.ts";

/** A sidecar whose app hosts actors, with a placement service and a scheduler of its own. */
export interface DaprWithScheduler {
  readonly daprHttpPort: number;
  readonly daprGrpcPort: number;
  /** Where the sidecar expects the app. */
  readonly appPort: number;
  /** What all of them wrote, the last of it. */
  output(): string;
  stop(): Promise<void>;
}

const root = resolve(import.meta.dirname, "../../..");

const flags = (values: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);

const plain = ["--enable-metrics=false", "--tls-enabled=false", "--log-level", "warn"];

/** Starts them; the sidecar is ready once its app is. Building the runtime for the first time takes minutes. */
export const startDaprWithScheduler = async (): Promise<DaprWithScheduler> => {
  const directory = mkdtempSync(join(tmpdir(), "reminders-contract-"));
  const components = join(directory, "components");
  mkdirSync(components);
  copyFileSync(join(root, "components/actor-state.yaml"), join(components, "actor-state.yaml"));
  const board = progressBoard(process.stderr);
  const runtime = await ensureRuntime({ env: process.env, progress: board.task("Dapr runtime") });
  board.close();
  const ports = await Promise.all(Array.from({ length: 13 }, freePort));
  const port = (index: number): number => ports[index] ?? 0;
  const [placementPort, schedulerPort, daprHttpPort, daprGrpcPort, appPort] = [0, 1, 2, 3, 4].map(port);
  if (daprHttpPort === undefined || daprGrpcPort === undefined || appPort === undefined) throw new Error("no ports");

  const placement = flags({
    id: "dapr-placement-0",
    "initial-cluster": `dapr-placement-0=127.0.0.1:${port(5)}`,
    "listen-address": "127.0.0.1",
    port: placementPort ?? 0,
    "healthz-port": port(6),
  });
  const scheduler = flags({
    id: "dapr-scheduler-server-0",
    "listen-address": "127.0.0.1",
    port: schedulerPort ?? 0,
    "override-broadcast-host-port": `127.0.0.1:${schedulerPort}`,
    "etcd-data-dir": join(directory, "scheduler"),
    "etcd-client-listen-address": "127.0.0.1",
    "etcd-client-port": port(7),
    "etcd-initial-cluster": `dapr-scheduler-server-0=http://127.0.0.1:${port(8)}`,
    "healthz-port": port(9),
  });
  const daprd = flags({
    "app-id": "actor-host",
    mode: "standalone",
    "resources-path": components,
    "app-port": appPort,
    "app-protocol": "http",
    "app-channel-address": "127.0.0.1",
    "dapr-listen-addresses": "127.0.0.1",
    "dapr-http-port": daprHttpPort,
    "dapr-grpc-port": daprGrpcPort,
    "dapr-internal-grpc-port": port(10),
    "dapr-internal-grpc-listen-address": "127.0.0.1",
    "metrics-listen-address": "127.0.0.1",
    "metrics-port": port(11),
    "placement-host-address": `127.0.0.1:${placementPort}`,
    "scheduler-host-address": `127.0.0.1:${schedulerPort}`,
    "log-level": "warn",
  });
  const children: Child[] = [
    startChild(runtime.placement, [...placement, ...plain], process.env),
    startChild(runtime.scheduler, [...scheduler, ...plain], process.env),
    startChild(runtime.daprd, daprd, { ...process.env, DAPR_HOST_IP: "127.0.0.1" }),
  ];
  return {
    daprHttpPort,
    daprGrpcPort,
    appPort,
    output: () => children.map((child) => child.output()).join("\n"),
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
