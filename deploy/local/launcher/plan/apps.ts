import { join } from "node:path";
import { appEnvironment, daprdArgs } from "../daprd.ts";
import type { ProcessSpec } from "../process-spec.ts";
import type { AppTemplate } from "../run-template.ts";
import { failpointsDir, type PlanInputs, storeEnvironment } from "./inputs.ts";

/** What local runs do by default and real ones do not: there is a channel whose unpaid stock comes back while one watches. */
const localDefaults = { RESERVATION_TTL_BY_CHANNEL: "flash-sale=15" };

/** An app of the run template. */
export const app = (inputs: PlanInputs, template: AppTemplate): ProcessSpec => {
  const [command = "", ...args] = template.command;
  const httpPort = template.env["HTTP_PORT"];
  const claims = new Map<number, string>();
  if (template.appPort !== undefined) claims.set(template.appPort, `${template.appID} for its sidecar`);
  if (httpPort !== undefined) claims.set(Number(httpPort), `${template.appID} HTTP`);
  return {
    name: template.appID,
    tier: "app",
    kind: "service",
    after: ["setup", "placement", "scheduler"],
    prepare: async () => ({ command, args }),
    cwd: template.appDirPath,
    env: {
      ...localDefaults,
      ...storeEnvironment(inputs),
      CURSOR_KEY: inputs.cursorKey,
      FAILPOINTS_DIR: failpointsDir(inputs.config.dataDir),
      SIMULATED_PROVIDER_DATA_DIR: join(inputs.config.dataDir, "simulated-provider"),
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

/** The sidecar of an app. */
export const sidecar = (inputs: PlanInputs, template: AppTemplate): ProcessSpec => {
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
