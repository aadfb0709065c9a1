import { delimiter, dirname, join } from "node:path";
import { prepareBroker } from "../kafka/broker.ts";
import type { KafkaDistribution } from "../kafka/distribution.ts";
import type { Runtime } from "../runtime/build.ts";
import type { LauncherConfig } from "./config.ts";
import { appEnvironment, daprdArgs } from "./daprd.ts";
import type { StackPorts } from "./ports.ts";
import type { Command, ProcessSpec } from "./process-spec.ts";
import type { AppTemplate } from "./run-template.ts";

export interface PlanInputs {
  /** The project's folder. */
  readonly root: string;
  readonly config: LauncherConfig;
  readonly ports: StackPorts;
  /** With their ports already moved to where this stack is. */
  readonly apps: readonly AppTemplate[];
  /** What the processes inherit. */
  readonly env: NodeJS.ProcessEnv;
  /** The secret that the gateway signs cursors with. */
  readonly cursorKey: string;
  /** The Dapr programs, once they are built. */
  readonly runtime: Promise<Runtime>;
  /** The broker's jars, once they are fetched; absent when the brokers are elsewhere. */
  readonly kafka: Promise<KafkaDistribution> | undefined;
  /** Renders a Dapr Configuration for this stack and gives the copy's path. */
  readonly configuration: (file: string) => string;
  readonly signal: AbortSignal;
}

/** The processes of the stack, in the order in which a person would name them. */
export const planStack = (inputs: PlanInputs): ProcessSpec[] => [
  ...(inputs.config.cosmos.endpoint === undefined ? [cosmos(inputs)] : []),
  ...(inputs.config.brokers === undefined ? [broker(inputs)] : []),
  placement(inputs),
  scheduler(inputs),
  setup(inputs),
  ...inputs.apps.flatMap((template) => [app(inputs, template), sidecar(inputs, template)]),
];

/** Where the stack's stores are, whoever runs them. */
export const storeAddresses = ({ config, ports }: Pick<PlanInputs, "config" | "ports">) => ({
  cosmos: config.cosmos.endpoint ?? `http://127.0.0.1:${ports.cosmos}`,
  brokers: config.brokers ?? [`127.0.0.1:${ports.kafka}`],
});

/** The folder in which a file named after a failpoint arms it. */
export const failpointsDir = (dataDir: string): string => join(dataDir, "failpoints");

// The same Node for everyone: a bare `node` in dapr.yaml must not become an older one from elsewhere on the PATH.
const inherited = ({ env }: PlanInputs): Record<string, string> => {
  const path = [dirname(process.execPath), env["PATH"]].filter((part) => part !== undefined).join(delimiter);
  const present = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(present), PATH: path };
};

const storeEnvironment = (inputs: PlanInputs): Record<string, string> => {
  const { cosmos: endpoint, brokers } = storeAddresses(inputs);
  return {
    ...inherited(inputs),
    COSMOS_ENDPOINT: endpoint,
    COSMOS_KEY: inputs.config.cosmos.key,
    COSMOS_DATABASE: inputs.config.cosmos.database,
    KAFKA_BROKERS: brokers.join(),
  };
};

const node = (...args: readonly string[]): Command => ({ command: process.execPath, args });

const cosmos = (inputs: PlanInputs): ProcessSpec => {
  const { root, config, ports } = inputs;
  const place = ["--host", "127.0.0.1", "--port", String(ports.cosmos), "--data", join(config.dataDir, "cosmos")];
  const key = ["--key", config.cosmos.key];
  return {
    name: "cosmos",
    tier: "store",
    kind: "service",
    after: [],
    prepare: async () => node(join(root, "deploy/local/cosmos/main.ts"), ...place, ...key),
    cwd: root,
    env: inherited(inputs),
    // Whoever asks without a signature is refused, and a refusal is an answer.
    probe: { kind: "http", url: `http://127.0.0.1:${ports.cosmos}/` },
    ports: [{ port: ports.cosmos, owner: "Cosmos endpoint" }],
  };
};

const broker = (inputs: PlanInputs): ProcessSpec => {
  const { config, ports, kafka, signal, root } = inputs;
  return {
    name: "kafka",
    tier: "store",
    kind: "service",
    after: [],
    prepare: async () => {
      if (kafka === undefined) throw new Error("no Kafka was fetched although none is given");
      const { libs } = await kafka;
      const files = { libs, dataDir: join(config.dataDir, "kafka") };
      return prepareBroker({ ...files, brokerPort: ports.kafka, controllerPort: ports.kafkaController }, signal);
    },
    cwd: root,
    env: inherited(inputs),
    probe: { kind: "tcp", port: ports.kafka },
    ports: [
      { port: ports.kafka, owner: "Kafka" },
      { port: ports.kafkaController, owner: "Kafka controller" },
    ],
  };
};

const placement = (inputs: PlanInputs): ProcessSpec => {
  const { root, ports, runtime } = inputs;
  return {
    name: "placement",
    tier: "control",
    kind: "service",
    after: [],
    prepare: async () => ({
      command: (await runtime).placement,
      args: [
        ...["--id", "dapr-placement-0", "--initial-cluster", `dapr-placement-0=127.0.0.1:${ports.placementRaft}`],
        ...["--listen-address", "127.0.0.1", "--port", String(ports.placement)],
        ...["--healthz-listen-address", "127.0.0.1", "--healthz-port", String(ports.placementHealth)],
        ...CONTROL_PLANE_FLAGS,
      ],
    }),
    cwd: root,
    env: inherited(inputs),
    probe: { kind: "http", url: `http://127.0.0.1:${ports.placementHealth}/healthz`, statuses: [200] },
    ports: [
      { port: ports.placement, owner: "placement" },
      { port: ports.placementHealth, owner: "placement health" },
      { port: ports.placementRaft, owner: "placement raft" },
    ],
  };
};

const scheduler = (inputs: PlanInputs): ProcessSpec => {
  const { root, config, ports, runtime } = inputs;
  return {
    name: "scheduler",
    tier: "control",
    kind: "service",
    after: [],
    prepare: async () => ({
      command: (await runtime).scheduler,
      args: [
        ...["--id", "dapr-scheduler-server-0", "--listen-address", "127.0.0.1", "--port", String(ports.scheduler)],
        ...["--override-broadcast-host-port", `127.0.0.1:${ports.scheduler}`],
        ...["--etcd-data-dir", join(config.dataDir, "scheduler"), "--etcd-client-listen-address", "127.0.0.1"],
        ...["--etcd-client-port", String(ports.schedulerEtcdClient)],
        "--etcd-initial-cluster",
        `dapr-scheduler-server-0=http://127.0.0.1:${ports.schedulerEtcdPeer}`,
        ...["--healthz-listen-address", "127.0.0.1", "--healthz-port", String(ports.schedulerHealth)],
        ...CONTROL_PLANE_FLAGS,
      ],
    }),
    cwd: root,
    env: inherited(inputs),
    probe: { kind: "http", url: `http://127.0.0.1:${ports.schedulerHealth}/healthz`, statuses: [200] },
    ports: [
      { port: ports.scheduler, owner: "scheduler" },
      { port: ports.schedulerHealth, owner: "scheduler health" },
      { port: ports.schedulerEtcdClient, owner: "scheduler etcd client" },
      { port: ports.schedulerEtcdPeer, owner: "scheduler etcd peer" },
    ],
  };
};

const CONTROL_PLANE_FLAGS = ["--enable-metrics=false", "--tls-enabled=false", "--log-level", "warn", "--log-as-json"];

const setup = (inputs: PlanInputs): ProcessSpec => ({
  name: "setup",
  tier: "control",
  kind: "step",
  after: [
    ...(inputs.config.cosmos.endpoint === undefined ? ["cosmos"] : []),
    ...(inputs.config.brokers === undefined ? ["kafka"] : []),
  ],
  prepare: async () => node(join(inputs.root, "deploy/setup/main.ts")),
  cwd: inputs.root,
  env: storeEnvironment(inputs),
  probe: { kind: "none" },
  ports: [],
});

const app = (inputs: PlanInputs, template: AppTemplate): ProcessSpec => {
  const [command = "", ...args] = template.command;
  const httpPort = template.env["HTTP_PORT"];
  const claims = new Map<number, string>();
  if (template.appPort !== undefined) claims.set(template.appPort, `${template.appID} for its sidecar`);
  if (httpPort !== undefined) claims.set(Number(httpPort), `${template.appID} HTTP`);
  return {
    name: template.appID,
    tier: "app",
    kind: "service",
    after: ["setup"],
    prepare: async () => ({ command, args }),
    cwd: template.appDirPath,
    env: {
      ...storeEnvironment(inputs),
      CURSOR_KEY: inputs.cursorKey,
      FAILPOINTS_DIR: failpointsDir(inputs.config.dataDir),
      ...appEnvironment(template),
    },
    probe: appProbe(httpPort, template.appPort),
    ports: [...claims].map(([port, owner]) => ({ port, owner })),
  };
};

const appProbe = (httpPort: string | undefined, appPort: number | undefined): ProcessSpec["probe"] => {
  if (httpPort !== undefined) {
    return { kind: "http", url: `http://127.0.0.1:${httpPort}/healthz`, statuses: [200] };
  }
  return appPort === undefined ? { kind: "none" } : { kind: "tcp", port: appPort };
};

const sidecar = (inputs: PlanInputs, template: AppTemplate): ProcessSpec => {
  const { config, ports, runtime, configuration } = inputs;
  const name = `${template.appID}-daprd`;
  return {
    name,
    tier: "sidecar",
    kind: "service",
    after: ["setup", "placement", "scheduler"],
    prepare: async () => ({
      command: (await runtime).daprd,
      args: daprdArgs(template, {
        placementPort: ports.placement,
        schedulerPort: ports.scheduler,
        configFile: template.configFilePath === undefined ? undefined : configuration(template.configFilePath),
        logLevel: config.daprLogLevel,
      }),
    }),
    cwd: template.appDirPath,
    env: { ...storeEnvironment(inputs), DAPR_HOST_IP: "127.0.0.1" },
    probe: { kind: "http", url: `http://127.0.0.1:${template.daprHTTPPort}/v1.0/healthz`, statuses: [204] },
    ports: [
      { port: template.daprHTTPPort, owner: `${name} HTTP` },
      { port: template.daprGRPCPort, owner: `${name} gRPC` },
      { port: template.daprInternalGRPCPort, owner: `${name} internal gRPC` },
      { port: template.metricsPort, owner: `${name} metrics` },
    ],
  };
};
